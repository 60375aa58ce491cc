"""What is done with things of every kind: another name, archiving, deleting, undoing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.keeping import archiving, deleting
from webapp.keeping.hanging import hanging_on
from webapp.keeping.kinds import KeepingRefused, Named, called, word_of
from webapp.keeping.naming import rename
from webapp.pages.shared.kinds import thing_or_404
from webapp.pages.shared.paging import page_of
from webapp.runs.models import Profile, Run
from webapp.things.models import Deletion

LISTS = {"question set": "question-sets", "pool": "pools", "profile": "pools", "run": "runs"}


@require_POST
def rename_thing(request: TeamRequest, kind: str, pk: int) -> HttpResponse:
    thing = thing_or_404(request, kind, pk)
    try:
        rename(thing, request.POST.get("name", ""), request.user)
    except KeepingRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"It is called {called(thing)} now.")
    return redirect(thing)


@require_POST
def archive_thing(request: TeamRequest, kind: str, pk: int) -> HttpResponse:
    """`back`: out of the archive."""
    thing = thing_or_404(request, kind, pk)
    if request.POST.get("back"):
        archiving.bring_back(thing, request.user)
        messages.success(request, f"{thing} is in lists and choices again.")
        return redirect(thing)
    try:
        was_baseline = archiving.archive(thing, request.user)
    except KeepingRefused as refused:
        messages.error(request, str(refused))
        return redirect(thing)
    messages.success(request, f"{thing} is archived.{_baseline(thing) if was_baseline else ''}")
    return redirect(thing)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_thing(request: TeamRequest, kind: str, pk: int) -> HttpResponse:
    """Names what hangs on it first."""
    thing = thing_or_404(request, kind, pk)
    problem = ""
    if request.method == "POST":
        agreed = bool(request.POST.get("all"))
        try:
            deletion = deleting.delete(thing, request.user, with_all=agreed)
        except KeepingRefused as refused:
            problem = str(refused)
        else:
            messages.success(request, _deleted(thing, deletion))
            return redirect(_above(thing))
    hanging = hanging_on(thing)
    profiles, runs = hanging.others()
    counted = hanging.counted()
    context = {
        "thing": thing,
        "kind": kind,
        "word": word_of(thing),
        "called": called(thing),
        "profiles": profiles,
        "runs": runs,
        "counted": counted,
        "told": counted.told(),
        "baseline": isinstance(thing, Run) and thing.baseline,
        "days": deleting.KEPT.days,
        "undeletable": deleting.undeletable(hanging),
        "problem": problem,
    }
    return render(request, "things/delete.html", context, status=422 if problem else 200)


@require_safe
def deleted(request: TeamRequest) -> HttpResponse:
    page = page_of(request, deleting.deletions_of(request.team), newest_first=True)
    rows = [(row, deleting.until(row)) for row in page.rows]
    context = {"page": page, "rows": rows, "days": deleting.KEPT.days}
    return render(request, "things/deleted.html", context)


@require_POST
def undo(request: TeamRequest, pk: int) -> HttpResponse:
    deletion = get_object_or_404(deleting.deletions_of(request.team), pk=pk)
    try:
        renamed = deleting.undo(deletion, request.user)
    except KeepingRefused as refused:
        messages.error(request, str(refused))
        return redirect("deleted")
    messages.success(request, f"{deletion} is back, with all that was deleted with it.")
    for thing in renamed:
        messages.info(request, f"Its name was taken meanwhile: it is called {thing} now.")
    return redirect(LISTS[deletion.kind])


def _deleted(thing: Named, deletion: Deletion) -> str:
    was_baseline = isinstance(thing, Run) and thing.baseline
    return (
        f"{deletion} is deleted.{_baseline(thing) if was_baseline else ''} It can be brought back"
        f" for {deleting.KEPT.days} days: see Deleted."
    )


def _baseline(thing: Named) -> str:
    assert isinstance(thing, Run)
    return f" It was the baseline of {thing.question_set}, which has none now."


def _above(thing: Named) -> str:
    """Where one goes on: the list that it was in."""
    if isinstance(thing, Profile):
        return thing.pool.get_absolute_url()
    return resolve_url(LISTS[word_of(thing)])
