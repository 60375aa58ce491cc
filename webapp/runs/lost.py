"""Where a run's points were lost and saved: every outcome counted, by expert and by category too.

An answer whose gold somebody disputes stands apart: whether its point was lost is not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from webapp.runs.counts import kept, reviewed, totals
from webapp.runs.figures import VERDICTS
from webapp.runs.models import Run
from webapp.runs.outcomes import LOST, STANDS, Outcome
from webapp.runs.results import ANY_LOST, DISPUTED, UNDISPUTED

MOST_CATEGORIES = 20

_DISPUTED = """
    SELECT a.outcome, count(*) FROM runs_answer a WHERE a.id IN (
        SELECT answer_id FROM runs_review WHERE run_id = %s AND verdict = 'disputed')
    GROUP BY 1
"""
_BY_CATEGORY = """
    SELECT a.category, count(*), count(*) FILTER (WHERE a.outcome = ANY(%s) AND d.answer_id IS NULL)
    FROM runs_answer a LEFT JOIN (
        SELECT DISTINCT answer_id FROM runs_review WHERE run_id = %s AND verdict = 'disputed'
    ) d ON d.answer_id = a.id
    WHERE a.run_id = %s AND a.category <> '' GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT %s
"""
_BY_EXPERT = """
    SELECT e.id, e.name, count(*), count(*) FILTER (WHERE g.verdict = 'correct'),
           count(*) FILTER (WHERE g.verdict = 'correct' AND a.outcome = 'outvoted'),
           count(*) FILTER (WHERE g.verdict = 'correct' AND a.outcome = 'broken')
    FROM runs_answer a
    JOIN runs_generation g ON g.answer_id = a.id AND g.purpose = 'respond'
    JOIN experts_expert e ON e.id = g.expert_id
    WHERE a.run_id = %s AND a.outcome = ANY(%s)
    AND NOT EXISTS (SELECT FROM runs_review v WHERE v.answer_id = a.id AND v.verdict = 'disputed')
    AND {stands}
    GROUP BY 1, 2 ORDER BY 4 DESC, 2
"""


@dataclass(frozen=True)
class Kind:
    """An outcome, or disputed gold: how many answers, and the filters that show them."""

    value: str
    title: str
    count: int
    query: str


@dataclass(frozen=True)
class Part:
    """One category: how many of its answers were lost."""

    query: str
    name: str
    answers: int
    lost: int


@dataclass(frozen=True)
class Seats:
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
    lost: list[Kind]
    saved: Kind
    agreed: Kind
    disputed: Kind
    experts: list[Seats]
    categories: list[Part]

    @property
    def total(self) -> int:
        return sum(kind.count for kind in self.lost)

    @property
    def broken(self) -> Kind:
        return next(kind for kind in self.lost if kind.value == Outcome.BROKEN)

    @property
    def balance(self) -> int:
        """Answers that the final word won over the majority, less those that it lost."""
        return self.saved.count - self.broken.count

    @property
    def judged(self) -> int:
        return self.total + self.saved.count + self.agreed.count

    @property
    def every(self) -> list[Kind]:
        """In the order in which they are drawn, from the top: lost, apart, won."""
        return [*self.lost, self.disputed, self.saved, self.agreed]


def lost(run: Run) -> Lost:
    return kept(run, f"lost/{reviewed(run)}", lambda: _count(run))


def _count(run: Run) -> Lost:
    disputed = {str(outcome): n for outcome, n in _rows(_DISPUTED, [run.pk])}
    apart = {"review": UNDISPUTED} if disputed else {}
    outcomes = totals(run).outcomes

    def kind(outcome: Outcome) -> Kind:
        count = outcomes.get(outcome, 0) - disputed.get(outcome, 0)
        return Kind(
            outcome.value,
            str(outcome.label),
            count,
            urlencode({"outcome": outcome.value, **apart}),
        )

    each = {"outcome": ANY_LOST, **apart}
    kinds = [outcome.value for outcome in LOST]
    stands = STANDS if run.way is not None and run.way.rounds > 1 else "true"
    by_expert = _rows(_BY_EXPERT.format(stands=stands), [run.pk, kinds])
    by_category = _rows(_BY_CATEGORY, [kinds, run.pk, run.pk, MOST_CATEGORIES])
    return Lost(
        lost=[kind(outcome) for outcome in LOST],
        saved=kind(Outcome.SAVED),
        agreed=kind(Outcome.AGREED),
        disputed=Kind(
            DISPUTED, "Gold disputed", sum(disputed.values()), urlencode({"review": DISPUTED})
        ),
        experts=[Seats(urlencode({"expert": row[0], **each}), *row) for row in by_expert],
        categories=[Part(urlencode({"category": row[0], **each}), *row) for row in by_category],
    )


def _rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


# Of what is drawn: its sign and colour.
SIDES = {
    "lost": ("✗", VERDICTS["incorrect"][1]),
    "disputed": ("?", VERDICTS["no answer"][1]),
    "won": ("✓", VERDICTS["correct"][1]),
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


def _side(kind: Kind) -> tuple[str, str]:
    if kind.value == DISPUTED:
        return SIDES["disputed"]
    return SIDES["lost" if kind.value in LOST else "won"]
