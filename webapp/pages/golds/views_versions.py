"""The versions of a set's gold answers: what was corrected, undone, and graded again."""

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Prefetch
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.execution.golds import again
from webapp.exports.streaming import download
from webapp.pages.shared.addresses import key_param
from webapp.pages.shared.paging import page_of
from webapp.plural import counted
from webapp.questions.golds import GoldRefused, undo
from webapp.questions.lines import lines
from webapp.questions.models import GoldCorrection, GoldVersion, QuestionSet

VERSIONS = 20  # on a page
CORRECTIONS = 50  # shown of each
RUNS = 20  # named


@require_safe
def golds(request: TeamRequest, pk: int) -> HttpResponse:
    found = _set_or_404(request, pk)
    undone = GoldVersion.objects.filter(undoes=OuterRef("pk"))
    rows = GoldCorrection.objects.select_related("question").defer("question__text")[:CORRECTIONS]
    versions = (
        found.gold_versions.select_related("person", "undoes")
        .prefetch_related(Prefetch("corrections", rows, to_attr="shown"))
        .annotate(is_undone=Exists(undone), count=Count("corrections"))
    )
    page = page_of(request, versions, size=VERSIONS, newest_first=True)
    before = again.graded_before(found)
    context = {
        "question_set": found,
        "page": page,
        "count": before.count(),
        "runs": before.order_by("-pk")[:RUNS],
        "due": before.filter(regrade_due=True).count(),
        "profiles": again.profiles_before(found)[:RUNS],
    }
    return render(request, "golds/versions.html", context)


@require_POST
def undo_version(request: TeamRequest, pk: int, number: int) -> HttpResponse:
    found = _set_or_404(request, pk)
    version = get_object_or_404(found.gold_versions, number=number)
    try:
        made = undo(version, request.user)
    except GoldRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, f"Version {number} is undone: {found} has version {made.number} now."
        )
    return redirect("question-set-golds", pk=pk)


@require_POST
def regrade_runs(request: TeamRequest, pk: int) -> HttpResponse:
    """Workers do it, one run after the other."""
    found = _set_or_404(request, pk)
    marked = again.ask(found)
    told = counted(marked, "run is", "runs are")
    messages.info(
        request,
        f"{told} graded again by version {found.version}; what is going on, when it has ended."
        if marked
        else f"Every run on {found} is graded by version {found.version} already.",
    )
    return redirect("question-set-golds", pk=pk)


@require_safe
def export(request: TeamRequest, pk: int) -> StreamingHttpResponse:
    """The questions with the newest gold answers, or those of a `?version=`."""
    found = _set_or_404(request, pk)
    version = key_param(request.GET, "version") or found.version
    name = f"{slugify(found.name) or 'questions'}-v{min(version, found.version)}.jsonl"
    return download(lines(found, version), "application/jsonl", name)


def _set_or_404(request: TeamRequest, pk: int) -> QuestionSet:
    return get_object_or_404(QuestionSet, pk=pk, team=request.team)
