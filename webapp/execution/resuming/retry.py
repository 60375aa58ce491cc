"""Asking again for what failed in a run that has ended, and for nothing else.

A question that has lost a generation goes back to the stage in which it did. What came after that
rests on too little and is asked for again; what came before, and every other question, stays. Until
there is something new, everything stands (`execution/standing.py`).
"""

from django.db import transaction
from django.utils import timezone

from moe_core.engine import AT_LIMIT
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.execution.errors import RunRefused
from webapp.execution.grading.regrade_requests import not_graded
from webapp.execution.limits import take_place
from webapp.execution.standing import count_finished
from webapp.experts.engines import RECORDED
from webapp.queue import events, workers
from webapp.runs.models import Event, Generation, Progress, Run
from webapp.runs.sql import executed, fetched

ENDED = (Run.Status.DONE, Run.Status.FAILED, Run.Status.CANCELLED)

# Live experts can be asked again; recorded ones have something to say where it was imported since.
_LOST = """
    FROM runs_generation g JOIN experts_expert e ON e.id = g.expert_id
    WHERE g.run_id = %(run)s AND g.status = %(status_failed)s AND (
        e.engine <> %(recorded)s OR EXISTS (
            SELECT FROM runs_recordedresponse r JOIN runs_answer a ON a.question_id = r.question_id
            WHERE a.id = g.answer_id AND r.expert_id = g.expert_id))
"""
_HOW_MANY = f"SELECT count(*) {_LOST}"
# Of each question what it lost first: what came after that is asked for again anyhow. A profile run
# and a ranking ask for everything at once: there, nothing comes after.
_AGAIN = f"""
    CREATE TEMPORARY TABLE again ON COMMIT DROP AS
    SELECT * FROM (
        SELECT g.id, g.answer_id, e.engine <> %(recorded)s AS is_live,
               rank() OVER (PARTITION BY g.answer_id ORDER BY g.stage, g.round) AS place {_LOST}) l
    WHERE place = 1 OR NOT %(is_answering)s
"""  # noqa: S608 (our own)
# Why it failed stays with it: should the run be ended before its turn comes, it has failed so.
_WAIT_AGAIN = """
    UPDATE runs_generation g
    SET status = %(status_waiting)s, attempts = 0, finished = NULL, visit_id = NULL,
        created = %(now)s
    FROM again a WHERE a.id = g.id AND a.is_live
"""
# They begin anew and find again what is there (`continuing.py`), once all that waits is done. Until
# then they are as they were (`execution/standing.py`).
_OPEN_AGAIN = """
    UPDATE runs_answer a
    SET comparison = CASE WHEN comparison = %(comparison_costly)s THEN comparison ELSE '' END,
        asked = false, stage = NULL,
        pending = (SELECT count(*) FROM runs_generation g
                   WHERE g.answer_id = a.id AND g.status = %(status_waiting)s)
    WHERE a.id IN (SELECT answer_id FROM again)
"""
_COUNT = """
    UPDATE runs_progress p
    SET asked = v.asked, done = v.done, failed = v.failed, tokens = v.tokens, cut_off = v.cut_off
    FROM (
        SELECT p.id, count(g.id) AS asked,
               count(g.id) FILTER (WHERE g.status = %(status_done)s) AS done,
               count(g.id) FILTER (WHERE g.status = %(status_failed)s) AS failed,
               coalesce(sum(g.tokens) FILTER (WHERE g.status = %(status_done)s), 0) AS tokens,
               count(g.id) FILTER (
                   WHERE g.status = %(status_done)s AND g.finish_reason = %(at_limit)s) AS cut_off
        FROM runs_progress p LEFT JOIN runs_generation g
          ON g.run_id = p.run_id AND g.purpose = p.purpose AND g.expert_id = p.expert_id
        WHERE p.run_id = %(run)s GROUP BY p.id) v
    WHERE p.id = v.id
"""


class RetryRefused(RunRefused):
    """There is nothing to ask again; the message says why and what to do."""


def failed(run: Run) -> int:
    """Generations that may be asked again, or played back now."""
    ((count,),) = fetched(_HOW_MANY, run=run.pk, recorded=RECORDED.name)
    return int(count)


def check(run: Run) -> None:
    """Raises RetryRefused."""
    if run.kind == Run.Kind.TRY:
        raise RetryRefused("Try the expert again on its page.")
    if run.status == Run.Status.RUNNING:
        raise RetryRefused(f"{run} is still running: wait until it has ended.")
    if problem := not_graded(run):
        raise RetryRefused(problem)
    if run.finished < run.questions:
        raise RetryRefused(f"{run} was ended before all was asked: continue it instead.")
    if run.generations.filter(status__in=Generation.UNENDED).exists():
        raise RetryRefused(f"{run} is just being stopped: retry it in some seconds.")
    if not failed(run):
        raise RetryRefused(f"Nothing failed in {run} that an expert could be asked again.")
    if resting := _resting(run):
        raise RetryRefused(f"{resting} rests on what {run} found: build the profile again instead.")


def retriable(run: Run) -> int:
    """Generations that a button may offer to retry; 0 where it would be refused."""
    if run.status not in ENDED or not run.progress.filter(failed__gt=0).exists():
        return 0
    try:
        check(run)
    except RetryRefused:
        return 0
    return failed(run)


@transaction.atomic
def retry(run: Run) -> int:
    """Put what failed back into the queue; returns how many generations. Raises RetryRefused."""
    # Locked first, as by grading again, so that the two never work on a run at once.
    run.refresh_from_db(from_queryset=Run.objects.select_for_update())
    check(run)
    take_place(run.created_by)
    again = _ask_again(run)
    if not again or not Run.objects.filter(pk=run.pk, status__in=ENDED).update(
        status=Run.Status.RUNNING, ended=None, problem=""
    ):
        raise RetryRefused(f"{run} is being retried already.")
    _withhold_results(run)
    _count(run)
    seq = events.append(run.pk, Event.Kind.RETRIED, generations=again)
    record(Action.RUN_RETRIED, run, generations=again)
    transaction.on_commit(workers.wake)
    transaction.on_commit(lambda: events.wake("runs.advance", run.pk))  # for what is played back
    transaction.on_commit(lambda: events.notify({run.pk: seq}))
    return again


def _resting(run: Run) -> Run | None:
    """A run that reads what this one stored in its profile."""
    if run.kind == Run.Kind.ANSWER or run.profile is None:
        return None
    # Those that are deleted can come back.
    resting = Run.every.filter(profile=run.profile).exclude(pk=run.pk)
    return (
        resting if run.kind == Run.Kind.PROFILE else resting.filter(kind=Run.Kind.ANSWER)
    ).first()


def _ask_again(run: Run) -> int:
    """What recorded experts lacked is played back when their question goes on."""
    is_answering = run.kind == Run.Kind.ANSWER
    executed(_AGAIN, run=run.pk, recorded=RECORDED.name, is_answering=is_answering)
    executed(_WAIT_AGAIN, now=timezone.now())
    executed(_OPEN_AGAIN)
    ((again,),) = fetched("SELECT count(*) FROM again")
    return int(again)


def _withhold_results(run: Run) -> None:
    """What a profile run or a ranking stored at its end is not used until it does so again."""
    if run.kind == Run.Kind.ANSWER or run.profile is None:
        return
    if run.kind == Run.Kind.PROFILE:
        run.profile.ready = False
    else:
        run.profile.ranked = False
    run.profile.save(update_fields=["ready", "ranked"])


def _count(run: Run) -> None:
    """The summary counts, from what is there now; verdicts stand."""
    count_finished(run)
    executed(_COUNT, run=run.pk, at_limit=AT_LIMIT)
    Progress.objects.filter(run=run, asked=0).delete()
