"""Asking for a run to be graded again, and saying what came of it.

The web process asks and shows; it never grades (`runs/regrading.py` does, in a worker).
"""

from collections.abc import Mapping
from typing import Any

from webapp.runs import events
from webapp.runs.models import Run
from webapp.runs.submit import RunRefused

TASK = "runs.regrade"
EVENT = "regraded"


class RegradeRefused(RunRefused):
    """The run cannot be graded again; the message says why and what to do."""


def check(run: Run) -> None:
    """Raises RegradeRefused."""
    if run.kind == Run.Kind.TRY:
        raise RegradeRefused(f"{run} tried an expert: it has no answers to grade.")
    if run.status == Run.Status.RUNNING:
        raise RegradeRefused(f"{run} is still running: wait until it is done, or cancel it.")
    if run.generations.filter(status="claimed").exists():
        raise RegradeRefused(f"{run} was ended while it generated: wait a moment.")
    # Rankings, and runs that recruit by evidence, read these verdicts until they are done.
    if run.kind == Run.Kind.PROFILE and run.profile is not None:
        reading = run.profile.runs.exclude(pk=run.pk).filter(status=Run.Status.RUNNING)
        if one := reading.first():
            raise RegradeRefused(f"{one} goes by the responses of {run}: wait until it has ended.")


def ask(run: Run) -> None:
    """Wake the `default` worker for it. Raises RegradeRefused."""
    check(run)
    events.wake(TASK, run.pk)


def words(told: Mapping[str, Any]) -> str:
    """What a regraded event tells."""
    if not any(told.get(name) for name in ("stated", "verdicts", "answers")):
        return "Graded again: nothing changed" + _more(told)
    said = (
        f"Graded again: {told.get('stated')} of {told.get('responses')} responses state something"
        f" else, {told.get('verdicts')} of their verdicts and {told.get('answers')} answers changed"
    )
    if "correct" in told:
        said += f"; {told.get('was_correct')} correct before, {told['correct']} now"
    return said + _more(told)


def _more(told: Mapping[str, Any]) -> str:
    return f". {told['rests']}" if told.get("rests") else ""
