"""What people say of answers: verdicts, rulings, comments, and review mode."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.comments.posting import post, remove
from webapp.pages.answer import review_mode as mode
from webapp.pages.answer.page import Trail, answer_of, show
from webapp.pages.answer.review_forms import ReviewForm
from webapp.pages.comments.forms import CommentForm
from webapp.pages.shared.addresses import key_param
from webapp.pages.shared.lookups import answering_or_404
from webapp.results.filters import neighbours
from webapp.reviews import saying
from webapp.reviews.models import Change, Review
from webapp.reviews.reading import may_rule, may_undo
from webapp.reviews.saying import Stale, stamp_of
from webapp.reviews.verdicts import given_in, in_words, titles_of
from webapp.runs.models import Answer, Run

NOT_YOURS_TO_SETTLE = "Somebody else settles this answer: its queue says who."
NOT_YOURS_TO_UNDO = "You can undo what you did yourself: ask an admin for the rest."


@require_safe
def review_mode(request: TeamRequest, pk: int) -> HttpResponse:
    """On to the first answer that waits for this person, behind `?after=` a key."""
    run = answering_or_404(request, pk)
    filters = mode.with_default(Trail.of(request).filters)
    after = key_param(request.GET, "after")
    if found := mode.first_waiting(run, filters, request.user, after or 0):
        return redirect(_address(run, found, Trail(filters, is_review=True, is_pane=False).query))
    context = {
        "run": run,
        "trail": Trail(filters, is_review=False, is_pane=False),
        "back": Trail(mode.every_of(filters), is_review=False, is_pane=False).of_list,
        "walk": mode.walk_of(run, filters, request.user),
    }
    return render(request, "answer/reviewed.html", context)


@require_POST
def review(request: TeamRequest, pk: int, answer_pk: int) -> HttpResponse:
    """A person has one review of an answer: another one takes its place."""
    answer = _answer(request, pk, answer_pk)
    form = ReviewForm(request.POST, answer=answer, kinds=given_in(request.team))
    if not form.is_valid():
        return show(request, answer, review=form, status=422)
    try:
        said = saying.give(answer, request.user, form.said, seen=form.read)
    except Stale as stale:
        form = form.again(stamp_of(answer, request.user))
        return show(request, answer, review=form, stale=stale, status=409)
    trail = Trail.of(request)
    if trail.is_review or request.POST.get("next") == "1":
        return _go_on(request, answer, said, trail)
    return _back(answer, trail)


@require_POST
def withdraw(request: TeamRequest, pk: int, answer_pk: int) -> HttpResponse:
    answer = _answer(request, pk, answer_pk)
    return _unless_stale(
        request,
        answer,
        lambda: saying.withdraw(answer, request.user, seen=key_param(request.POST, "seen")),
    )


@require_POST
def rule(request: TeamRequest, pk: int, answer_pk: int) -> HttpResponse:
    """Settle what people say of an answer: one ruling, by whoever may."""
    answer = _answer(request, pk, answer_pk)
    if not may_rule(request.user, request.may, answer):
        return _refused(request, answer, NOT_YOURS_TO_SETTLE)
    form = ReviewForm(request.POST, answer=answer, kinds=given_in(request.team), is_ruling=True)
    if not form.is_valid():
        return show(request, answer, ruling=form, status=422)
    try:
        saying.give(answer, request.user, form.said, is_ruling=True, seen=form.read)
    except Stale as stale:
        form = form.again(stamp_of(answer, request.user, is_ruling=True))
        return show(request, answer, ruling=form, stale=stale, status=409)
    return _back(answer, Trail.of(request))


@require_POST
def unrule(request: TeamRequest, pk: int, answer_pk: int) -> HttpResponse:
    """Withdraw the ruling: what people said stands again."""
    answer = _answer(request, pk, answer_pk)
    if not may_rule(request.user, request.may, answer):
        return _refused(request, answer, NOT_YOURS_TO_SETTLE)
    seen = key_param(request.POST, "seen")
    return _unless_stale(
        request,
        answer,
        lambda: saying.withdraw(answer, request.user, is_ruling=True, seen=seen),
    )


@require_POST
def undo(request: TeamRequest, pk: int, answer_pk: int, change_pk: int) -> HttpResponse:
    """Put back what a change has replaced."""
    answer = _answer(request, pk, answer_pk)
    rows = Change.objects.select_related("answer__run__team", "person")
    change = get_object_or_404(rows, pk=change_pk, answer=answer)
    if not may_undo(request.user, request.may, change):
        return _refused(request, answer, NOT_YOURS_TO_UNDO)
    return _unless_stale(request, answer, lambda: saying.undo(change, request.user))


@require_POST
def comment(request: TeamRequest, pk: int, answer_pk: int) -> HttpResponse:
    answer = _answer(request, pk, answer_pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return show(request, answer, comment=form, status=422)
    parent = answer.comments.filter(pk=key_param(request.POST, "parent") or 0).first()
    post(answer, request.user, form.cleaned_data["text"], parent)
    saying.tell_others(answer, request.user)
    return _back(answer, Trail.of(request), "comments-title")


@require_POST
def uncomment(request: TeamRequest, pk: int, answer_pk: int, comment_pk: int) -> HttpResponse:
    """One's own; others' are not there."""
    answer = _answer(request, pk, answer_pk)
    remove(get_object_or_404(answer.comments, pk=comment_pk, author=request.user))
    return _back(answer, Trail.of(request), "comments-title")


def _answer(request: TeamRequest, pk: int, answer_pk: int) -> Answer:
    return answer_of(answering_or_404(request, pk), answer_pk)


def _refused(request: TeamRequest, answer: Answer, why: str) -> HttpResponse:
    messages.error(request, why)
    return _back(answer, Trail.of(request))


def _unless_stale(request: TeamRequest, answer: Answer, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except Stale as stale:
        return show(request, answer, stale=stale, status=409)
    return _back(answer, Trail.of(request))


def _go_on(request: TeamRequest, answer: Answer, said: Review, trail: Trail) -> HttpResponse:
    """To the next answer, with a trail back to the one that has just been reviewed."""
    here = _address(answer.run, answer.pk, trail.query)
    words = in_words(said.verdicts, titles_of(request.team))
    told = format_html(
        'Question {}: {}. <a href="{}">Look again</a>', answer.question.row, words, here
    )
    messages.success(request, told)
    if trail.is_review:
        after = f"{trail.of_list_after}{answer.pk}"
        return redirect(reverse("run-review", args=[answer.run_id]) + after)
    _, following = neighbours(answer, trail.filters, request.user)
    return (
        redirect(_address(answer.run, following, trail.query))
        if following
        else _back(answer, trail)
    )


def _back(answer: Answer, trail: Trail, part: str = "reviews") -> HttpResponse:
    return redirect(_address(answer.run, answer.pk, trail.with_pane) + f"#{part}")


def _address(run: Run, answer: int, query: str) -> str:
    return reverse("answer", args=[run.pk, answer]) + query
