"""What is known of questions, as moe_core.pipeline takes it: here alone its `Known` is made."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from moe_core import pipeline
from moe_core.evidence import Vectors
from moe_core.values import Purpose, Stage, Verdict
from webapp.execution.asking import Given
from webapp.execution.preparing import finds_skills
from webapp.execution.vectors import skills_of, vectors_of
from webapp.questions.models import Question
from webapp.runs.models import Answer, Generation, Run


def given_to(answers: Sequence[Answer]) -> Given:
    """All that was generated for these questions, by round and number."""
    given: dict[int | None, list[Generation]] = defaultdict(list)
    for generation in Generation.objects.filter(answer__in=answers).order_by("round", "number"):
        given[generation.answer_id].append(generation)
    return given


def known_of(
    run: Run, answers: Sequence[Answer], given: Given
) -> list[tuple[Answer, pipeline.Known]]:
    """Each question of the run with what its generations gave so far, all of them graded.

    One that nothing was asked of begins anew, whatever is there: `after_asking` finds it again.
    """
    inferred: dict[int, list[str]] = {}
    if run.pool is not None and finds_skills(run):
        inferred = skills_of([answer.question for answer in answers], run.pool.embedder)
    vectors = vectors_for(run, [answer.question for answer in answers])
    return [
        (
            answer,
            replace(
                _known(run, answer, given[answer.pk] if answer.asked else []),
                stage=Stage(answer.stage) if answer.stage is not None else None,
                there=() if answer.asked else _there(given[answer.pk]),
                inferred=inferred.get(answer.question_id, ()),
                vector=vectors.get(answer.question_id),
            ),
        )
        for answer in answers
    ]


def known_again(run: Run, answer: Answer, given: Sequence[Generation]) -> pipeline.Known:
    """What was known before a question's last step; `given` are its graded ones."""
    has_written = any(row.purpose == Purpose.AGGREGATE.value for row in given)
    return replace(
        _known(run, answer, given),
        stage=Stage.AGGREGATE if has_written else Stage.RESPOND,
        vector=vectors_for(run, [answer.question]).get(answer.question_id),
    )


def after_asking(
    known: pipeline.Known, step: pipeline.Step, generations: Sequence[Generation]
) -> pipeline.Known:
    """What is known after a step whose generations were all played back, or were there already."""
    responses = [g for g in generations if g.purpose == Purpose.RESPOND.value]
    annotations = [g.text for g in generations if g.purpose == Purpose.ANNOTATE.value]
    written = [g for g in generations if g.purpose == Purpose.AGGREGATE.value]
    known = replace(
        known,
        stage=step.stage,
        annotations=annotations or known.annotations,
        matched=[match.profiled for match in step.matches] or known.matched,
        verdicts={**known.verdicts, **_verdicts(generations)},
    )
    if written:
        known = replace(known, aggregation=written[0].text, written=written[0].stated)
    if not responses:
        return known
    recruited = {g.number: str(g.expert_id) for g in responses} | dict(step.left)
    seats = known.seats or [expert for _, expert in sorted(recruited.items())]
    rounds, stated = [*map(list, known.rounds)], [*map(list, known.stated or ())]
    if responses[0].round == len(rounds):
        rounds.append([None] * len(seats))
        stated.append([None] * len(seats))
    for row in responses:
        rounds[row.round][row.number] = row.text
        stated[row.round][row.number] = row.counted
    left = [seat for seat, _ in step.left]
    return replace(known, seats=seats, left=left, rounds=rounds, stated=stated)


def foreknown(
    question: Question,
    vector: Vectors | None,
    *,
    annotations: Sequence[str | None] | None = None,
    inferred: Sequence[str] = (),
) -> pipeline.Known:
    """What a run would know before it recruits: annotations, or skills."""
    known = pipeline.Known(question.value, inferred=inferred, vector=vector)
    if annotations is None:
        return known
    return replace(known, stage=Stage.INFER, annotations=annotations)


def vectors_for(run: Run, questions: Sequence[Question]) -> Mapping[int, Vectors]:
    """Question id → its embedding (d,), where the run's policies read it."""
    if run.pool is None or not run.reads_evidence:
        return {}
    return vectors_of(questions, run.pool.embedder)


def _known(run: Run, answer: Answer, given: Iterable[Generation]) -> pipeline.Known:
    """What was generated for a question, and graded; `given` in the order of rounds and numbers."""
    rows = list(given)
    rounds = _whole(_by_round(rows))
    seats = _seats(answer, rounds)
    written = [row for row in rows if row.purpose == Purpose.AGGREGATE.value]
    return pipeline.Known(
        question=run.value_of(answer.question),
        annotations=[row.text for row in rows if row.purpose == Purpose.ANNOTATE.value],
        matched=[profiled for _, profiled, _ in answer.skills],
        seats=list(seats.values()),
        left=[list(seats).index(seat) for seat, _ in answer.unasked] if rounds else [],
        rounds=[_by_seat(seats, {row.number: row.text for row in rows}) for rows in rounds],
        aggregation=written[0].text if written else None,
        stated=[_by_seat(seats, {row.number: row.counted for row in rows}) for rows in rounds]
        or None,
        written=written[0].stated if written else None,
        verdicts=_verdicts(rows),
    )


def _there(given: Iterable[Generation]) -> set[int]:
    """The seats of which something was asked before."""
    return {row.number for row in given if row.purpose == Purpose.RESPOND.value and not row.round}


def _seats(answer: Answer, rounds: Sequence[Sequence[Generation]]) -> dict[int, str]:
    """Seat → expert, of all that were recruited, once they were."""
    if not rounds:
        return {}
    asked = {row.number: str(row.expert_id) for row in rounds[0]}
    return dict(sorted((asked | {seat: str(expert) for seat, expert in answer.unasked}).items()))


def _by_seat(seats: Iterable[int], said: Mapping[int, str | None]) -> list[str | None]:
    return [said.get(seat) for seat in seats]


def _whole(rounds: list[list[Generation]]) -> list[list[Generation]]:
    """Without the round that a run was cancelled in."""
    return [rows for rows in rounds if len(rows) == len(rounds[0])]


def _verdicts(given: Iterable[Generation]) -> dict[str, Verdict]:
    """Of each answer that was graded. Of equal texts one may have taken too long, and one not."""
    graded = [(row.stated, Verdict(row.verdict)) for row in given if row.verdict]
    told = sorted(graded, key=lambda pair: pair[1] is not Verdict.TOO_COSTLY)
    return {stated: verdict for stated, verdict in told if stated is not None}


def _by_round(given: Iterable[Generation]) -> list[list[Generation]]:
    responses = [row for row in given if row.purpose == Purpose.RESPOND.value]
    return [list(rows) for _, rows in groupby(responses, lambda row: row.round)]
