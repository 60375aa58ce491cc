"""Reading along in a terminal as an expert answers a try."""

import time

from django.core.management.base import OutputWrapper

from webapp.commands.waiting import Stall
from webapp.plural import counted
from webapp.progress.tries import Try, as_try
from webapp.runs.models import Run

POLL_SECONDS = 0.25


def follow(run: Run, text: OutputWrapper, news: OutputWrapper) -> Try:
    """Write what is written to `text`, and what happens to `news`, until it has ended.

    Nothing is overwritten, so that it reads the same in a log. Raises WaitingFailed.
    """
    stall, said, shown = Stall(), "", ""
    while True:
        run.refresh_from_db()
        found = as_try(run)
        output = found.row.output if found.row else ""
        if not output.startswith(shown):
            news.write("\nIts worker ended: it begins again.", style_func=str)
            shown = ""
        if found.is_under_way and not output and (now := _news(found)) != said:
            news.write(now, style_func=str)  # or it would be red
            said = now
        text.write(output[len(shown) :], ending="")
        text.flush()
        shown = output
        if not found.is_under_way and run.status != Run.Status.RUNNING:
            text.write("" if shown.endswith("\n") or not shown else "\n", ending="")
            return found
        stall.check(run.event_seq, len(shown))
        time.sleep(POLL_SECONDS)


def _news(found: Try) -> str:
    return f"{found.label}. {found.waits}" if found.waits else f"{found.label} …"


def figures(found: Try) -> str:
    """The last load, the tokens and their rate, and why the output ended."""
    row = found.row
    if row is None:
        return found.ending
    visit = row.visit
    loaded = ""
    if visit and visit.loaded:
        seconds = (visit.loaded - visit.started).total_seconds()
        loaded = f"{'It answered' if found.is_far else 'Loaded'} in {seconds:.1f} s; "
    rate = f", {found.rate:,.0f} tokens/s" if found.rate else ""
    return f"{loaded}{counted(row.tokens, 'token')}{rate}. {found.ending} {found.advice}".strip()
