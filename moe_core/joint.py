"""The joint vote: each seat counts by its record, less what those beside it say already.

A seat adds a share of its log-odds (moe_core.votes.log_odds) to the score of the answer that it
states; moe_core.shares finds the shares, which depend on who sits together. Not in the paper, whose
aggregator is an LLM.
"""

from dataclasses import dataclass

from moe_core.profiles import Profile
from moe_core.votes import Ballot, log_odds


@dataclass(frozen=True)
class Added:
    """What a seat adds to the score of its answer: `share` of the log-odds of its record."""

    odds: float
    share: float

    @property
    def total(self) -> float:
        return self.odds * self.share


def joint(profile: Profile, ballot: Ballot) -> list[float]:
    """Weigher; raises RecruitingError for a profile without evidence."""
    return [one.total for one in added(profile, ballot)]


def added(profile: Profile, ballot: Ballot) -> list[Added]:
    """What each seat adds. Raises RecruitingError for a profile without evidence."""
    columns = [profile.observed.place[seat] for seat in ballot.seats]
    shares = profile.shares.of(columns)
    return [
        Added(odds, shares[column])
        for column, odds in zip(columns, log_odds(profile, ballot), strict=True)
    ]
