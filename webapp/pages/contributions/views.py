"""What each expert has added to a run."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.findings.contributions import ask
from webapp.pages.contributions.table import in_words, rows_of
from webapp.pages.shared.findings import when_found
from webapp.pages.shared.lookups import answering_or_404
from webapp.runs.models import Run


@require_safe
def contributions(request: TeamRequest, pk: int) -> HttpResponse:
    run = answering_or_404(request, pk)
    return render(request, "contributions/contributions.html", _found(run))


@require_safe
def found(request: TeamRequest, pk: int) -> HttpResponse:
    """The part of the page that is asked for again until it is found."""
    context = _found(answering_or_404(request, pk))
    return when_found(request, "contributions/_found.html", context, context["finding"])


def _found(run: Run) -> dict[str, Any]:
    finding = ask(run)
    rows = rows_of(run, finding) if finding is not None else []
    return {
        "run": run,
        "finding": finding,
        "rows": rows,
        "told": in_words(rows),
        "by_llm": finding is not None and finding.found.get("writer", run.writer) != run.writer,
        "asks_again": run.answered_by is not None and run.answered_by.rounds > 1,
        "emptied": [row for row in rows if row.told.row["seats"] and not row.again],
    }
