"""Waiting for runs in a terminal: Postgres says how far they are, a bar shows it."""

import sys
import time
from collections.abc import Sequence

from django.core.management.base import CommandError
from django.db.models import F, Sum
from tqdm import tqdm

from webapp.progress.gpu import gpu_now
from webapp.queue.workers import living_workers
from webapp.runs.models import Progress, Run, Visit

POLL_SECONDS = 0.25
TERMINAL_SECONDS = 0.25  # between two states of the bar, which overwrite each other there,
LOG_SECONDS = 10  # but not in a log
# A load may take longer than this, but then a gpu worker is alive.
STALLED_SECONDS = 180


class WaitingFailed(CommandError):
    """A run failed, was cancelled, or nobody works on it; the message says what to do."""


def wait_for(runs: Sequence[Run], show: bool, poll_seconds: float = POLL_SECONDS) -> None:
    """Return when all runs are done, with a bar over their generations if `show`.

    The bar grows as later stages are asked for. Raises WaitingFailed.
    """
    ids = [run.pk for run in runs]
    stall = Stall()
    with tqdm(total=0, unit=" generations", disable=not show, dynamic_ncols=True) as bar:
        every = TERMINAL_SECONDS if sys.stderr.isatty() else LOG_SECONDS
        shown = 0.0
        while not _are_over(ids):
            bar.total, bar.n = _counts(ids)
            stall.check(_events(ids), bar.n)
            if time.monotonic() - shown >= every:
                shown = time.monotonic()
                bar.set_postfix_str(_on_the_gpu())
            time.sleep(poll_seconds)
        bar.total, bar.n = _counts(ids)
        bar.set_postfix_str("")
    check_ends(ids)


class Stall:
    """Notices that nothing has moved for long, and that nobody is there to move it."""

    def __init__(self) -> None:
        self._moved = time.monotonic()
        self._seen: tuple[int, ...] = ()

    def check(self, *seen: int) -> None:
        """Raises WaitingFailed."""
        if seen != self._seen:
            self._moved, self._seen = time.monotonic(), seen
        elif time.monotonic() - self._moved > STALLED_SECONDS and (kinds := _missed()):
            raise WaitingFailed(
                f"Nothing has moved for {STALLED_SECONDS} s and no {kinds} worker is running:"
                " start the product with `make serve`. What was submitted goes on then."
            )


def _missed() -> str:
    """The kinds of workers that something waits for, and that are not there; empty: none."""
    return " and no ".join(sorted(gpu_now().silent)) or ("" if living_workers() else "gpu")


def _are_over(ids: Sequence[int]) -> bool:
    return not Run.objects.filter(pk__in=ids, status=Run.Status.RUNNING).exists()


def _counts(ids: Sequence[int]) -> tuple[int, int]:
    """Generations asked for, and ended well or badly."""
    sums = Progress.objects.filter(run__in=ids).aggregate(
        asked=Sum("asked", default=0), ended=Sum(F("done") + F("failed"), default=0)
    )
    return sums["asked"], sums["ended"]


def _events(ids: Sequence[int]) -> int:
    total: int = Run.objects.filter(pk__in=ids).aggregate(n=Sum("event_seq", default=0))["n"]
    return total


def _on_the_gpu() -> str:
    visit = Visit.objects.filter(ended=None).select_related("expert").last()
    if visit is None:
        return ""
    return str(visit.expert) if visit.loaded else f"loading {visit.expert}"


def check_ends(ids: Sequence[int]) -> None:
    bad = (Run.Status.FAILED, Run.Status.CANCELLED)
    ends = [
        f"{run} {'failed' if run.status == Run.Status.FAILED else 'was cancelled'}"
        + (f": {run.problem}" if run.problem else ".")
        for run in Run.objects.filter(pk__in=ids, status__in=bad).order_by("pk")
    ]
    if ends:
        raise WaitingFailed(" ".join(ends))
