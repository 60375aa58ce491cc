"""Ways to answer, cross-validated on a profile's own questions.

Every fold is recruited and voted on with a profile of the other folds, so that nobody is judged by
questions that it was chosen by. No test question is read, and no LLM writes: responses to the
validation questions are all that there is. Tone (moe_core.calibrated) is left out.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from moe_core.aggregation import WRITERS
from moe_core.evidence import Evidence
from moe_core.grading import canonical
from moe_core.profiles import Profile
from moe_core.recruiters import recruit_all
from moe_core.votes import Ballot, vote

FOLDS = 5
LEAST = 20  # questions with a gold answer: of fewer nothing can be said

Bools = NDArray[np.bool_]
Teams = list[list[int]]  # per question, the columns of its seats


@dataclass(frozen=True)
class Candidate:
    """One way to answer; `method`, `recruiter`, `writer` and `k` are what a run is started with.

    `routes`: whether the question has a say in who answers it, or in whom the vote believes.
    """

    name: str
    title: str
    method: str
    recruiter: str
    writer: str
    k: int
    routes: bool = True

    @property
    def reads_looks(self) -> bool:
        """Whether its vote may count what answers look like."""
        return WRITERS[self.writer].reads_looks


@dataclass(frozen=True)
class Played:
    """What came of m candidates on n questions.

    `right` (m, n) without the looks of answers, `with_looks` (m, n) with them, where the vote may
    count them; `teams`: of each candidate, whom it asked.
    """

    right: Bools
    with_looks: Bools
    teams: Sequence[Teams]

    def asked(self, place: int, experts: Sequence[str]) -> dict[str, float]:
        """Responses a question of each expert that a candidate asks at all."""
        teams = self.teams[place]
        counted = Counter(column for team in teams for column in team)
        return {experts[column]: n / len(teams) for column, n in sorted(counted.items())}


def crossed(
    evidence: Evidence,
    tried: Sequence[Candidate],
    folds: int,
    meanwhile: Callable[[], None] = lambda: None,
) -> Played:
    """Play the candidates on the n questions that every expert was asked; profiles are of all that
    were asked. What is fitted to a fold's profile serves all candidates."""
    n = len(evidence.asked_of_all)
    right = np.zeros((len(tried), n), dtype=bool)
    with_looks = np.zeros_like(right)
    teams: list[Teams] = [[[] for _ in range(n)] for _ in tried]
    for test, rows, others in evidence.folds(folds):
        profile = Profile.of(others)
        asked = [evidence.asked(row) for row in rows]
        for place, of in enumerate(tried):
            meanwhile()
            found = recruit_all(of.recruiter, profile, asked, of.k, rows)
            for row, at, recruitment in zip(rows, test.tolist(), found, strict=True):
                team = [evidence.place[seat] for seat in recruitment.seats]
                teams[place][at] = team
                plain, looked = _is_right(evidence, profile, of, row, team)
                right[place, at], with_looks[place, at] = plain, looked
    return Played(right, with_looks, teams)


def _is_right(
    evidence: Evidence, profile: Profile, of: Candidate, row: int, team: Sequence[int]
) -> tuple[bool, bool]:
    """Whether the vote of the seats is right, without and with the looks of answers."""
    stated = [evidence.stated[row][column] for column in team]
    ballot = Ballot(
        *(evidence.questions[row], [evidence.experts[column] for column in team], stated),
        skills=evidence.skills[row],
        vector=evidence.vectors[row],
        looks=False,
    )
    said = {canonical(answer): answer for answer in stated if answer is not None}
    if len(said) < 2:  # nothing to weigh
        one = any(evidence.is_right(row, answer) for answer in said.values())
        return one, one
    weigh = WRITERS[of.writer].weigh
    assert weigh is not None  # all candidates vote

    def told(ballot: Ballot) -> bool:
        return evidence.is_right(row, vote(stated, weigh(profile, ballot)))

    plain = told(ballot)
    return plain, told(replace(ballot, looks=True)) if of.reads_looks else plain
