"""What the generations of a run's questions gave so far, read into moe_core's values."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from moe_core import pipeline
from moe_core.evidence import Vectors
from moe_core.values import Purpose, Stage
from webapp.questions.models import Question
from webapp.runs.models import Answer, Generation, Run
from webapp.runs.preparing import finds_skills
from webapp.runs.vectors import skills_of, vectors_of

Known = tuple[Answer, pipeline.Known]


def known_of(run: Run, answers: Sequence[Answer]) -> list[Known]:
    """Each question of the run with what is known of it."""
    inferred: dict[int, list[str]] = {}
    if run.pool is not None and finds_skills(run):
        inferred = skills_of([answer.question for answer in answers], run.pool.embedder)
    vectors = vectors_for(run, [answer.question for answer in answers])
    given: dict[tuple[int | None, str], list[Generation]] = defaultdict(list)
    for generation in Generation.objects.filter(answer__in=answers).order_by("round", "number"):
        given[generation.answer_id, generation.purpose].append(generation)

    def known(answer: Answer) -> pipeline.Known:
        annotations = given[answer.pk, Purpose.ANNOTATE.value]
        rounds = rounds_of(given[answer.pk, Purpose.RESPOND.value])
        aggregations = given[answer.pk, Purpose.AGGREGATE.value]
        return pipeline.Known(
            question=answer.question.value,
            stage=Stage(answer.stage) if answer.stage is not None else None,
            annotations=[text_of(row) for row in annotations],
            inferred=inferred.get(answer.question_id, ()),
            matched=[profiled for _, profiled, _ in answer.skills],
            seats=[str(row.expert_id) for row in rounds[0]] if rounds else [],
            rounds=[[text_of(row) for row in rows] for rows in rounds],
            aggregation=text_of(aggregations[0]) if aggregations else None,
            vector=vectors.get(answer.question_id),
        )

    return [(answer, known(answer)) for answer in answers]


def with_played(
    known: pipeline.Known, step: pipeline.Step, generations: Sequence[Generation]
) -> pipeline.Known:
    """What is known after a step whose generations were all played back."""
    seats = [g for g in generations if g.purpose == Purpose.RESPOND.value]
    return replace(
        known,
        stage=step.stage,
        matched=[match.profiled for match in step.matches],
        seats=[str(g.expert_id) for g in seats],
        rounds=[[text_of(g) for g in seats]],
        stated=[[g.stated for g in seats]],
    )


def vectors_for(run: Run, questions: Sequence[Question]) -> Mapping[int, Vectors]:
    """Question id → its embedding (d,), where the run's policies read it."""
    if run.pool is None or not run.reads_evidence:
        return {}
    return vectors_of(questions, run.pool.embedder)


def rounds_of(responses: Sequence[Generation]) -> list[list[Generation]]:
    """Responses in the order of their rounds and seats, by round."""
    return [list(rows) for _, rows in groupby(responses, lambda row: row.round)]


def text_of(generation: Generation) -> str | None:
    """What it wrote; None where it failed."""
    return generation.output if generation.status == Generation.Status.DONE else None
