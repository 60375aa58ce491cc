"""Accuracy against generations for a pool: fewer seats, more, or as many as a question needs.

Cross-validated on a profile's own questions, as moe_core.best is, on the same folds: nobody is
judged by questions that it was recruited or weighed by. Experts take seats in the order in which
`ours` recruits them; whoever could not change the vote is not asked, as in runs. Tone and
looks (moe_core.calibrated) are left out.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from moe_core.aggregation import CALIBRATED, JOINT, WRITERS
from moe_core.contributions import Bools
from moe_core.crossing import FOLDS, LEAST
from moe_core.errors import RecruitingError
from moe_core.evidence import Evidence
from moe_core.paired import Paired, Pairs, compare
from moe_core.profiles import Profile
from moe_core.recruiters import recruit_all
from moe_core.seating import Seating, seatings
from moe_core.stopping import LOSSLESS
from moe_core.votes import Ballot

RECRUITER = "ours"
VOTES = (JOINT.name, CALIBRATED.name)
NUMBERS, AHEAD = (1, 2, 3, 5, 7), (3, 5, 7)  # seats that are tried, beside all
BASE = 3  # seats that all are compared with, by the same writer


@dataclass(frozen=True)
class Point:
    """A way to answer: `right` (n) of the profile's questions; `asked`, each expert's responses to
    a question, on average; `over_base`, against BASE seats."""

    writer: str
    seating: Seating
    right: Bools
    asked: Mapping[str, float]
    over_base: Paired

    @property
    def generations(self) -> float:
        """Responses to a question, on average."""
        return sum(self.asked.values())


def seats_curve(evidence: Evidence) -> list[Point]:
    """All points, writer by writer, by their seats; seconds for 16 experts and 350 questions.

    Raises RecruitingError where fewer than LEAST questions have a gold answer.
    """
    evidence = evidence.graded()
    n, experts = len(evidence.asked_of_all), len(evidence.experts)
    if n < LEAST:
        raise RecruitingError(
            f"only {n} validation questions that every expert was asked have a gold answer: too few"
            f" to tell what more seats are worth; profile the pool on {LEAST} or more"
        )
    tried = [
        (writer, one) for writer in VOTES for one in seatings(NUMBERS, AHEAD, experts, LOSSLESS)
    ]
    right = {one: np.zeros(n, dtype=bool) for one in tried}
    asked: dict[tuple[str, Seating], Counter[str]] = {one: Counter() for one in tried}
    for profile, place, row, ballot in _crossed(evidence):
        for one in tried:
            writer, seating = one
            weigh = WRITERS[writer].weigh
            assert weigh is not None  # all of them vote
            seats, answer = seating.play(profile, ballot, weigh)
            right[one][place] = evidence.is_right(row, answer)
            asked[one].update(seats)
    base = next(s for s in seatings(NUMBERS, AHEAD, experts, LOSSLESS) if s.k == min(BASE, experts))
    return [
        Point(
            *one,
            right=right[one],
            asked={expert: count / n for expert, count in sorted(asked[one].items())},
            over_base=compare(Pairs.of(right[one[0], base], right[one])),
        )
        for one in tried
    ]


def _crossed(evidence: Evidence) -> Iterator[tuple[Profile, int, int, Ballot]]:
    """Each question that all were asked, by its place among these and its row, with a profile of
    all others but those of its fold, and the ballot of all experts."""
    everybody = len(evidence.experts)
    for test, rows, others in evidence.folds(FOLDS):
        profile = Profile.of(others)
        found = recruit_all(
            RECRUITER, profile, [evidence.asked(row) for row in rows], everybody, rows
        )
        for place, row, recruitment in zip(test.tolist(), rows, found, strict=True):
            yield profile, place, row, evidence.ballot(row, recruitment.seats)
