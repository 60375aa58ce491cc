"""What people say of answers: verdicts, comments, and review mode."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.audit.actions import Action
from webapp.audit.recording import Change, record
from webapp.pages.answer import review_mode as mode
from webapp.pages.answer.page import Trail, answer_of, show
from webapp.pages.answer.review_forms import CommentForm, ReviewForm
from webapp.pages.results.filters import neighbours
from webapp.pages.shared.addresses import key_param
from webapp.pages.shared.lookups import answering_or_404
from webapp.runs.models import Answer, Comment, Review, Run


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
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return show(request, answer, review=form, status=422)
    given = {"run": answer.run, "settled_by": None, **form.cleaned_data}
    with transaction.atomic():
        mine = answer.reviews.select_for_update().filter(person=request.user).first()
        said, is_new = Review.objects.update_or_create(
            answer=answer, person=request.user, defaults=given
        )
        done = Action.REVIEW_GIVEN if is_new else Action.REVIEW_CHANGED
        told = Change(mine.verdict, said.verdict) if mine else said.verdict
        record(done, answer, verdict=told, run=answer.run)
    trail = Trail.of(request)
    if trail.is_review or request.POST.get("next") == "1":
        return _go_on(request, answer, said, trail)
    return _back(answer, trail)


@require_POST
def withdraw(request: TeamRequest, pk: int, answer_pk: int) -> HttpResponse:
    answer = _answer(request, pk, answer_pk)
    with transaction.atomic():
        for mine in answer.reviews.filter(person=request.user):
            record(Action.REVIEW_WITHDRAWN, answer, verdict=mine.verdict, run=answer.run)
            mine.delete()
    return _back(answer, Trail.of(request))


@require_POST
def settle(request: TeamRequest, pk: int, answer_pk: int, review_pk: int) -> HttpResponse:
    """Whoever found that the gold answer stands says so; who disputed it can do so again."""
    answer = _answer(request, pk, answer_pk)
    with transaction.atomic():
        review = get_object_or_404(answer.reviews.select_for_update(), pk=review_pk)
        if review.verdict == Review.Verdict.DISPUTED:  # nobody else was faster
            review.verdict, review.settled_by = Review.Verdict.SETTLED, request.user
            review.save(update_fields=["verdict", "settled_by", "changed"])
            record(Action.REVIEW_SETTLED, answer, disputed_by=review.person, run=answer.run)
    return _back(answer, Trail.of(request))


@require_POST
def comment(request: TeamRequest, pk: int, answer_pk: int) -> HttpResponse:
    answer = _answer(request, pk, answer_pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return show(request, answer, comment=form, status=422)
    Comment.objects.create(answer=answer, author=request.user, text=form.cleaned_data["text"])
    return _back(answer, Trail.of(request))


@require_POST
def uncomment(request: TeamRequest, pk: int, answer_pk: int, comment_pk: int) -> HttpResponse:
    """One's own; others' are not there."""
    answer = _answer(request, pk, answer_pk)
    found = get_object_or_404(answer.comments, pk=comment_pk, author=request.user)
    with transaction.atomic():
        record(Action.COMMENT_DELETED, answer, run=answer.run)
        found.delete()
    return _back(answer, Trail.of(request))


def _answer(request: TeamRequest, pk: int, answer_pk: int) -> Answer:
    return answer_of(answering_or_404(request, pk), answer_pk)


def _go_on(request: TeamRequest, answer: Answer, said: Review, trail: Trail) -> HttpResponse:
    """To the next answer, with a trail back to the one that has just been reviewed."""
    here = _address(answer.run, answer.pk, trail.query)
    verdict, key = said.get_verdict_display(), answer.question.key
    told = format_html('Question {}: {}. <a href="{}">Look again</a>', key, verdict, here)
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


def _back(answer: Answer, trail: Trail) -> HttpResponse:
    return redirect(_address(answer.run, answer.pk, trail.with_pane) + "#reviews")


def _address(run: Run, answer: int, query: str) -> str:
    return reverse("answer", args=[run.pk, answer]) + query
