"""One answer as people see it, a page or a pane: all that led to it, and what is said of it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from moe_core.aggregation import WRITERS
from moe_core.recruiters import OF_A_DRAW
from moe_core.skills import WEAK
from moe_core.values import Purpose
from webapp.accounts.middleware import TeamRequest
from webapp.execution.profiles.fits import NotFitted
from webapp.experts.models import Expert
from webapp.pages.answer import review_mode
from webapp.pages.answer.chances import chances
from webapp.pages.answer.effects import effects
from webapp.pages.answer.review_forms import ReviewForm
from webapp.pages.answer.unseated import unseated
from webapp.pages.answer.votes import Rounds, votes_on
from webapp.pages.answer.waterfalls import why
from webapp.pages.comments.forms import CommentForm
from webapp.pages.shared.text import lettered
from webapp.pages.shared.written import readings, rounds_of
from webapp.results.filters import Filters, neighbours
from webapp.reviews.models import Review
from webapp.reviews.reading import history, may_rule, may_undo, told, waiting_blind
from webapp.reviews.saying import Said, Stale, stamp_of
from webapp.reviews.verdicts import given_in, in_words, titles_of
from webapp.runs.models import Answer, Run
from webapp.runs.seats import recruited, unasked_seats, why_unasked


@dataclass(frozen=True)
class Trail:
    """How a person came to an answer: the filters, in review mode or not, page or pane."""

    filters: Filters
    is_review: bool
    is_pane: bool

    @classmethod
    def of(cls, request: TeamRequest) -> "Trail":
        given = request.GET
        filters = Filters.of(given)
        return cls(filters, given.get("mode") == review_mode.MODE, given.get("pane") == "1")

    @property
    def query(self) -> str:
        """Of the links to other answers: blank, or with its question mark."""
        return _question_mark(
            self.filters.query, {"mode": review_mode.MODE} if self.is_review else {}
        )

    @property
    def with_pane(self) -> str:
        """The same for what is to come back as it is: a pane as a pane."""
        return _question_mark(self.query.removeprefix("?"), {"pane": "1"} if self.is_pane else {})

    @property
    def of_list(self) -> str:
        return _question_mark(self.filters.query, {})

    @property
    def of_list_after(self) -> str:
        """The list's query up to the key of an answer that is to be passed over."""
        return f"{self.of_list}{'&' if self.of_list else '?'}after="

    @property
    def with_effects(self) -> str:
        return _question_mark(self.query.removeprefix("?"), {"without": "each"})


def _question_mark(query: str, further: dict[str, str]) -> str:
    joined = "&".join(part for part in (query, urlencode(further)) if part)
    return f"?{joined}" if joined else ""


def answer_of(run: Run, pk: int) -> Answer:
    """Raises Http404 for what is no answer of the run."""
    found = get_object_or_404(Answer.objects.select_related("question"), pk=pk, run=run)
    found.run = run
    run.give_golds([found.question])
    return found


def show(
    request: TeamRequest,
    answer: Answer,
    *,
    review: ReviewForm | None = None,
    ruling: ReviewForm | None = None,
    comment: CommentForm | None = None,
    stale: Stale | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an answer; forms are given where they are to be shown with what is wrong.

    What its reader is to review blind first leads to its queue.
    """
    if waiting := waiting_blind([answer], request.user).get(answer.pk):
        blind = {"run": answer.run, "answer": answer, "item": waiting}
        return render(request, "answer/blind.html", blind)
    trail = Trail.of(request)
    previous, following = neighbours(answer, trail.filters, request.user)
    context: dict[str, Any] = {
        "weak": WEAK,
        "run": answer.run,
        "answer": answer,
        "trail": trail,
        "previous": previous,
        "next": following,
        **_question(answer),
        **_work(request, answer),
        **_said(request, answer),
    }
    given = {"review_form": review, "ruling_form": ruling, "comment_form": comment}
    context |= {name: form for name, form in given.items() if form is not None}
    if stale is not None:
        context["stale"] = stale
        context["stale_said"] = in_words(
            stale.now.verdicts if stale.now else [], titles_of(request.team)
        )
    if trail.is_review:
        context["walk"] = review_mode.walk_of(answer.run, trail.filters, request.user)
    template = "answer/_answer.html" if trail.is_pane else "answer/answer.html"
    return render(request, template, context, status=status)


def _question(answer: Answer) -> dict[str, Any]:
    return {"question": answer.question, "options": lettered(answer.question.options)}


def _work(request: TeamRequest, answer: Answer) -> dict[str, Any]:
    """What was generated for it, and why by these experts."""
    run = answer.run
    by_purpose = readings(answer)
    rounds = rounds_of(by_purpose)
    responses = [[written.generation for written in of_round] for of_round in rounds]
    seats = responses[0] if responses else []
    holders = recruited(answer, seats)
    for_each = chances(answer, holders)
    return {
        "recruited": _recruited(answer),
        "by": run.recruited_by,
        "probability": run.recruited_by.probability if run.recruited_by else OF_A_DRAW,
        "chances": for_each,
        "why": why(answer, holders, for_each),
        "writer": WRITERS.get(run.writer),
        **_votes(answer, responses),
        "unseated": unseated(run, answer, seats),
        "annotations": by_purpose[Purpose.ANNOTATE.value],
        "rounds": rounds,
        "responded": len(seats),
        "unasked": _unasked(answer),
        "why_unasked": why_unasked(run, answer),
        "trials": by_purpose[Purpose.TRIAL.value],
        "aggregations": by_purpose[Purpose.AGGREGATE.value],
        **(_effects(answer) if request.GET.get("without") == "each" else {}),
    }


def _unasked(answer: Answer) -> list[tuple[int, Expert]]:
    """Seats, from 1, and the experts that would have taken them."""
    seats = unasked_seats(answer)
    experts = Expert.objects.in_bulk([seat.expert for seat in seats])
    return [(seat.number + 1, experts[seat.expert]) for seat in seats]


def _votes(answer: Answer, responses: Rounds) -> dict[str, Any]:
    if answer.run.kind != Run.Kind.ANSWER:
        return {}
    try:
        return {"votes": votes_on(answer.run, answer, responses)}
    except NotFitted:
        return {"fits_votes": True}


def _effects(answer: Answer) -> dict[str, Any]:
    """Only where they are asked for: reading a profile's evidence takes a moment."""
    try:
        return {"effects": effects(answer), "has_effects": True}
    except NotFitted:
        return {"fits_effects": True}
    except (LookupError, Run.DoesNotExist):
        return {"effects": None, "has_effects": True}


def _said(request: TeamRequest, answer: Answer) -> dict[str, Any]:
    titles = titles_of(request.team)
    reviews = told([answer], request.user, titles).get(answer.pk, [])
    ruling = next((review for review in reviews if review.is_ruling), None)
    own = next((r for r in reviews if r.person_id == request.user.pk and not r.is_ruling), None)
    found: dict[str, Any] = {
        "reviews": reviews,
        "own": own,
        "ruling": ruling,
        "changes": history(answer, titles),
    }
    if request.may.review:
        found["review_form"] = _form(request, answer, own, is_ruling=False)
    if may_rule(request.user, request.may, answer):
        found["ruling_form"] = _form(request, answer, ruling, is_ruling=True)
    for change in found["changes"]:
        change.can_undo = change.is_last and may_undo(request.user, request.may, change)
    return found


def _form(
    request: TeamRequest, answer: Answer, review: Review | None, *, is_ruling: bool
) -> ReviewForm:
    return ReviewForm(
        answer=answer,
        kinds=given_in(request.team),
        initial=Said.of(review) if review else None,
        seen=stamp_of(answer, request.user, is_ruling=is_ruling),
        is_ruling=is_ruling,
    )


def _recruited(answer: Answer) -> list[tuple[Expert, float]]:
    """Who could have been drawn and how probably, the likeliest first."""
    experts = Expert.objects.in_bulk([int(key) for key in answer.probabilities])
    likeliest = sorted(answer.probabilities.items(), key=lambda item: (-item[1], item[0]))
    return [(experts[int(key)], 100 * p) for key, p in likeliest if int(key) in experts]
