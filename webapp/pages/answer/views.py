"""One question of a run."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.pages.answer.page import answer_of, show
from webapp.pages.shared.lookups import run_or_404
from webapp.pages.shared.written import PARTS, reading
from webapp.reviews.reading import waiting_blind


@require_safe
def answer(request: TeamRequest, pk: int, answer_pk: int) -> HttpResponse:
    """A page of its own, or with `?pane=1` what stands beside the table."""
    return show(request, answer_of(run_or_404(request, pk), answer_pk))


@require_safe
def output(
    request: TeamRequest, pk: int, answer_pk: int, generation_pk: int, part: str
) -> HttpResponse:
    """One of the PARTS of what was generated, for a page where somebody opens it."""
    found = answer_of(run_or_404(request, pk), answer_pk)
    if part not in PARTS or waiting_blind([found], request.user):
        raise Http404
    row = get_object_or_404(found.generations.select_related("expert", "visit"), pk=generation_pk)
    context = {"row": row, "written": reading(row), "part": part}
    return render(request, "answer/_output.html", context)
