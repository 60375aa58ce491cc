"""The questions of a run, as a table and one by one."""

from django.db.models.functions import Left
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moe_core.values import Verdict
from webapp.accounts.middleware import TeamRequest
from webapp.paging import page_of
from webapp.runs import reading
from webapp.runs.models import Run
from webapp.runs.one_answer import answer_of, show
from webapp.runs.results import Filters

PREVIEW = 220  # characters of a question in the table
FILTERS = [("", "All"), *((v.value, v.value.capitalize()) for v in Verdict), ("open", "Not yet")]
UNMATCHED = ("unmatched", "Unmatched")


@require_safe
def answers(request: TeamRequest, pk: int) -> HttpResponse:
    run = reading.run_of(request.team, pk)
    filters = Filters.of(request.GET)
    found = (
        filters.answers(run, request.user)
        .select_related("question")
        .defer("probabilities", "question__text", "question__options")
        .annotate(preview=Left("question__text", PREVIEW))
    )
    context = {
        "run": run,
        "page": page_of(request, found),
        "chosen": filters.verdict,
        "filters": _filters(run),
    }
    return render(request, "runs/answers.html", context)


def _filters(run: Run) -> list[tuple[str, str]]:
    if run.kind != Run.Kind.ANSWER:
        return []
    return [*FILTERS, UNMATCHED] if run.unmatched else FILTERS


@require_safe
def answer(request: TeamRequest, pk: int, answer_pk: int) -> HttpResponse:
    """A page of its own, or with `?pane=1` what stands beside the table."""
    return show(request, answer_of(reading.run_of(request.team, pk), answer_pk))
