"""Who would be recruited: the routing of a run, found before anything is generated.

The run's own plan draws the seats, with its seed and the questions' keys, so that they are those
that the run itself will draw wherever its skills are known. Where an annotator has yet to name
them, the profiled skills nearest to a question's text stand for those that it will name.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict

import numpy as np

from moe_core import pipeline
from moe_core.aggregation import MAJORITY
from moe_core.skills import nearest_skills
from moe_core.stopping import ALL
from moe_core.values import Purpose
from webapp.execution.known import foreknown, vectors_for
from webapp.execution.plans import plan_for
from webapp.execution.preparing import finds_skills
from webapp.execution.vectors import (
    StoredMatcher,
    are_embedded,
    embed_some,
    not_embedded,
    skills_of,
    vectors_of,
)
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import Generation, Progress, Run
from webapp.things.models import there_by

SAMPLE = 500  # questions: a second or two, and ten more where none is embedded yet
SKILLS = 30  # kept, the commonest
# How a question's skills are known.
ANNOTATED, EMBEDDED, ESTIMATED, UNREAD = "annotated", "embedded", "estimated", "unread"

Annotations = Mapping[int, Sequence[str | None]]  # question → what its annotator wrote


class Foreseen(TypedDict):
    """What is found. Counts are of the sampled questions."""

    questions: int  # of the set
    sampled: int
    ways: dict[str, int]  # how the skills of so many are known
    skills: list[tuple[str, int]]  # with questions, the commonest first
    more_skills: int
    unmatched: int
    weak: int  # with a match that counts and tells little
    seats: dict[str, int]  # by expert, of one round
    rounds: int  # that are certain
    most_rounds: int
    annotator: int | None
    aggregator: int | None


def annotated_before(run: Run) -> int | None:
    """A run that has the skills of the same questions from the same annotator.

    One of the same seed goes first: it asked for exactly what this run will ask for.
    """
    if run.pool is None or run.pool.annotator_id is None or not run.reads_skills:
        return None
    asked = Progress.objects.filter(
        there_by("run"), run__team=run.team,
        run__question_set=run.question_set, run__status=Run.Status.DONE,
        purpose=Purpose.ANNOTATE.value, expert=run.pool.annotator_id, done__gt=0,
    )  # fmt: skip
    runs = asked.order_by().values_list("run_id", "run__seed")
    return max(runs, key=lambda of: (of[1] == run.seed, of[0]), default=(None, 0))[0]


def foresee(run: Run, annotated: int | None) -> Foreseen | int:
    """The routing of a run that is not stored, with the annotations of another.

    Or, while vectors are missing that it reads, how many questions were embedded now, so that
    others get their turn; 0 while another process is at them.
    """
    assert run.question_set is not None
    # Who writes, and whether all are asked, has no part in who is recruited.
    run.writer, run.stopping = MAJORITY.name, ALL.name
    questions = _sample(run.question_set)
    annotations = annotations_in(annotated, questions)
    if (embedded := embed_missing(run, questions, annotations)) is not None:
        return embedded
    ways: Counter[str] = Counter()
    skills: Counter[str] = Counter()
    seats: Counter[str] = Counter()
    unmatched = weak = 0
    plan = plan_for(run)
    for question, (way, known) in zip(
        questions, known_before(run, questions, annotations), strict=True
    ):
        own = plan(question.key)
        step = pipeline.advance(
            known, own if known.stage is not None else replace(own, annotator=None)
        )
        ways[way] += 1
        skills.update({match.skill for match in step.matches})
        seats.update(request.expert for request in step.requests)
        unmatched += bool(step.recruitment and step.recruitment.uniform)
        weak += any(match.is_weak for match in step.matches)
    assert run.pool is not None and run.answered_by is not None
    return Foreseen(
        questions=run.questions,
        sampled=len(questions),
        ways=dict(ways),
        skills=skills.most_common(SKILLS),
        more_skills=max(0, len(skills) - SKILLS),
        unmatched=unmatched,
        weak=weak,
        seats=dict(seats),
        rounds=run.answered_by.certain_rounds,
        most_rounds=run.answered_by.rounds,
        annotator=run.pool.annotator_id if run.reads_skills else None,
        aggregator=run.aggregator_id,
    )


def _sample(questions: QuestionSet) -> list[Question]:
    """Evenly over the file, which may be in an order of its own."""
    keys = list(questions.questions.order_by("row").values_list("pk", flat=True))
    n = min(len(keys), SAMPLE)
    chosen = [keys[place * len(keys) // n] for place in range(n)]
    return list(Question.objects.filter(pk__in=chosen).order_by("row"))


def annotations_in(run: int | None, questions: Sequence[Question]) -> Annotations:
    rows = Generation.objects.filter(
        run=run, purpose=Purpose.ANNOTATE.value, answer__question__in=questions
    )
    given: dict[int, list[str | None]] = defaultdict(list)
    for row in rows.select_related("answer").order_by("number"):
        assert row.answer is not None
        given[row.answer.question_id].append(row.text)
    return given


def embed_missing(run: Run, questions: Sequence[Question], annotations: Annotations) -> int | None:
    """Embed the next questions that are read; None when there are none left."""
    assert run.pool is not None
    embedder = run.pool.embedder
    for of, among in _read_by(run, questions, annotations):
        if not are_embedded(of, embedder, among):
            return embed_some(of, embedder, among)
    return None


def missing_vectors(run: Run, annotated: int | None) -> int:
    """How many questions are still to be embedded."""
    assert run.pool is not None and run.question_set is not None
    questions = _sample(run.question_set)
    read = _read_by(run, questions, annotations_in(annotated, questions))
    return sum(not_embedded(of, run.pool.embedder, among) for of, among in read)


def _read_by(
    run: Run, questions: Sequence[Question], annotations: Annotations
) -> list[tuple[QuestionSet, Sequence[Question] | None]]:
    """The sets whose vectors are read, with those of their questions; None: all."""
    assert run.question_set is not None
    if run.reads_evidence and run.profile is not None:
        return [(run.question_set, questions), (run.profile.question_set, None)]
    if not run.reads_skills:
        return []
    return [(run.question_set, [q for q in questions if q.pk not in annotations])]


def known_before(
    run: Run, questions: Sequence[Question], annotations: Annotations
) -> list[tuple[str, pipeline.Known]]:
    """How each question's skills are known, and what is known of it."""
    vectors = vectors_for(run, questions)
    way, inferred = _inferred(run, [q for q in questions if q.pk not in annotations])

    def known(question: Question) -> tuple[str, pipeline.Known]:
        vector = vectors.get(question.pk)
        if question.pk in annotations:
            return ANNOTATED, foreknown(question, vector, annotations=annotations[question.pk])
        return way, foreknown(question, vector, inferred=inferred.get(question.pk, ()))

    return [known(question) for question in questions]


def _inferred(run: Run, questions: Sequence[Question]) -> tuple[str, dict[int, list[str]]]:
    """Skills that no annotator has named: how they are known, and those of each question."""
    assert run.pool is not None
    if not run.reads_skills:
        return UNREAD, {}
    if finds_skills(run):
        return EMBEDDED, skills_of(questions, run.pool.embedder)
    return ESTIMATED, _estimated(run, questions)


def _estimated(run: Run, questions: Sequence[Question]) -> dict[int, list[str]]:
    """The profiled skills nearest to each question's text."""
    if run.pool is None or run.profile is None:
        return {}
    cells = run.profile.cells.filter(expert__in=run.experts())
    names = sorted(set(cells.values_list("skill", flat=True)))
    if not names:
        return {}
    matcher = StoredMatcher(run.pool.embedder)
    matcher.learn(names)
    profiled = np.stack([matcher.vectors[name] for name in names])
    vectors = vectors_of(questions, run.pool.embedder)
    return {key: nearest_skills(vector, names, profiled) for key, vector in vectors.items()}
