"""What the validation questions showed, one by one: a profile's cells before they are counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from moe_core.contributions import NOTHING, RIGHT, Ints
from moe_core.domains import Domains
from moe_core.grading import canonical
from moe_core.recruitment import Asked
from moe_core.values import Question
from moe_core.votes import Ballot

PRIOR_QUESTIONS = 20  # what the pool's mean weighs against an expert's own questions
# How many experts a question has to be asked of before what they show of its difficulty weighs as
# much as that most questions are about as hard. Counts only where not all are asked the same.
PRIOR_EXPERTS = 1
FEW = 0.02  # of the questions: whoever lacks no more was asked all, and some failed

Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Evidence:
    """n validation questions and the responses of e experts to them.

    Not every expert has to be asked every question. `right` (n, e): 1 for a right answer, 0
    otherwise, no answer included, or its score between the two; nan where there is no response, or
    no gold answer: that says nothing of an expert. `stated` (n rows of e): the answers,
    None for none. `doubts` (n, e): the class of each response by its words of doubt
    (answer_signs.doubt). `vectors` (n, d) are the questions' embeddings and `skill_vectors` those
    of skills, all of unit length; `skills` are each question's. `domains` are the questions'; None:
    recruit without them.
    """

    experts: tuple[str, ...]
    questions: Sequence[Question]
    stated: Sequence[Sequence[str | None]]
    right: Floats
    doubts: NDArray[np.int_]
    skills: Sequence[Sequence[str]]
    vectors: Vectors
    skill_vectors: Mapping[str, Vectors]
    domains: Domains | None = None

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Expert → its column."""
        return {expert: column for column, expert in enumerate(self.experts)}

    @cached_property
    def seen(self) -> NDArray[np.bool_]:
        """Where it is known whether a response is right (n, e)."""
        return ~np.isnan(self.right)

    @cached_property
    def unasked(self) -> NDArray[np.bool_]:
        """What an expert was not asked (n, e), of those that were asked some but not all."""
        missing = ~self.seen & self.seen.any(axis=1, keepdims=True)
        partly = (missing.sum(axis=0) > FEW * len(missing)) & self.seen.any(axis=0)
        return np.asarray(missing & partly)

    @cached_property
    def strength(self) -> Floats:
        """Each expert's share of right answers (e), shrunk towards the pool's.

        Of an expert that was not asked all questions: its share of all as is to be expected, since
        those that it was asked may be easier or harder for everybody.
        """
        return _shrunk(self._right_answers, self.seen.sum(axis=0))

    @cached_property
    def precision(self) -> Floats:
        """Each expert's share of right answers among those that it stated (e), shrunk alike."""
        answered = np.array([[answer is not None for answer in row] for row in self.stated])
        answered = answered.reshape(self.right.shape) & self.seen
        return _shrunk(self._right_answers, answered.sum(axis=0))

    @cached_property
    def _right_answers(self) -> Floats:
        """How many each expert got right (e); would have, had its questions been as hard as all."""
        right, seen = np.nan_to_num(self.right), self.seen.astype(float)
        if not (rows := seen.any(axis=1)).any() or (seen[rows] == seen[rows][0]).all():
            return np.asarray(right.sum(axis=0))
        return np.asarray(np.clip(expected_shares(right, seen), 0, 1) * seen.sum(axis=0))

    @cached_property
    def said(self) -> Ints:
        """(n, e): RIGHT, from 1 on the other answers of the question, or NOTHING."""
        said = np.full(self.right.shape, NOTHING)
        for row, stated in enumerate(self.stated):
            codes: dict[str, int] = {}
            for column, answer in enumerate(stated):
                if self.right[row, column] == 1:
                    said[row, column] = RIGHT
                elif answer is not None:
                    said[row, column] = codes.setdefault(canonical(answer), len(codes) + 1)
        return said

    def asked(self, row: int) -> Asked:
        """One of the questions as a recruiter is told of it."""
        question = self.questions[row]
        return Asked(self.skills[row], self.vectors[row], len(question.options), question.category)

    def graded(self) -> "Evidence":
        """The questions that tell anything: those with a gold answer, and a response."""
        return self.only(np.flatnonzero(self.seen.any(axis=1)).tolist())

    @cached_property
    def asked_of_all(self) -> NDArray[np.int_]:
        """The rows that tell teams apart: of the questions that each expert was asked."""
        return np.flatnonzero(~self.unasked.any(axis=1))

    def where(self, asked: NDArray[np.bool_]) -> "Evidence":
        """As if only this (n, e) had been asked; without questions that nobody was."""
        stated = [
            [answer if was_asked else None for answer, was_asked in zip(row, of, strict=True)]
            for row, of in zip(self.stated, asked, strict=True)
        ]
        some = replace(self, stated=stated, right=np.where(asked, self.right, np.nan))
        return some.only(np.flatnonzero(asked.any(axis=1)).tolist())

    def only(self, rows: Sequence[int]) -> "Evidence":
        """Some of the questions."""
        return Evidence(
            self.experts,
            [self.questions[row] for row in rows],
            [self.stated[row] for row in rows],
            self.right[list(rows)],
            self.doubts[list(rows)],
            [self.skills[row] for row in rows],
            self.vectors[list(rows)],
            self.skill_vectors,
            self.domains and self.domains.only(rows),
        )

    def is_right(self, row: int, answer: str | None) -> bool:
        """Whether an answer to a question is right: as right as an expert that states it."""
        return answer is not None and any(
            self.right[row, column] == 1
            for column, stated in enumerate(self.stated[row])
            if stated is not None and canonical(stated) == canonical(answer)
        )

    def ballot(self, row: int, seats: Sequence[str]) -> Ballot:
        """What these experts answered to a question, for a vote that knows nothing of looks."""
        return Ballot(
            self.questions[row],
            seats,
            [self.stated[row][self.place[seat]] for seat in seats],
            skills=self.skills[row],
            vector=self.vectors[row],
            looks=False,
        )

    def folds(self, count: int) -> Iterator[tuple[Ints, list[int], "Evidence"]]:
        """Of the questions that every expert was asked, fold by fold: their places among these,
        their rows, and the evidence of all questions but them."""
        known, everything = self.asked_of_all, np.arange(len(self.questions))
        for places in folds_of(len(known), count):
            rows = known[places]
            yield places, rows.tolist(), self.only(np.setdiff1d(everything, rows).tolist())


def expected_shares(right: Floats, seen: Floats) -> Floats:
    """Each expert's share of right answers (e), were all asked everything: of right answers (n, e),
    0 where nothing was asked, and where something was (n, e).

    Least squares of (share of the expert + ease of the question) at what was seen, the ease being
    drawn to none by PRIOR_EXPERTS: a mixed model with questions as its random effect.
    """
    weighed = seen / (seen.sum(axis=1, keepdims=True) + PRIOR_EXPERTS)
    # An expert that was asked nothing gets 0, and no weight of others.
    sides = np.diag(np.maximum(seen.sum(axis=0), 1)) - seen.T @ weighed
    return np.asarray(
        np.linalg.solve(sides, (right - weighed * right.sum(axis=1, keepdims=True)).sum(axis=0))
    )


def _shrunk(right: Floats, seen: NDArray[np.int_]) -> Floats:
    pool = (right.sum() + 1) / (seen.sum() + 2)
    return np.asarray((right + PRIOR_QUESTIONS * pool) / (seen + PRIOR_QUESTIONS))


def folds_of(n: int, count: int) -> list[NDArray[np.int_]]:
    """The places of n questions in `count` parts of like size, at random, and always the same."""
    order = np.random.default_rng(0).permutation(n)
    return [np.sort(order[start::count]) for start in range(count)]
