"""Runs over one question set as tables: each measured by the first."""

from collections.abc import Callable, Mapping, Sequence

from moe_core.paired import p_value
from webapp.exports.tables import Between, Cell, Table
from webapp.pages.comparison import counts, settings, several, words
from webapp.pages.reports.run_tables import INTERVALS
from webapp.runs.models import Run
from webapp.runs.titles import apart

NOTE = (
    "Over the questions that all of them have answered and that have a gold answer. Intervals hold"
    " 95 %: Wilson's of an accuracy, by bootstrap of a difference. p is the exact McNemar test's;"
    " of several runs, by Holm's rule. Runs with the same place cannot be told apart."
)


def headline(runs: Sequence[Run]) -> str:
    """What it comes to, in a sentence."""
    if len(runs) == 2:
        return words.headline(runs[0], runs[1], counts.figures(runs[0], runs[1]).whole)
    return words.headline_of(runs, several.figures(runs).standings)


def runs_table(runs: Sequence[Run]) -> Table:
    figures, titles = several.figures(runs), apart(runs)
    found = figures.standings
    rows: list[tuple[Cell, ...]] = []
    for way, run in enumerate(runs):
        row = (str(run), titles[run.pk], found.share(way), str(found.rank(way)))
        against: tuple[Cell, ...] = (None, None, None, None)
        if way and found.questions:
            tested = found.against(way, 0)
            change = Between(tested.difference, tested.low, tested.high, is_change=True)
            gained, lost = _changes(figures, way)
            against = (change, gained, lost, p_value(tested.p))
        rows.append((*row, *against))
    columns = (
        *("Run", "What differs", "Accuracy, %", "Place"),
        *(f"Against {runs[0]}, points", "Gained", "Lost", "p"),
    )
    title = f"Runs over {runs[0].question_set}: {found.questions:,} questions"
    return Table(name_of(runs), title, columns, rows, NOTE)


def _changes(figures: several.Figures, way: int) -> tuple[int, int]:
    """Questions that only this run of the two is right on, and only the first."""
    told = figures.patterns.items()
    gained = sum(n for (_, right), n in told if right[way] and not right[0])
    return gained, sum(n for (_, right), n in told if right[0] and not right[way])


def categories_table(runs: Sequence[Run]) -> Table:
    """Where they differ most first."""
    rows: list[tuple[Cell, ...]] = [
        (of.name, of.n, *of.shares) for of in several.figures(runs).categories
    ]
    columns = ("Category", "Questions", *(f"{run}, %" for run in runs))
    return Table(f"{name_of(runs)}-categories", "Accuracy by category", columns, rows, INTERVALS)


def settings_table(runs: Sequence[Run]) -> Table:
    rows = [(of.name, *of.values) for of in settings.different(runs)]
    columns = ("Setting", *map(str, runs))
    return Table(f"{name_of(runs)}-settings", "Settings that differ", columns, rows)


def name_of(runs: Sequence[Run]) -> str:
    return "runs-" + "-".join(str(run.pk) for run in runs)


# Name in addresses → what makes it.
TABLES: Mapping[str, Callable[[Sequence[Run]], Table]] = {
    "runs": runs_table,
    "categories": categories_table,
    "settings": settings_table,
}
