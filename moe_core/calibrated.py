"""The calibrated vote: what each seat's answer says, by all that validation showed.

Three named parts, summed per answer: how likely its experts are right on this question when they
state an answer; the tone of their responses; and, where the ballot has it so, the looks of the
answer itself. Not in the paper.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from moe_core.forecast import SURE
from moe_core.grading import canonical
from moe_core.profiles import Profile
from moe_core.recruitment import Asked
from moe_core.votes import Ballot, Reach, log_odds_of, of_nothing

# Experts err together, so that each says less than it would alone. Best of 0.4 to 1 by
# cross-validation on 350 MMLU-Pro questions; docs/method-log.md has the figures.
DEPENDENCE = 0.6
ROUNDING = 1e-9  # by which a sum may differ with the order of its terms


@dataclass(frozen=True)
class Weight:
    """What one seat adds to the log-odds of its answer, by part; 0 where it states none."""

    expert: float = 0.0
    tone: float = 0.0
    looks: float = 0.0  # of the answer, shared by the seats that state it

    @property
    def total(self) -> float:
        return self.expert + self.tone + self.looks


def calibrated(profile: Profile, ballot: Ballot) -> list[float]:
    """Weigher; raises RecruitingError for a profile without evidence."""
    return [weight.total for weight in weights(profile, ballot)]


def weights(profile: Profile, ballot: Ballot) -> list[Weight]:
    """Each seat's weight, in parts. Raises RecruitingError for a profile without evidence."""
    signs, looks = profile.signs, _looks(profile, ballot)
    times = Counter(canonical(answer) for answer in ballot.stated if answer is not None)
    return [
        Weight()
        if answer is None
        else Weight(
            expert=expert,
            tone=DEPENDENCE * signs.of_response(response),
            looks=looks(answer) / times[canonical(answer)],
        )
        for expert, answer, response in zip(
            _experts(profile, ballot), ballot.stated, _responses(ballot), strict=True
        )
    ]


def reach(profile: Profile, ballot: Ballot) -> Reach:
    """What each seat may weigh: its expert is known beforehand, tones are of a few classes, and
    looks are the answer's. Raises RecruitingError for a profile without evidence."""
    signs = profile.signs
    least: list[float] = []
    most: list[float] = []
    for expert, answer, response in zip(
        _experts(profile, ballot), ballot.stated, _responses(ballot), strict=True
    ):
        if answer is None:
            low, high = signs.tones
            least.append(expert + DEPENDENCE * low - ROUNDING)
            most.append(expert + DEPENDENCE * high + ROUNDING)
        else:
            tone = DEPENDENCE * signs.of_response(response)
            least.append(expert + tone)
            most.append(expert + tone)
    return Reach(least, most, _looks(profile, ballot))


def _looks(profile: Profile, ballot: Ballot) -> Callable[[str], float]:
    """What an answer's looks add, where they count."""
    if not ballot.looks:
        return of_nothing
    return lambda answer: profile.signs.of_answer(ballot.question, answer)


def _experts(profile: Profile, ballot: Ballot) -> list[float]:
    """What each seat's expert adds to whatever it states."""
    evidence = profile.observed
    asked = Asked(ballot.skills, ballot.vector, category=ballot.question.category)
    chances = profile.forecast.chances([asked]).right[0]
    # How much likelier an expert is right once it has stated an answer at all.
    stating = evidence.precision / evidence.strength
    right = np.minimum(chances * stating, 1 - SURE)
    columns = [evidence.place[seat] for seat in ballot.seats]
    return [DEPENDENCE * log_odds_of(float(right[column]), ballot.question) for column in columns]


def _responses(ballot: Ballot) -> Sequence[str | None]:
    return ballot.responses or [None] * len(ballot.seats)
