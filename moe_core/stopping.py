"""Stopping rules: when the seats of a question that are left need not be asked.

Seats are asked one after another, in an order that has nothing to do with their numbers. A rule is
told the ballot of all seats, in which those left have stated nothing, and how the vote weighs them.
Not in the paper, which asks every seat.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase

from moe_core.calibrated import calibrated, reach
from moe_core.errors import MethodError
from moe_core.grading import canonical
from moe_core.joint import joint
from moe_core.profiles import Profile
from moe_core.values import Question
from moe_core.votes import Ballot, Reach, Weigher, log_odds, one_each, vote

AHEAD = 2  # votes by which the leading answer is sure enough, where a rule stops for that
OTHER = "\0"  # an answer that no seat has stated, and that is no option: no response holds it
# (profile, ballot, the places of the seats left in the order in which they are asked, how to vote)
# → how many of the next ones are asked whatever they answer; 0: none need be asked
Need = Callable[[Profile, Ballot, Sequence[int], Weigher], int]


@dataclass(frozen=True)
class StoppingRule:
    """When no more seats are asked. For people: `summary` is what it does, `why`, what is said of
    those that are not asked."""

    name: str
    title: str
    summary: str
    why: str
    need: Need

    def stops(self, profile: Profile, ballot: Ballot, left: Sequence[int], weigh: Weigher) -> bool:
        """Whether the seats left need not be asked."""
        return self.need(profile, ballot, left, weigh) == 0


def in_order(seats: Sequence[str], experts: Sequence[str]) -> list[int]:
    """The places of the seats as they are asked: expert after expert, whoever is not among the
    experts last, the seats of one by number."""
    rank = {expert: place for place, expert in enumerate(experts)}
    return sorted(range(len(seats)), key=lambda seat: (rank.get(seats[seat], len(rank)), seat))


def spared(
    rule: StoppingRule,
    profile: Profile,
    ballot: Ballot,
    weigh: Weigher,
    experts: Sequence[str],
) -> list[int]:
    """The seats that are not asked where every seat would respond as in the ballot; `experts`, in
    the order in which they are asked."""
    left = in_order(ballot.seats, experts)
    stated: list[str | None] = [None] * len(ballot.seats)
    while n := rule.need(profile, replace(ballot, stated=stated), left, weigh):
        for seat in left[:n]:
            stated[seat] = ballot.stated[seat]
        left = left[n:]
    return left


def without(ballot: Ballot, left: Collection[int]) -> Ballot:
    """A ballot in which these seats, which are not asked, state nothing."""

    def kept(texts: Sequence[str | None]) -> list[str | None]:
        return [None if place in left else text for place, text in enumerate(texts)]

    return replace(ballot, stated=kept(ballot.stated), responses=kept(ballot.responses))


def every_seat(profile: Profile, ballot: Ballot, left: Sequence[int], weigh: Weigher) -> int:
    """All are asked, at once."""
    return len(left)


def lossless(profile: Profile, ballot: Ballot, left: Sequence[int], weigh: Weigher) -> int:
    """Stop when no response of the seats left could change the voted answer.

    Of a vote whose weights cannot be bounded beforehand every seat is asked. Open answers have to
    be compared in the order of asking (moe_core.camps), so that those that are in stay what they
    count as.
    """
    bounds = _REACHES.get(weigh)
    if bounds is None:
        return len(left)
    race = _Race(ballot.question, bounds(profile, ballot))
    if any(race.reach.most[seat] <= 0 for seat in left):
        # What a seat would do that speaks against what it says depends on too much: one at a time.
        return 0 if race.is_decided(ballot.stated, race.reach.least, left) else 1
    n = race.earliest(ballot.stated, left, None)
    # A new answer may be ahead sooner than the one that leads, where that has been spoken against.
    return n if n < 2 else min(n, race.earliest(ballot.stated, left, race.new(ballot.stated)))


def two_ahead(profile: Profile, ballot: Ballot, left: Sequence[int], weigh: Weigher) -> int:
    """Stop when the leading answer is AHEAD votes ahead of the next; each seat counts once."""
    counts = Counter(canonical(answer) for answer in ballot.stated if answer is not None)
    first, second = ([n for _, n in counts.most_common(2)] + [0, 0])[:2]
    return min(max(0, AHEAD - (first - second)), len(left))


@dataclass(frozen=True)
class _Race:
    """The answers to one question, while seats are left."""

    question: Question
    reach: Reach

    @property
    def letters(self) -> str:
        return ascii_uppercase[: len(self.question.options)]

    def new(self, stated: Sequence[str | None]) -> str:
        """Of what no seat has stated, what leads the most when a single one does."""
        known = {canonical(answer) for answer in stated if answer is not None}
        left = [answer for answer in self.letters if canonical(answer) not in known]
        found: str = max((*left, OTHER), key=self.reach.once)
        return found

    def earliest(self, stated: Sequence[str | None], left: Sequence[int], says: str | None) -> int:
        """After how many of the seats left it may be decided, where each says this, as surely as it
        may, or, None, the same as leads then."""
        told, weights = list(stated), list(self.reach.least)
        for n, seat in enumerate(left):
            if self.is_decided(told, weights, left[n:]):
                return n
            told[seat] = says or self.leader(told, weights) or self.new(told)
            weights[seat] = self.reach.most[seat]
        return len(left)

    def leader(self, stated: Sequence[str | None], weights: Sequence[float]) -> str | None:
        """The vote, as it is where these seats weigh so much."""
        told = list(weights)
        first: dict[str, int] = {}
        for seat, answer in enumerate(stated):
            if answer is not None and first.setdefault(canonical(answer), seat) == seat:
                told[seat] += self.reach.once(answer)
        return vote(stated, told)

    def is_decided(
        self, stated: Sequence[str | None], weights: Sequence[float], left: Sequence[int]
    ) -> bool:
        """Whether the leader wins however the seats left answer: against each other answer, where
        they do for that and against the leader what they can."""
        leader = self.leader(stated, weights)
        if leader is None:
            return False
        rivals = {canonical(a): a for a in (*self.letters, OTHER, *stated) if a is not None}
        del rivals[canonical(leader)]
        return all(
            self.leader(*self._worst(stated, weights, left, leader, rival)) == leader
            for rival in rivals.values()
        )

    def _worst(
        self,
        stated: Sequence[str | None],
        weights: Sequence[float],
        left: Sequence[int],
        leader: str,
        rival: str,
    ) -> tuple[list[str | None], list[float]]:
        """The seats left do what helps the rival most: vote for it, or, where a vote weighs against
        what it is for, for the leader."""
        says, weighs = list(stated), list(weights)
        harm = {seat: max(0.0, -self.reach.least[seat]) for seat in left}
        for seat in left:
            is_for = self.reach.most[seat] >= harm[seat]
            says[seat] = rival if is_for else leader
            weighs[seat] = self.reach.most[seat] if is_for else self.reach.least[seat]
        if rival not in says:  # somebody has to state it
            seat = max(left, key=lambda seat: self.reach.most[seat] - harm[seat])
            says[seat], weighs[seat] = rival, self.reach.most[seat]
        return says, weighs


def _fixed(weigh: Weigher) -> Callable[[Profile, Ballot], Reach]:
    """The reach of a vote that weighs seats before they answer."""

    def bounds(profile: Profile, ballot: Ballot) -> Reach:
        weights = weigh(profile, ballot)
        return Reach(weights, weights)

    return bounds


# What votes may weigh; of others nothing is known beforehand.
_REACHES: Mapping[Weigher, Callable[[Profile, Ballot], Reach]] = {
    one_each: _fixed(one_each),
    log_odds: _fixed(log_odds),
    joint: _fixed(joint),
    calibrated: reach,
}
ALL = StoppingRule("all", "every seat", "every recruited expert is asked.", "", every_seat)
LOSSLESS = StoppingRule(
    "lossless",
    "until the vote is decided",
    "whoever could not change the vote any more is not asked.",
    "could not have changed the vote",
    lossless,
)
TWO_AHEAD = StoppingRule(
    "two-ahead",
    "until two ahead",
    "experts are asked until one answer is two votes ahead, k at most.",
    "was not needed: one answer was two votes ahead",
    two_ahead,
)
STOPPING_RULES: Mapping[str, StoppingRule] = {r.name: r for r in (ALL, LOSSLESS, TWO_AHEAD)}


def stopping_rule_named(name: str) -> StoppingRule:
    """Raises MethodError for a name that is not in STOPPING_RULES."""
    try:
        return STOPPING_RULES[name]
    except KeyError:
        known = ", ".join(STOPPING_RULES)
        raise MethodError(f"unknown stopping rule {name!r}: choose one of {known}") from None
