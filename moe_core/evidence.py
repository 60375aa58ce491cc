"""What the validation questions showed, one by one: a profile's cells before they are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from moe_core.contributions import NOTHING, RIGHT, Ints
from moe_core.domains import Domains
from moe_core.grading import canonical
from moe_core.recruitment import Asked
from moe_core.values import Question

PRIOR_QUESTIONS = 20  # what the pool's mean weighs against an expert's own questions

Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Evidence:
    """n validation questions and the responses of e experts to them.

    `right` (n, e): 1 for a right answer, 0 otherwise, no answer included, or its score between the
    two; nan where there is no response, or no gold answer. `stated` (n rows of e): the answers,
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
    def strength(self) -> Floats:
        """Each expert's share of right answers (e), shrunk towards the pool's."""
        return _shrunk(np.nansum(self.right, axis=0), np.sum(~np.isnan(self.right), axis=0))

    @cached_property
    def precision(self) -> Floats:
        """Each expert's share of right answers among those that it stated (e), shrunk alike."""
        answered = np.array([[answer is not None for answer in row] for row in self.stated])
        answered = answered.reshape(self.right.shape) & ~np.isnan(self.right)
        return _shrunk(np.nansum(self.right, axis=0), answered.sum(axis=0))

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
        return self.only(np.flatnonzero((~np.isnan(self.right)).any(axis=1)).tolist())

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


def _shrunk(right: Floats, seen: NDArray[np.int_]) -> Floats:
    pool = (right.sum() + 1) / (seen.sum() + 2)
    return np.asarray((right + PRIOR_QUESTIONS * pool) / (seen + PRIOR_QUESTIONS))


def folds_of(n: int, count: int) -> list[NDArray[np.int_]]:
    """The places of n questions in `count` parts of like size, at random, and always the same."""
    order = np.random.default_rng(0).permutation(n)
    return [np.sort(order[start::count]) for start in range(count)]
