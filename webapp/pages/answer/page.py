"""One answer as people see it, a page or a pane: all that led to it, and what is said of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import Truncator

from moe_core.aggregation import WRITERS
from moe_core.extraction import final_text, parted
from moe_core.recruiters import OF_A_DRAW
from moe_core.skills import WEAK
from moe_core.values import Purpose
from webapp.accounts.middleware import TeamRequest
from webapp.experts.models import Expert
from webapp.pages.answer import review_mode
from webapp.pages.answer.chances import chances, weighed_vote
from webapp.pages.answer.effects import effects
from webapp.pages.answer.review_forms import CommentForm, ReviewForm
from webapp.pages.answer.waterfalls import why
from webapp.pages.results.filters import Filters, neighbours
from webapp.pages.shared.text import lettered
from webapp.progress.readings import NO_RULE
from webapp.runs.models import Answer, Generation, Run

LONGEST_READ = 60  # characters of an answer that is told again


@dataclass(frozen=True)
class Reading:
    """A generation as people read it: thinking apart, what was cut off apart."""

    generation: Generation
    thinking: str
    text: str
    run_on: str  # an invented next question, which grading does not read
    is_finished: bool = True  # whether its thinking came to an end

    @property
    def as_written(self) -> str:
        """All of it, or why it is not there."""
        row = self.generation
        return f"{row.status} {row.problem}" if row.text is None else row.text

    @property
    def how_read(self) -> str:
        """Which rule read its answer, in words; blank where that is not known."""
        row = self.generation
        if row.stated is not None:
            said = Truncator(row.stated).chars(LONGEST_READ)
            return f"Read as {said}: {row.rule}." if row.rule else ""
        return f"Read as nothing: {row.rule or NO_RULE}." if row.verdict else ""

    @property
    def seconds(self) -> float | None:
        """From being asked for to being done, waiting for the GPU included."""
        row = self.generation
        return (row.finished - row.created).total_seconds() if row.finished else None

    @property
    def rate(self) -> float | None:
        """Tokens per second of the visit that served it, with all that it generated at once."""
        visit = self.generation.visit
        return visit.tokens / visit.busy_seconds if visit and visit.busy_seconds else None


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
    comment: CommentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an answer; forms are given where they are to be shown with what is wrong."""
    trail = Trail.of(request)
    previous, following = neighbours(answer, trail.filters, request.user)
    context = {
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
    if review is not None:
        context["review_form"] = review
    context["comment_form"] = comment or CommentForm()
    if trail.is_review:
        context["walk"] = review_mode.walk_of(answer.run, trail.filters, request.user)
    template = "answer/_answer.html" if trail.is_pane else "answer/answer.html"
    return render(request, template, context, status=status)


def _question(answer: Answer) -> dict[str, Any]:
    return {"question": answer.question, "options": lettered(answer.question.options)}


def _work(request: TeamRequest, answer: Answer) -> dict[str, Any]:
    """What was generated for it, and why by these experts."""
    run = answer.run
    by_purpose: dict[str, list[Reading]] = defaultdict(list)
    rows = answer.generations.select_related("expert", "visit")
    for row in rows.order_by("purpose", "round", "number"):
        by_purpose[row.purpose].append(_written(row))
    rounds = _rounds(by_purpose[Purpose.RESPOND.value] or by_purpose[Purpose.PROFILE.value])
    seats = [written.generation for written in rounds[0]] if rounds else []
    for_each = chances(answer, seats)
    return {
        "recruited": _recruited(answer),
        "by": run.recruited_by,
        "probability": run.recruited_by.probability if run.recruited_by else OF_A_DRAW,
        "chances": for_each,
        "why": why(answer, seats, for_each),
        "writer": WRITERS.get(run.writer),
        "weighed": weighed_vote(run, answer, seats),
        "annotations": by_purpose[Purpose.ANNOTATE.value],
        "rounds": rounds,
        "trials": by_purpose[Purpose.TRIAL.value],
        "aggregations": by_purpose[Purpose.AGGREGATE.value],
        **(_effects(answer) if request.GET.get("without") == "each" else {}),
    }


def _effects(answer: Answer) -> dict[str, Any]:
    """Only where they are asked for: reading a profile's evidence takes a moment."""
    try:
        return {"effects": effects(answer), "has_effects": True}
    except (LookupError, Run.DoesNotExist):
        return {"effects": None, "has_effects": True}


def _said(request: TeamRequest, answer: Answer) -> dict[str, Any]:
    reviews = list(answer.reviews.select_related("person", "settled_by"))
    own = next((review for review in reviews if review.person_id == request.user.pk), None)
    known = {"verdict": own.verdict, "note": own.note} if own else None
    return {
        "reviews": reviews,
        "own": own,
        "review_form": ReviewForm(initial=known),
        "comments": answer.comments.select_related("author"),
    }


def _rounds(responses: Sequence[Reading]) -> list[list[Reading]]:
    return [list(of) for _, of in groupby(responses, lambda written: written.generation.round)]


def _written(row: Generation) -> Reading:
    marker = row.expert.end_of_thinking
    found = parted(row.output, marker)
    text = final_text(row.output, marker)
    return Reading(
        row,
        thinking=found.thinking,
        text=text,
        run_on=found.text[len(text) :].strip(),
        is_finished=found.is_finished,
    )


def _recruited(answer: Answer) -> list[tuple[Expert, float]]:
    """Who could have been drawn and how probably, the likeliest first."""
    experts = Expert.objects.in_bulk([int(key) for key in answer.probabilities])
    likeliest = sorted(answer.probabilities.items(), key=lambda item: (-item[1], item[0]))
    return [(experts[int(key)], 100 * p) for key, p in likeliest if int(key) in experts]
