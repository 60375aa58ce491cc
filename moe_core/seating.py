"""How many seats a question has: a number, all experts, or until one answer is ahead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from moe_core.profiles import Profile
from moe_core.stopping import ALL, TWO_AHEAD, StoppingRule, spared, without
from moe_core.votes import Ballot, Weigher, vote


@dataclass(frozen=True)
class Seating:
    """`k` seats of each question at most, of which no more are asked once `stops` says so."""

    k: int
    stops: StoppingRule = ALL
    takes_all: bool = False  # k is the whole pool

    @property
    def name(self) -> str:
        """As people call it."""
        if self.stops is TWO_AHEAD:
            return f"until two ahead, {self.k} at most"
        return f"all {self.k}" if self.takes_all else f"{self.k} seat{'s' if self.k > 1 else ''}"

    def play(
        self, profile: Profile, ballot: Ballot, weigh: Weigher
    ) -> tuple[list[str], str | None]:
        """Who is asked of a ballot's first k seats, and the vote of these.

        Experts are asked in one pass, the strongest first. A seat that is not asked states nothing.
        """
        k = self.k
        first = replace(
            ballot,
            seats=ballot.seats[:k],
            stated=ballot.stated[:k],
            responses=ballot.responses[:k],
        )
        left = spared(self.stops, profile, first, weigh, profile.strongest)
        told = without(first, left)
        asked = [seat for place, seat in enumerate(first.seats) if place not in left]
        return asked, vote(told.stated, weigh(profile, told))


def seatings(
    numbers: Sequence[int], ahead: Sequence[int], experts: int, stops: StoppingRule = ALL
) -> Iterator[Seating]:
    """Those that a pool of so many experts has: the `numbers` and all, which stop as told, and
    until one answer is two `ahead`."""
    yield from (Seating(k, stops) for k in numbers if k < experts)
    yield Seating(experts, stops, takes_all=True)
    yield from (Seating(k, TWO_AHEAD) for k in ahead if k <= experts)
