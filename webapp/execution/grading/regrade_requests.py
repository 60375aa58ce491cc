"""Asking for a run to be graded again.

The web process asks; it never grades (`regrade.py` does, in a worker).
"""

from moe_core.scorers import check_scoring
from moe_core.values import Scoring
from webapp.execution.errors import RunRefused
from webapp.queue import events
from webapp.runs.models import Generation, Run

TASK = "runs.regrade"


class RegradeRefused(RunRefused):
    """The run cannot be graded again; the message says why and what to do."""


def check(run: Run) -> None:
    """Raises RegradeRefused."""
    if run.kind == Run.Kind.TRY:
        raise RegradeRefused(f"{run} tried an expert: it has no answers to grade.")
    if run.status == Run.Status.RUNNING:
        raise RegradeRefused(f"{run} is still running: wait until it is done, or cancel it.")
    if run.generations.filter(status=Generation.Status.CLAIMED).exists():
        raise RegradeRefused(f"{run} was ended while it generated: wait a moment.")
    # Rankings, and runs that recruit by evidence, read these verdicts until they are done.
    if run.kind == Run.Kind.PROFILE and run.profile is not None:
        reading = run.profile.runs.exclude(pk=run.pk).filter(status=Run.Status.RUNNING)
        if one := reading.first():
            raise RegradeRefused(f"{one} goes by the responses of {run}: wait until it has ended.")


def ask(run: Run, scoring: Scoring | None = None) -> None:
    """Wake the `default` worker for it. Raises RegradeRefused, and ScorerError."""
    check(run)
    if scoring is None:
        events.wake(TASK, run.pk)
        return
    check_scoring(scoring)
    events.wake(TASK, run.pk, scoring.scorer, scoring.pattern)
