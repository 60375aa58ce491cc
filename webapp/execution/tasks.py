"""The CPU work of runs, done by the `default` worker."""

import logging
import threading
from functools import cache

from celery import shared_task

from webapp.db.errors import PASSING
from webapp.execution import turns
from webapp.execution.advance import with_work
from webapp.execution.golds import again
from webapp.execution.grading.regrade import give_up, regrade
from webapp.execution.grading.regrade_requests import TASK as REGRADE
from webapp.execution.grading.regrade_requests import RegradeRefused
from webapp.execution.profiles import fits
from webapp.execution.vectors import embed_some
from webapp.grading.comparer import CannotCompare
from webapp.questions.models import QuestionSet
from webapp.queue import events, workers
from webapp.runs.models import Run

logger = logging.getLogger(__name__)


# What hangs is ended, for all runs wait for this process; the beat begins it again.
@shared_task(name="runs.advance", time_limit=turns.LONGEST)
def advance(*run_ids: int) -> None:
    """Move runs on as far as they go without the GPU; a long one by turns, so that others go on."""
    _load_embedder_beside()
    for run_id in with_work(run for run in run_ids if not turns.is_on_its_way(run)):
        turns.take(run_id)


@shared_task(name=turns.TASK, time_limit=turns.LONGEST)
def go_on(run_id: int) -> None:
    """The next turn of a run that had more to do."""
    turns.take_next(run_id)


@shared_task(name="runs.advance_all", time_limit=turns.LONGEST)
def advance_all() -> None:
    """A turn for every running run, and wake whom something waits for: the beat's answer to lost
    messages."""
    workers.take_back()  # what a dead worker had claimed may be all there is
    workers.wake()
    for run_id in with_work(turns.running()):
        turns.take(run_id)  # a run that cannot go on fails by itself and leaves the others alone
    again.begin_due()
    for fit_id in fits.waiting():
        events.wake(fits.TASK, fit_id)
    for run_id in Run.objects.filter(regrading=True).values_list("pk", flat=True):
        events.wake(REGRADE, run_id)


@shared_task(name="runs.embed_questions")
def embed(question_set_id: int, embedder: str) -> None:
    """Embed a set's questions before the first run needs them, which does it otherwise."""
    questions = QuestionSet.objects.filter(pk=question_set_id).first()
    if questions is not None and embed_some(questions, embedder):
        events.wake("runs.embed_questions", question_set_id, embedder)


# What works on the run as it ends may be in the way for a moment.
@shared_task(name=REGRADE, autoretry_for=(*PASSING, CannotCompare), retry_backoff=1, max_retries=5)
def regrade_run(run_id: int) -> None:
    """Grade a run again, as the button or a program has asked, unless that is done already."""
    if not Run.objects.filter(pk=run_id, regrading=True).exists():
        return
    try:
        regrade(run_id, turns.Meanwhile())
    except (RegradeRefused, Run.DoesNotExist) as refused:  # since it was asked for
        logger.warning("run %s is not graded again: %s", run_id, refused)
    except (*PASSING, CannotCompare):
        raise  # the next try, or the beat's, may find what was missing
    except Exception as error:
        logger.exception("run %s cannot be graded again", run_id)
        give_up(run_id, f"{type(error).__name__}: {error}")


@shared_task(name=again.TASK)
def regrade_due() -> None:
    """Begin with the runs that are to be graded by newer gold answers and have ended."""
    again.begin_due()


@shared_task(name=fits.TASK)
def fit_profile(fit_id: int) -> None:
    """Fit what a page reads of a profile."""
    fits.find(fit_id)


@cache
def _load_embedder_beside() -> None:
    """Start loading the embedder with the first run: recruiting then need not wait for it."""
    from moe_core.embedder import embed

    threading.Thread(target=embed, args=[["skill"]], daemon=True).start()
