"""Correcting the gold answer of a question, with the effect on runs before."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from webapp.accounts.middleware import TeamRequest
from webapp.execution.golds import again
from webapp.execution.golds.effects import effect_of, stated_by_experts
from webapp.pages.golds.forms import GoldForm, ReasonForm
from webapp.pages.shared.addresses import key_param, text_param
from webapp.pages.shared.text import lettered
from webapp.plural import counted
from webapp.questions.golds import Correction, Gold, GoldRefused, correct
from webapp.questions.models import Question

SALT = "gold that was seen"


@require_http_methods(["GET", "HEAD", "POST"])
def correct_gold(request: TeamRequest, pk: int, question_pk: int) -> HttpResponse:
    """First the effect, by the address; then it is sent with its reason."""
    mine = {"question_set": pk, "question_set__team": request.team, "question_set__deletion": None}
    rows = Question.objects.select_related("question_set")
    question = get_object_or_404(rows, pk=question_pk, **mine)
    if request.method == "POST":
        return _sent(request, question)
    is_asked = "gold" in request.GET or "show" in request.GET  # an empty field is not sent
    form = GoldForm(request.GET if is_asked else None, question=question)
    return _page(request, question, form, ReasonForm(initial=_said(request.GET)))


def _sent(request: TeamRequest, question: Question) -> HttpResponse:
    form, reason = GoldForm(request.POST, question=question), ReasonForm(request.POST)
    if not (form.is_valid() and reason.is_valid()):
        return _page(request, question, form, reason, 422)
    correction = Correction(
        question.pk,
        form.gold,
        reason.cleaned_data["reason"],
        was=_seen(request.POST),
        review=key_param(request.POST, "review"),
    )
    try:
        made = correct(question.question_set, [correction], request.user)
    except GoldRefused as refused:
        reason.add_error(None, str(refused))
        question.refresh_from_db()
        return _page(request, question, form, reason, 422)
    n = again.graded_before(made.question_set).count()
    messages.success(
        request,
        f"The gold answer is corrected: {made.question_set} has version {made.number} now."
        + (f" {counted(n, 'run is', 'runs are')} graded by earlier ones: see below." if n else ""),
    )
    return redirect("question-set-golds", pk=question.question_set_id)


def _page(
    request: TeamRequest, question: Question, form: GoldForm, reason: ReasonForm, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "question": question,
        "options": lettered(question.options),
        "now": Gold.of(question),
        "seen": signing.dumps([question.gold, question.alternatives], salt=SALT),
        "said": stated_by_experts(request.team, question),
        "form": form,
        "reason": reason,
        "review": key_param(request.POST or request.GET, "review"),
    }
    if form.is_bound and form.is_valid():
        context |= {
            "gold": form.gold,
            "is_same": form.gold == context["now"],
            "effect": effect_of(request.team, question, form.gold),
        }
    elif form.is_bound:
        status = 422
    return render(request, "golds/correct.html", context, status=status)


def _said(given: QueryDict) -> dict[str, str]:
    return {"reason": text_param(given, "reason")}


def _seen(given: QueryDict) -> Gold | None:
    """The gold answer that the page showed, so that another one since is not overwritten."""
    try:
        answer, others = signing.loads(given.get("seen", ""), salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Gold(answer, tuple(others))
