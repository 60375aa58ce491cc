"""A profile's evidence: its validation questions one by one, as its profile run holds them."""

from collections.abc import Sequence

import numpy as np
from django.db.models.functions import Coalesce

from moe_core.answer_signs import doubt
from moe_core.domains import domains_of
from moe_core.evidence import Evidence
from moe_core.extraction import final_text
from moe_core.values import Purpose, Verdict
from webapp.execution.vectors import StoredMatcher, vectors_of
from webapp.experts.models import Expert
from webapp.runs.models import Answer, Generation, Profile, Run


def evidence_of(
    profile: Profile, experts: Sequence[Expert], *, with_domains: bool = True
) -> Evidence:
    """Of the experts, by id. For workers: names of skills that are new are embedded.

    Raises LookupError where a question is not embedded (see webapp.execution.preparing).
    """
    run = profile.runs.get(kind=Run.Kind.PROFILE)
    answers = list(Answer.objects.filter(run=run).select_related("question").order_by("pk"))
    rows = {answer.pk: row for row, answer in enumerate(answers)}
    columns = {expert.pk: column for column, expert in enumerate(experts)}
    right = np.full((len(answers), len(experts)), np.nan)
    doubts = np.zeros(right.shape, dtype=int)
    stated: list[list[str | None]] = [[None] * len(experts) for _ in answers]
    # What failed was never answered: it says nothing about the expert.
    done = Generation.objects.filter(
        run=run, purpose=Purpose.PROFILE, status=Generation.Status.DONE
    )
    counted = Coalesce("same_as", "stated")
    marker = Coalesce("end_of_thinking", "expert__end_of_thinking")
    told = done.filter(expert__in=experts).values_list(
        "answer_id", "expert_id", counted, "verdict", "output", marker
    )
    for answer, expert, said, verdict, output, mark in told.iterator(chunk_size=500):
        row, column = rows[answer or 0], columns[expert]
        stated[row][column] = said
        doubts[row, column] = doubt(final_text(output, mark))
        if verdict != Verdict.UNGRADED.value:
            right[row, column] = verdict == Verdict.CORRECT.value
    embedder = profile.pool.embedder
    skills = [[profiled for _, profiled, _ in answer.skills] for answer in answers]
    matcher = StoredMatcher(embedder)
    matcher.learn(sorted({skill for of_question in skills for skill in of_question}))
    known = vectors_of([answer.question for answer in answers], embedder)
    vectors = np.stack([known[answer.question_id] for answer in answers])
    categories = [answer.question.category for answer in answers]
    return Evidence(
        experts=tuple(str(expert.pk) for expert in experts),
        questions=[run.value_of(answer.question) for answer in answers],
        stated=stated,
        right=right,
        doubts=doubts,
        skills=skills,
        vectors=vectors,
        skill_vectors=matcher.vectors,
        domains=domains_of(categories, vectors, skills) if with_domains else None,
    )
