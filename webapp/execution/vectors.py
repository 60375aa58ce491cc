"""Embedding skills and questions: each once, ever. The vectors are kept in Postgres."""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Length
from numpy.typing import NDArray

from moe_core.embedder import embed
from moe_core.skills import SkillMatcher, nearest_skills
from moe_core.vocabulary import SKILL_NAMES
from webapp.db import locks
from webapp.db.locks import Lock
from webapp.experts.models import Skill
from webapp.questions.models import Question, QuestionSet, QuestionVector
from webapp.queue import work

BATCH = 128  # questions that are embedded in one go


class StoredMatcher(SkillMatcher):
    """A SkillMatcher that keeps every vector in Postgres."""

    def __init__(self, embedder: str) -> None:
        self._embedder = embedder
        super().__init__(embed)

    def learn(self, skills: Sequence[str]) -> list[str]:
        unknown = [skill for skill in skills if skill not in self.vectors]
        if not unknown:
            return []
        self.vectors |= stored_vectors(unknown, self._embedder)
        new = super().learn(unknown)
        Skill.objects.bulk_create(
            (Skill(name=s, embedder=self._embedder, vector=self.vectors[s].tobytes()) for s in new),
            ignore_conflicts=True,
        )
        return new


def stored_vectors(skills: Sequence[str], embedder: str) -> Mapping[str, NDArray[np.float32]]:
    """The vectors of those skills that were embedded before."""
    rows = Skill.objects.filter(name__in=skills, embedder=embedder).values_list("name", "vector")
    return {name: np.frombuffer(vector, dtype=np.float32) for name, vector in rows}


def skills_of(questions: Sequence[Question], embedder: str) -> dict[int, list[str]]:
    """Question id → its skills without an LLM (see nearest_skills); of the embedded ones."""
    names = _vocabulary(embedder)
    return {
        question: nearest_skills(vector, SKILL_NAMES, names)
        for question, vector in vectors_of(questions, embedder).items()
    }


def vectors_of(
    questions: Sequence[Question] | QuerySet[Question], embedder: str
) -> dict[int, NDArray[np.float32]]:
    """Question id → its embedding (d,); of the embedded ones."""
    rows = QuestionVector.objects.filter(question__in=questions, embedder=embedder)
    return {
        question: np.frombuffer(vector, np.float32)
        for question, vector in rows.values_list("question", "vector")
    }


@cache
def _vocabulary(embedder: str) -> NDArray[np.float32]:
    """The vectors of SKILL_NAMES (n, d)."""
    matcher = StoredMatcher(embedder)
    matcher.learn(SKILL_NAMES)
    return np.stack([matcher.vectors[name] for name in SKILL_NAMES])


def are_embedded(
    questions: QuestionSet, embedder: str, among: Sequence[Question] | None = None
) -> bool:
    """Of a set, or of these of its questions."""
    return not _missing(questions, embedder, among).exists()


def embed_some(
    questions: QuestionSet, embedder: str, among: Sequence[Question] | None = None
) -> int:
    """Embed the next questions of a set, or of these in it, of like length; returns how many.

    Takes 10 to 20 milliseconds of a core per question, which is why it is not the whole set at
    once: others wait for the same worker. 0 too while another process is at this set.
    """
    with work.measured(work.EMBEDDING) as units:
        units.append(_embed_batch(questions, embedder, among))
    return sum(units)


def not_embedded(
    questions: QuestionSet, embedder: str, among: Sequence[Question] | None = None
) -> int:
    """How many of a set, or of these of its questions, are still to be embedded."""
    return _missing(questions, embedder, among).count()


@transaction.atomic
def _embed_batch(questions: QuestionSet, embedder: str, among: Sequence[Question] | None) -> int:
    if not locks.take_if_free(Lock.EMBEDDING, questions.pk):
        return 0
    batch = list(_missing(questions, embedder, among)[:BATCH])
    vectors = embed([question.text for question in batch])
    QuestionVector.objects.bulk_create(
        QuestionVector(question=question, embedder=embedder, vector=vector.tobytes())
        for question, vector in zip(batch, vectors, strict=True)
    )
    return len(batch)


def _missing(
    questions: QuestionSet, embedder: str, among: Sequence[Question] | None
) -> QuerySet[Question]:
    there = QuestionVector.objects.filter(question=OuterRef("pk"), embedder=embedder)
    found = questions.questions.exclude(Exists(there)).annotate(length=Length("text"))
    if among is not None:
        found = found.filter(pk__in=[question.pk for question in among])
    return found.order_by("length", "pk").only("text")
