"""The questions of a run, as a table and one by one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.runs import reading, result_table
from webapp.runs.one_answer import answer_of, show


@require_safe
def answers(request: TeamRequest, pk: int) -> HttpResponse:
    run = reading.run_of(request.team, pk)
    return render(request, "runs/answers.html", result_table.shown(request, run))


@require_safe
def answer(request: TeamRequest, pk: int, answer_pk: int) -> HttpResponse:
    """A page of its own, or with `?pane=1` what stands beside the table."""
    return show(request, answer_of(reading.run_of(request.team, pk), answer_pk))
