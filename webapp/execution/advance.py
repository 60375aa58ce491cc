"""Moves questions on: grades what came back, asks moe_core what is next, queues it.

Runs in the `default` worker whenever generations were committed. Every step is one transaction
over questions that nobody else holds, so it can be called any number of times, by anybody. What
may take seconds, comparing answers, is done before its transaction begins.
"""

import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from moe_core import pipeline
from moe_core.aggregation import LLM_OR_VOTE
from moe_core.stopping import ALL
from moe_core.values import Purpose, Stage, Verdict
from webapp.db import statistics
from webapp.db.bulk import update_rows
from webapp.db.errors import PASSING
from webapp.execution.asking import Asking
from webapp.execution.grading import responses, sameness
from webapp.execution.grading.responses import UNGRADED, ungraded
from webapp.execution.grading.sameness import is_due
from webapp.execution.known import after_asking, given_to, known_of
from webapp.execution.outcomes import sort_out
from webapp.execution.plans import plan_of
from webapp.execution.preparing import is_prepared
from webapp.execution.profiles import profiling, ranking
from webapp.execution.standing import count, figures, stand, take_up
from webapp.grading.comparer import CannotCompare
from webapp.queue import claims, events, workers
from webapp.runs.models import Answer, Event, Generation, Progress, Run
from webapp.runs.purposes import GRADED

logger = logging.getLogger(__name__)

FIRST, MOST = 64, 512  # questions in one transaction: more while they go quickly
QUICK, SLOW = 0.5, 2.0  # seconds of a transaction; other runs wait for the same worker
Moving = tuple[Answer, pipeline.Known]
MOVABLE = Q(pending=0) & (Q(asked=False) | Q(stage__isnull=False))


def advance_run(run_id: int, seconds: float = math.inf) -> bool:
    """Do all that can be done for a run without the GPU, or as much as some seconds allow.

    Returns whether more is left. An error in the run's own data fails the run, so that it stops
    nobody else; a database that is not there, or nobody who compares answers, is left to the next
    call.
    """
    run = Run.objects.select_related("pool", "question_set").get(pk=run_id)
    until = time.monotonic() + seconds
    try:
        if not is_prepared(run):
            return False
        at_once = FIRST
        while run.status == Run.Status.RUNNING:
            if time.monotonic() > until:
                return True
            graded = _grade_some(run)
            started = time.monotonic()
            if not graded + _in_transaction(run, partial(_advance_some, at_once=at_once)):
                break
            at_once = _next_size(at_once, time.monotonic() - started)
        if seq := _finish(run_id):
            events.notify({run_id: seq})
            statistics.renew(Answer, Generation)
            if run.kind in (Run.Kind.PROFILE, Run.Kind.RANK):
                events.wake("reruns.go_on")  # one may have waited for it
    except (*PASSING, CannotCompare):
        raise
    except Exception as error:
        logger.exception("run %s cannot go on", run_id)
        _fail(run, f"It could not go on: {type(error).__name__}: {error}")
    return False


def with_work(runs: Iterable[int]) -> list[int]:
    """Those of the runs that something can be done for: most wake-ups concern only some."""
    its = {"run": OuterRef("pk")}
    to_grade = Generation.objects.filter(**its, **UNGRADED)
    some = Exists(Answer.objects.filter(MOVABLE, **its)) | Exists(to_grade)
    running = Run.objects.filter(pk__in=list(runs), status=Run.Status.RUNNING).order_by("pk")
    return list(running.filter(some | Q(finished__gte=F("questions"))).values_list("pk", flat=True))


def _next_size(at_once: int, seconds: float) -> int:
    if seconds > SLOW:
        return max(1, at_once // 2)
    return min(MOST, 2 * at_once) if seconds < QUICK else at_once


def _in_transaction(run: Run, work: Callable[[Run], tuple[int, int]]) -> int:
    """Do a piece of work, unless the run ends meanwhile: then it is as if never begun."""
    with transaction.atomic():
        moved, seq = work(run)
        if moved and not _still_running(run):
            transaction.set_rollback(True)
            return 0
    if seq:
        events.notify({run.pk: seq})
    return moved


def _still_running(run: Run) -> bool:
    """Locks the run's row, which every transaction takes last, so that none waits in a circle."""
    run.refresh_from_db(fields=["status"], from_queryset=Run.objects.select_for_update())
    return run.status == Run.Status.RUNNING


def _fail(run: Run, problem: str) -> None:
    failed = Run.objects.filter(pk=run.pk, status=Run.Status.RUNNING).update(
        status=Run.Status.FAILED, ended=timezone.now(), problem=problem
    )
    if not failed:
        return
    with transaction.atomic():
        claims.drop_waiting(run)
        stand(run)
        seq = events.append(run.pk, Event.Kind.FAILED, problem=problem)
    events.notify({run.pk: seq})


def _grade_some(run: Run) -> int:
    """Grade responses that came back, and compare those of one question; returns how many."""
    count = 0
    if graded := responses.read_some(run):
        count += _in_transaction(run, partial(responses.store, graded))
    if found := sameness.compare_some(run):
        count += _in_transaction(run, partial(sameness.store, found))
    return count


def _advance_some(run: Run, at_once: int) -> tuple[int, int]:
    """Take questions whose generations are all in to their next stage, or to the verdict."""
    answers = list(
        _movable(run)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("question")
        .order_by("pk")[:at_once]
    )
    if not answers:
        return 0, 0
    before = [figures(answer) for answer in answers]
    take_up(run, answers)
    given = given_to(answers)
    asking = Asking(run, given)
    on = [answer for answer in answers if not _must_wait(run, answer, given[answer.pk])]
    moving = known_of(run, on, given)
    while moving:
        moving = _move(run, moving, asking)
    update_rows(answers, MOVED)
    generations = asking.store()
    if run.kind == Run.Kind.ANSWER:
        sort_out([answer.pk for answer in on if answer.is_done])
    _tell_finished(run, generations, asking.taken_from)
    if any(g.status == Generation.Status.WAITING for g in generations):
        transaction.on_commit(workers.wake)
    count(run, before, map(figures, answers))
    stages = Counter("done" if a.stage is None else Stage(a.stage).name.lower() for a in on)
    seq = events.append(run.pk, Event.Kind.ADVANCED, stages=dict(stages)) if on else 0
    return len(answers), seq


def _movable(run: Run) -> QuerySet[Answer]:
    """Questions whose generations are all in, graded, and compared where that is due."""
    found = Answer.objects.filter(MOVABLE, run=run).exclude(comparison=Answer.Comparison.DUE)
    if ungraded(run).exists():
        found = found.exclude(Exists(ungraded(run).filter(answer=OuterRef("pk"))))
    return found


def _must_wait(run: Run, answer: Answer, given: Sequence[Generation]) -> bool:
    """Whether a question's responses have to be graded or compared before it can go on."""
    if any(row.purpose in GRADED and row.text is not None and not row.verdict for row in given):
        return True
    if is_due(run, answer, given):
        answer.comparison = Answer.Comparison.DUE
    return answer.comparison == Answer.Comparison.DUE


def _move(run: Run, moving: Sequence[Moving], asking: Asking) -> list[Moving]:
    """Take questions one step on; returns those that can take another, without the GPU."""
    steps = [_step(run, answer, known) for answer, known in moving]
    for (answer, _), step in zip(moving, steps, strict=True):
        _note(run, answer, step)
    asked = asking.ask([(a, step.requests) for (a, _), step in zip(moving, steps, strict=True)])
    return [
        (answer, after_asking(known, step, generations))
        for (answer, known), step, generations in zip(moving, steps, asked, strict=True)
        if generations and not answer.pending and not _must_wait(run, answer, asking.of(answer))
    ]


def _tell_finished(run: Run, generations: Sequence[Generation], taken_from: set[int]) -> None:
    """The events that a visit and grading write of what nobody had to generate."""
    finished = [g for g in generations if g.status != Generation.Status.WAITING]
    if taken := [g for g in finished if not g.expert.is_recorded]:
        purposes = dict(Counter(g.purpose for g in taken))
        events.append(run.pk, Event.Kind.REUSED, purposes=purposes, runs=sorted(taken_from))
    if played := [g for g in finished if g.expert.is_recorded]:
        failed = sum(g.status == Generation.Status.FAILED for g in played)
        purposes = dict(Counter(g.purpose for g in played))
        events.append(run.pk, Event.Kind.GENERATED, purposes=purposes, failed=failed, tokens=0)
    if verdicts := Counter(g.verdict for g in finished if g.verdict):
        events.append(run.pk, Event.Kind.GRADED, **verdicts)


def _step(run: Run, answer: Answer, known: pipeline.Known) -> pipeline.Step:
    match run.kind:
        case Run.Kind.PROFILE:
            return profiling.step(run, answer, known)
        case Run.Kind.RANK:
            return ranking.step(run, answer)
        case _:
            return pipeline.advance(known, plan_of(run.pk)(answer.question.key))


MOVED = [
    *("asked", "stage", "pending", "skills", "probabilities", "uniform", "contributions"),
    *("unasked", "text", "verdict", "comparison"),
]


def _note(run: Run, answer: Answer, step: pipeline.Step) -> None:
    """What a step says of a question."""
    asks_more = answer.stage == Stage.RESPOND.value and run.stopping != ALL.name
    answer.asked = True
    answer.stage = step.stage.value if step.stage is not None else None
    if step.stage is Stage.RESPOND:
        answer.unasked = [[seat, int(expert)] for seat, expert in step.left]
        if asks_more or answer.comparison == Answer.Comparison.DONE:
            answer.comparison = ""  # with what the next ones state
    if step.matches:
        answer.skills = [[m.skill, m.profiled, round(m.similarity, 4)] for m in step.matches]
    if step.recruitment is not None:
        answer.probabilities = {e: p for e, p in step.recruitment.probabilities.items() if p}
        answer.uniform = step.recruitment.uniform
        answer.contributions = {
            expert: {name: round(value, 4) for name, value in of.items()}
            for expert, of in step.recruitment.scores.items()
        }
    if step.stage is None:
        answer.text = step.answer
        answer.verdict = (step.verdict or Verdict.UNGRADED).value


def _finish(run_id: int) -> int:
    """Close a run whose questions are all done; returns the seq of its last event, or 0."""
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.status != Run.Status.RUNNING or not _is_over(run):
            return 0
        problem = _what_failed(run)
        if not problem and run.kind == Run.Kind.PROFILE:
            problem = profiling.finish(run)
        elif not problem and run.kind == Run.Kind.RANK:
            ranking.finish(run)
        run.status = Run.Status.FAILED if problem else Run.Status.DONE
        run.problem = problem
        run.ended = timezone.now()
        run.save(update_fields=["status", "problem", "ended"])
        kind = Event.Kind.FAILED if problem else Event.Kind.DONE
        return events.append(run_id, kind, problem=problem)


def _is_over(run: Run) -> bool:
    if run.kind == Run.Kind.TRY:  # one generation, no questions
        return not run.generations.filter(status__in=Generation.UNENDED).exists()
    if ungraded(run).exists():  # another process is about to look at them
        return False
    return run.finished >= run.questions


def _what_failed(run: Run) -> str:
    """Why a run's result means nothing: an LLM that it rests on did not answer a single time.

    A seat that failed is only shown: the other seats answer; so is an aggregator that a vote
    stands in for. An expert that was to be profiled
    or a candidate that was to be ranked would get a figure that is not its own.
    """
    silent = Progress.objects.filter(run=run, done=0, failed__gt=0)
    if run.kind == Run.Kind.ANSWER:
        silent = silent.exclude(purpose=Purpose.RESPOND.value)
        if run.writer == LLM_OR_VOTE.name:
            silent = silent.exclude(purpose=Purpose.AGGREGATE.value)
    first = silent.select_related("expert").first()
    if first is None:
        return ""
    rows = Generation.objects.filter(run=run, expert=first.expert, status=Generation.Status.FAILED)
    reason = rows.values_list("problem", flat=True).first()
    if run.kind == Run.Kind.TRY:
        return str(reason)
    return f"{first.expert} ({first.purpose}) answered nothing: {reason}"
