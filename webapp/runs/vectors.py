"""Embedding skills and questions: each once, ever. The vectors are kept in Postgres."""

from collections.abc import Mapping, Sequence

import numpy as np
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Length
from numpy.typing import NDArray

from moe_core.embedder import embed
from moe_core.skills import SkillMatcher, nearest_skills
from moe_core.vocabulary import SKILL_NAMES
from webapp.experts.models import Skill
from webapp.questions.models import Question, QuestionSet, QuestionVector

BATCH = 256  # questions between two commits
LOCK_CLASS = 0x5E12  # first key of the lock on embedding a set; the second is the set's id


class StoredMatcher(SkillMatcher):
    """A SkillMatcher that keeps every vector in Postgres."""

    def __init__(self, embedder: str) -> None:
        self._embedder = embedder
        super().__init__(embed)

    def learn(self, skills: Sequence[str]) -> list[str]:
        unknown = [skill for skill in skills if skill not in self.vectors]
        if not unknown:
            return []
        self.vectors |= _stored(unknown, self._embedder)
        new = super().learn(unknown)
        Skill.objects.bulk_create(
            (Skill(name=s, embedder=self._embedder, vector=self.vectors[s].tobytes()) for s in new),
            ignore_conflicts=True,
        )
        return new


def _stored(skills: Sequence[str], embedder: str) -> Mapping[str, NDArray[np.float32]]:
    """The vectors of those skills that were embedded before."""
    rows = Skill.objects.filter(name__in=skills, embedder=embedder).values_list("name", "vector")
    return {name: np.frombuffer(vector, dtype=np.float32) for name, vector in rows}


class SkillFinder:
    """Infers the skills of questions without an LLM; see moe_core.skills.nearest_skills."""

    def __init__(self, matcher: StoredMatcher, embedder: str) -> None:
        self._embedder = embedder
        matcher.learn(SKILL_NAMES)
        self._names = np.stack([matcher.vectors[name] for name in SKILL_NAMES])

    def skills_of(self, questions: Sequence[Question]) -> dict[int, list[str]]:
        """Question id → skills. The questions are embedded: see `embed_questions`."""
        rows = QuestionVector.objects.filter(question__in=questions, embedder=self._embedder)
        return {
            question: nearest_skills(np.frombuffer(vector, np.float32), SKILL_NAMES, self._names)
            for question, vector in rows.values_list("question", "vector")
        }


def embed_questions(questions: QuestionSet, embedder: str) -> bool:
    """Embed those of a set that are not yet; False when another process is at it.

    Takes 10 to 20 milliseconds of a core per question, in batches of like length.
    """
    if not _missing(questions, embedder).exists():
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, questions.pk])
        if not cursor.fetchone()[0]:
            return False
        try:
            while batch := list(_missing(questions, embedder)[:BATCH]):
                _embed(batch, embedder)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, questions.pk])
    return True


def _missing(questions: QuestionSet, embedder: str) -> QuerySet[Question]:
    there = QuestionVector.objects.filter(question=OuterRef("pk"), embedder=embedder)
    found = questions.questions.exclude(Exists(there)).annotate(length=Length("text"))
    return found.order_by("length", "pk").only("text")


def _embed(questions: Sequence[Question], embedder: str) -> None:
    vectors = embed([question.text for question in questions])
    QuestionVector.objects.bulk_create(
        (
            QuestionVector(question=question, embedder=embedder, vector=vector.tobytes())
            for question, vector in zip(questions, vectors, strict=True)
        ),
        ignore_conflicts=True,
    )
