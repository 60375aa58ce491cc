"""Costs as tables: of a team by month, person, expert and run; of a run by expert."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.urls import reverse

from webapp.accounts.models import Team, User
from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.exports.tables import Cell, Table
from webapp.pages.costs.filters import names_of
from webapp.progress.costs import Reckoned
from webapp.progress.spent import Spent, Wanted, spent, spent_by_expert
from webapp.runs.models import Run

MOST_RUNS = 50  # those that cost most GPU seconds
NOBODY = "not recorded"
FIGURES = (
    *("GPU seconds, loading", "GPU seconds, generating", "Tokens read", "Tokens written"),
    *("Endpoints, seconds", "Endpoints, tokens read", "Endpoints, tokens written"),
    *("Waiting, seconds", "Energy, Wh", "GPU seconds measured, %"),
)
NOTE = (
    "A visit that served several runs is split by the tokens that it wrote for each. Energy is that"
    " of the GPU seconds whose power was read; of others nothing is estimated."
)
TITLES = {"month": "Month", "person": "Started by", "expert": "Expert", "run": "Run"}


def by(team: Team, wanted: Wanted, what: str) -> Table:
    """Raises KeyError where `what` is nothing that costs are summed by."""
    rows = spent(team, wanted, what, MOST_RUNS if what == "run" else None)
    if what == "month":
        rows = rows[::-1]
    named = _NAMES[what]([row.key for row in rows])
    cells = [(named.get(row.key, NOBODY), row.runs, *_figures(row)) for row in rows]
    title = f"Costs by {what}" if what != "run" else f"The {MOST_RUNS} runs that cost most"
    links = [reverse("run", args=[row.key]) for row in rows] if what == "run" else ()
    return Table(f"costs-by-{what}", title, (TITLES[what], "Runs", *FIGURES), cells, NOTE, links)


def of_run(run: Run, reckoned: Reckoned) -> Table:
    experts = Expert.objects.in_bulk([cost.expert_id for cost in reckoned.experts])
    rows = [
        (short(experts[cost.expert_id]), *_figures(spent_by_expert(cost)))
        for cost in reckoned.experts
    ]
    return Table(f"run-{run.pk}-costs", f"Costs of {run}", ("Expert", *FIGURES), rows, NOTE)


def _figures(row: Spent) -> Sequence[Cell]:
    return (
        round(row.loading),
        round(row.generating),
        row.read,
        row.written,
        round(row.endpoint_seconds),
        row.endpoint_read,
        row.endpoint_written,
        round(row.waiting),
        row.watt_hours,
        row.measured_percent if row.measured else None,
    )


def _runs(keys: Iterable[int]) -> dict[Any, str]:
    rows = Run.objects.filter(pk__in=list(keys)).select_related("question_set", "pool", "expert")
    return {run.pk: run.heading for run in rows}


_NAMES: dict[str, Callable[[Sequence[Any]], dict[Any, str]]] = {
    "month": lambda keys: {month: f"{month:%Y-%m}" for month in keys},
    "person": lambda keys: dict(names_of(User, keys)),
    "expert": lambda keys: dict(names_of(Expert, keys)),
    "run": _runs,
}
