"""Several runs over one question set: each against the first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from moe_core.intervals import Share
from moe_core.paired import p_value
from webapp.exports.tables import Between, Cell, Table
from webapp.pages.comparison import counts, settings
from webapp.pages.comparison.counts import PairCounts
from webapp.pages.comparison.settings import Setting
from webapp.pages.reports import run_tables
from webapp.runs.models import Run

NOTE = (
    "Intervals hold 95 %: Wilson's of an accuracy, by bootstrap of a difference. p is the exact"
    " McNemar test's, of each run by itself against the first."
)


@dataclass(frozen=True)
class Against:
    """One run and what it gains on the first."""

    run: Run
    whole: PairCounts
    title: str
    told: str
    settings: Sequence[Setting]


def against_first(runs: Sequence[Run]) -> list[Against]:
    first, *others = runs
    found = []
    for run in others:
        whole = counts.figures(first, run).whole
        title, told = counts.title(first, run, whole), counts.in_words(first, run, whole)
        found.append(Against(run, whole, title, told, settings.different(first, run)))
    return found


def runs_table(runs: Sequence[Run]) -> Table:
    first = runs[0]
    columns = (
        *("Run", "Graded", "Accuracy, %", f"Against {first}, points", "Gained", "Lost", "p"),
    )
    none: tuple[Cell, ...] = (None, None, None, None)
    rows: list[tuple[Cell, ...]] = [(first.heading, first.graded, first.share, *none)]
    for one in against_first(runs):
        tested = one.whole.tested_by
        change = Between(tested.difference, tested.low, tested.high, is_change=True)
        gains = (one.whole.counts[counts.State.GAINED], one.whole.counts[counts.State.LOST])
        told = (change, *gains, p_value(tested.p)) if one.whole.tested else none
        rows.append((one.run.heading, one.run.graded, one.run.share, *told))
    return Table(_name(runs), f"Runs over {first.question_set}", columns, rows, NOTE)


def categories_table(runs: Sequence[Run]) -> Table:
    """Accuracy of each run by category; those of the first run's order."""
    found = [{str(row[0]): row for row in run_tables.categories(run).rows} for run in runs]
    names = list(dict.fromkeys(name for rows in found for name in rows))
    names.sort(key=lambda name: name == run_tables.ALL)
    rows = [(name, *(_share(of.get(name)) for of in found)) for name in names]
    columns = ("Category", *(f"{run}, %" for run in runs))
    title = "Accuracy by category"
    return Table(f"{_name(runs)}-categories", title, columns, rows, run_tables.INTERVALS)


def _share(row: Sequence[Cell] | None) -> Cell:
    return row[2] if row and isinstance(row[2], Share) else None


def _name(runs: Sequence[Run]) -> str:
    return "runs-" + "-".join(str(run.pk) for run in runs)


# Name in addresses → what makes it.
TABLES: Mapping[str, Callable[[Sequence[Run]], Table]] = {
    "runs": runs_table,
    "categories": categories_table,
}
