"""A run's seats as a file, under the filters of its list of questions."""

from django.db import transaction
from django.http import Http404, StreamingHttpResponse
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.accounts.rights import OWN
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.exports.forms import FORMS
from webapp.exports.seats import seats, under
from webapp.exports.streaming import download
from webapp.pages.shared.lookups import run_or_404
from webapp.results.filters import Filters


@require_safe
def run_seats(request: TeamRequest, pk: int, form: str) -> StreamingHttpResponse:
    run = run_or_404(request, pk)
    if form not in FORMS:
        raise Http404
    filters = Filters.of(request.GET)
    with transaction.atomic():
        record(Action.RUN_EXPORTED, run, form=form, filters=filters.query)
    following = under(filters, run, request.user)
    rows = seats(run, request.user, owns=OWN in request.may, following=following)
    written = FORMS[form].write(rows)
    return download(written, FORMS[form].kind, f"run-{run.pk}-seats.{form}")
