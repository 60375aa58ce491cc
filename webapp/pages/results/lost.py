"""Where a run's points were lost and saved: every outcome counted, by expert and by category too.

An answer whose gold somebody disputes stands apart: whether its point was lost is not known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from moe_core.values import Purpose, Verdict
from webapp.findings.oracles import ask
from webapp.pages.results.counts import reviewed, totals
from webapp.pages.shared.charts import VERDICTS
from webapp.results.filters import ANY_LOST, UNKNOWN, Reviewed
from webapp.reviews.models import Review
from webapp.runs.kept import kept
from webapp.runs.models import Generation, Run
from webapp.runs.outcomes import LOST, Outcome, Unseated
from webapp.runs.seats import final_responses_among
from webapp.runs.sql import fetched

MOST_CATEGORIES = 20

_DISPUTED = """
    SELECT a.outcome, count(*) FROM runs_answer a WHERE a.id IN (
        SELECT answer_id FROM reviews_review WHERE run_id = %(run)s AND disputes)
    GROUP BY 1
"""
_BY_CATEGORY = """
    SELECT a.category, count(*),
           count(*) FILTER (WHERE a.outcome = ANY(%(lost)s) AND d.answer_id IS NULL)
    FROM runs_answer a LEFT JOIN (
        SELECT DISTINCT answer_id FROM reviews_review
        WHERE run_id = %(run)s AND disputes
    ) d ON d.answer_id = a.id
    WHERE a.run_id = %(run)s AND a.category <> '' GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT %(most)s
"""


_NONE_RIGHT = """
    SELECT a.unseated, count(*) FROM runs_answer a
    WHERE a.run_id = %(run)s AND a.outcome = %(outcome_none_right)s AND NOT EXISTS (
        SELECT FROM reviews_review d WHERE d.answer_id = a.id AND d.disputes)
    GROUP BY 1
"""
NONE_RIGHT = [
    (Unseated.RIGHT.value, "Only an expert without a seat was right"),
    (Unseated.NOBODY.value, "Nobody in the pool was right"),
    (UNKNOWN, "No seat was right, the others are not known"),
]


@dataclass(frozen=True)
class OutcomeCount:
    """An outcome, or disputed gold: how many answers, and the filters that show them."""

    value: str
    title: str
    count: int
    query: str


@dataclass(frozen=True)
class CategoryLosses:
    """One category: how many of its answers were lost."""

    query: str
    name: str
    answers: int
    lost: int


@dataclass(frozen=True)
class ExpertLosses:
    """One expert in the lost answers: its seats there, how many of them were right, and why that
    did not help."""

    query: str
    expert: int
    name: str
    seats: int
    right: int
    outvoted: int
    broken: int


@dataclass(frozen=True)
class Lost:
    lost: list[OutcomeCount]
    saved: OutcomeCount
    agreed: OutcomeCount
    disputed: OutcomeCount
    experts: list[ExpertLosses]
    categories: list[CategoryLosses]

    @property
    def total(self) -> int:
        return sum(kind.count for kind in self.lost)

    @property
    def broken(self) -> OutcomeCount:
        return next(kind for kind in self.lost if kind.value == Outcome.BROKEN)

    @property
    def balance(self) -> int:
        """Answers that the final word won over the majority, less those that it lost."""
        return self.saved.count - self.broken.count

    @property
    def judged(self) -> int:
        return self.total + self.saved.count + self.agreed.count

    @property
    def every(self) -> list[OutcomeCount]:
        """In the order in which they are drawn, from the top: lost, apart, won."""
        return [*self.lost, self.disputed, self.saved, self.agreed]


def lost(run: Run) -> Lost:
    oracle = ask(run)
    is_split = oracle is not None and oracle.ready and not oracle.problem
    name = f"lost/{reviewed(run)}/{oracle.asked if oracle and is_split else ''}"
    return kept(name, run, count=lambda: _count(run, is_split))


def _count(run: Run, is_split: bool) -> Lost:
    disputed = {str(outcome): n for outcome, n in fetched(_DISPUTED, run=run.pk)}
    apart = {"review": Reviewed.UNDISPUTED.value} if disputed else {}
    outcomes = totals(run).outcomes

    def kind(outcome: Outcome) -> OutcomeCount:
        count = outcomes.get(outcome, 0) - disputed.get(outcome, 0)
        return OutcomeCount(
            outcome.value,
            str(outcome.label),
            count,
            urlencode({"outcome": outcome.value, **apart}),
        )

    def none_right() -> list[OutcomeCount]:
        """What is known of those without a seat; all together until it was looked for."""
        if not is_split:
            return [kind(Outcome.NONE_RIGHT)]
        counted: dict[str, int] = dict(fetched(_NONE_RIGHT, run=run.pk))
        value = Outcome.NONE_RIGHT.value
        return [
            OutcomeCount(
                value,
                title,
                counted.get("" if of == UNKNOWN else of, 0),
                urlencode({"outcome": value, "unseated": of, **apart}),
            )
            for of, title in NONE_RIGHT
        ]

    each = {"outcome": ANY_LOST, **apart}
    kinds = [outcome.value for outcome in LOST]
    by_category = fetched(_BY_CATEGORY, run=run.pk, lost=kinds, most=MOST_CATEGORIES)
    return Lost(
        lost=[*none_right(), *(kind(of) for of in LOST if of != Outcome.NONE_RIGHT)],
        saved=kind(Outcome.SAVED),
        agreed=kind(Outcome.AGREED),
        disputed=OutcomeCount(
            Reviewed.DISPUTED.value,
            "Gold disputed",
            sum(disputed.values()),
            urlencode({"review": Reviewed.DISPUTED.value}),
        ),
        experts=[
            ExpertLosses(urlencode({"expert": row[0], **each}), *row) for row in _by_expert(run)
        ],
        categories=[
            CategoryLosses(urlencode({"category": row[0], **each}), *row) for row in by_category
        ],
    )


def _by_expert(run: Run) -> Iterable[tuple[Any, ...]]:
    """Each expert's seats in lost answers: how many, and of those that were right what became."""
    disputes = Review.objects.filter(run=run, answer=OuterRef("answer"), disputes=True)
    rows = Generation.objects.filter(
        answer__run=run, answer__outcome__in=LOST, purpose=Purpose.RESPOND
    ).exclude(Exists(disputes))
    right = Q(verdict=Verdict.CORRECT)
    counted = (
        final_responses_among(run, rows)
        .values_list("expert", "expert__name")
        .annotate(
            seats=Count("pk"),
            right=Count("pk", filter=right),
            outvoted=Count("pk", filter=right & Q(answer__outcome=Outcome.OUTVOTED)),
            broken=Count("pk", filter=right & Q(answer__outcome=Outcome.BROKEN)),
        )
    )
    return counted.order_by("-right", "expert__name")


# Of what is drawn: its sign and colour.
SIDES = {
    "lost": ("✗", VERDICTS[Verdict.INCORRECT][1]),
    "disputed": ("?", VERDICTS[Verdict.NO_ANSWER][1]),
    "won": ("✓", VERDICTS[Verdict.CORRECT][1]),
}


def figure(run: Run) -> dict[str, Any]:
    """Horizontal bars, one per outcome, each opening its answers."""
    found = lost(run)
    shown = found.every[::-1]  # plotly draws from the bottom
    address = reverse("answers", args=[run.pk])
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [kind.count for kind in shown],
        "y": [f"{_side(kind)[0]} {kind.title}" for kind in shown],
        "text": [f"{kind.count:,}" for kind in shown],
        "textposition": "auto",
        "customdata": [f"{address}?{kind.query}" for kind in shown],
        "marker": {"color": [_side(kind)[1] for kind in shown]},
        "hovertemplate": "%{y}: %{x:,} questions<extra></extra>",
    }
    return {
        "data": [bars] if any(kind.count for kind in shown) else [],
        "layout": {
            "margin": {"l": 8, "r": 24, "t": 8, "b": 40},
            "xaxis": {"title": {"text": "questions"}, "rangemode": "tozero"},
            "yaxis": {"automargin": True},
        },
        "table": [
            [{"text": kind.title, "href": f"{address}?{kind.query}"}, f"{kind.count:,}"]
            for kind in found.every
        ],
    }


def _side(kind: OutcomeCount) -> tuple[str, str]:
    if kind.value == Reviewed.DISPUTED.value:
        return SIDES["disputed"]
    return SIDES["lost" if kind.value in LOST else "won"]
