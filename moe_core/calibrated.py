"""The calibrated vote: what each seat's answer says, by all that validation showed.

Three named parts, summed per answer: how likely its experts are right on this question when they
state an answer; the tone of their responses; and, where the ballot has it so, the looks of the
answer itself. Not in the paper.
"""

from collections import Counter
from dataclasses import dataclass

from moe_core.forecast import SURE
from moe_core.grading import canonical
from moe_core.profiles import Profile
from moe_core.recruitment import Asked
from moe_core.votes import Ballot, log_odds_of

# Experts err together, so that each says less than it would alone. Best of 0.4 to 1 by
# cross-validation on 350 MMLU-Pro questions; docs/method-log.md has the figures.
DEPENDENCE = 0.6


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
    evidence, signs = profile.observed, profile.signs
    asked = Asked(ballot.skills, ballot.vector, category=ballot.question.category)
    chances = profile.forecast.chances([asked]).right[0]
    # How much likelier an expert is right once it has stated an answer at all.
    stating = evidence.precision / evidence.strength
    times = Counter(canonical(answer) for answer in ballot.stated if answer is not None)
    responses = ballot.responses or [None] * len(ballot.seats)
    found: list[Weight] = []
    for seat, answer, response in zip(ballot.seats, ballot.stated, responses, strict=True):
        if answer is None:
            found.append(Weight())
            continue
        column = evidence.place[seat]
        p = min(float(chances[column] * stating[column]), 1 - SURE)
        found.append(
            Weight(
                expert=DEPENDENCE * log_odds_of(p, ballot.question),
                tone=DEPENDENCE * signs.of_response(response),
                looks=signs.of_answer(ballot.question, answer) / times[canonical(answer)]
                if ballot.looks
                else 0.0,
            )
        )
    return found
