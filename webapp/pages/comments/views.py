"""Comments on anything, and what is there for one person: notices, and queues that wait."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.comments.models import Comment, Notice, Thing, address_of
from webapp.comments.posting import post, remove, team_of
from webapp.comments.threads import mark_read, notices_of
from webapp.experts.models import Pool
from webapp.pages.comments.forms import CommentForm
from webapp.pages.shared.addresses import key_param
from webapp.pages.shared.lookups import profile_or_404, run_or_404
from webapp.pages.shared.paging import page_of
from webapp.questions.models import Question
from webapp.reviews.progress import waiting_for
from webapp.runs.models import Answer
from webapp.things.models import there_by


@require_POST
def comment(request: TeamRequest, kind: str, pk: int) -> HttpResponse:
    thing = _thing(request, kind, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        for error in form.errors.get("text", ()):
            messages.error(request, str(error))
        return redirect(address_of(thing) + "#comments-title")
    parent = thing.comments.filter(pk=key_param(request.POST, "parent") or 0).first()
    return redirect(post(thing, request.user, form.cleaned_data["text"], parent))


@require_POST
def uncomment(request: TeamRequest, pk: int) -> HttpResponse:
    """One's own; others' are not there. What answers it goes with it."""
    found = get_object_or_404(Comment, pk=pk, author=request.user)
    if team_of(found.thing) != request.team:
        raise Http404
    thing = found.thing
    remove(found)
    return redirect(address_of(thing) + "#comments-title")


@require_safe
def mine(request: TeamRequest) -> HttpResponse:
    context = {
        "waiting": waiting_for(request.user, request.team.pk) if request.may.review else [],
        "page": page_of(request, notices_of(request.user, request.team), newest_first=True),
        "unread": notices_of(request.user, request.team).filter(read=None).count(),
    }
    return render(request, "comments/mine.html", context)


@require_safe
def notice(request: TeamRequest, pk: int) -> HttpResponse:
    """On to what it tells of; then it is read."""
    rows = notices_of(request.user, request.team)
    found = get_object_or_404(rows, pk=pk)
    mark_read(rows.filter(pk=pk))
    return redirect(found.address)


@require_POST
def read_all(request: TeamRequest) -> HttpResponse:
    mark_read(Notice.objects.filter(person=request.user, team=request.team))
    return redirect("mine")


def _thing(request: TeamRequest, kind: str, pk: int) -> Thing:
    """Of the person's team. Raises Http404."""
    match kind:
        case "run":
            return run_or_404(request, pk)
        case "profile":
            return profile_or_404(request, pk)
        case "pool":
            return get_object_or_404(Pool, pk=pk, team=request.team)
        case "question":
            rows = Question.objects.select_related("question_set__team")
            theirs = rows.filter(there_by("question_set"), question_set__team=request.team)
            return get_object_or_404(theirs, pk=pk)
        case "answer":
            answers = Answer.objects.select_related("run__team", "question")
            ours = answers.filter(there_by("run"), run__team=request.team, run__kind="answer")
            return get_object_or_404(ours, pk=pk)
    raise Http404
