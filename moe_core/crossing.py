"""Ways to answer, cross-validated on a profile's own questions.

Every fold is recruited and voted on with a profile of the other folds, so that nobody is judged by
questions that it was chosen by. No test question is read, and no LLM writes: responses to the
validation questions are all that there is. Tone (moe_core.calibrated) is left out.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from moe_core.aggregation import WRITERS
from moe_core.evidence import Evidence
from moe_core.methods import method_named, recruiter_of, stopping_rule_of
from moe_core.profiles import Profile
from moe_core.recruiters import recruit_all
from moe_core.seating import Seating
from moe_core.votes import Ballot

FOLDS = 5
LEAST = 20  # questions with a gold answer: of fewer nothing can be said

Bools = NDArray[np.bool_]
Teams = list[list[int]]  # per question, the columns of its seats


@dataclass(frozen=True)
class Candidate:
    """One way to answer; `method`, `recruiter`, `writer`, `k` and `stopping` are what a run is
    started with; no `stopping`: as runs have it that are not told.

    `routes`: whether the question has a say in who answers it, or in whom the vote believes.
    """

    name: str
    title: str
    method: str
    recruiter: str
    writer: str
    k: int
    routes: bool = True
    stopping: str = ""

    @cached_property
    def seating(self) -> Seating:
        """Which of its seats are asked."""
        method = method_named(self.method)
        recruiter = recruiter_of(method, "" if method.recruiter else self.recruiter)
        return Seating(self.k, stopping_rule_of(method, recruiter, self.stopping, votes=True))

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


def crossed(evidence: Evidence, tried: Sequence[Candidate], folds: int) -> Played:
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
            found = recruit_all(of.recruiter, profile, asked, of.k, rows)
            for row, at, recruitment in zip(rows, test.tolist(), found, strict=True):
                ballot = evidence.ballot(row, recruitment.seats)
                seats, answer = _played(profile, of, ballot)
                teams[place][at] = [evidence.place[seat] for seat in seats]
                right[place, at] = evidence.is_right(row, answer)
                if of.reads_looks:
                    answer = _played(profile, of, replace(ballot, looks=True))[1]
                with_looks[place, at] = evidence.is_right(row, answer)
    return Played(right, with_looks, teams)


def _played(profile: Profile, of: Candidate, ballot: Ballot) -> tuple[list[str], str | None]:
    """Who is asked, and the vote."""
    weigh = WRITERS[of.writer].weigh
    assert weigh is not None  # all candidates vote
    return of.seating.play(profile, ballot, weigh)
