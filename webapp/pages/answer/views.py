"""One question of a run."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.pages.answer.page import answer_of, show
from webapp.pages.shared.lookups import run_or_404


@require_safe
def answer(request: TeamRequest, pk: int, answer_pk: int) -> HttpResponse:
    """A page of its own, or with `?pane=1` what stands beside the table."""
    return show(request, answer_of(run_or_404(request, pk), answer_pk))
