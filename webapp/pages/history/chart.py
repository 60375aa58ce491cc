"""Accuracy over time, as a chart: runs in the order in which they began, a line per setting.

The axis counts runs, not hours: those that began together would else cover each other, and weeks
without a run would take the room. Between runs that did not begin together it leaves a gap.
"""

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Any

from webapp.accounts.models import Team, User
from webapp.pages.history.filters import RunFilters
from webapp.pages.shared.charts import label
from webapp.runs.models import Run
from webapp.runs.titles import Setting, apart

POINTS = 2_000  # the newest runs of a chart
SYMBOLS = ["circle", "square", "diamond", "cross", "x", "triangle-up", "star", "pentagon"]
DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"]
TOGETHER = timedelta(hours=1)  # in which runs that began count as one batch
GAP = 1.5  # between batches, in steps from run to run
LONGEST_NAME = 44  # characters of a line's name
DATES = 6  # on the axis: as many as a phone has room for


def figure(team: Team, person: User, filters: RunFilters) -> dict[str, Any]:
    """Accuracy over time on the question set of the filters."""
    runs = filters.runs(team, person).filter(
        kind=Run.Kind.ANSWER, status=Run.Status.DONE, question_set__isnull=False, graded__gt=0
    )
    newest = list(runs.order_by("-created", "-pk")[:POINTS]) if filters.set else []
    places = _places(newest[::-1])
    series = _series(newest)
    titles = {run.pk: title for title, runs in series.items() for run in runs}
    return {
        "data": [
            _line(number, title, runs[::-1], places)
            for number, (title, runs) in enumerate(sorted(series.items()))
        ],
        "layout": {
            "margin": {"l": 44, "r": 8, "t": 12, "b": 36},
            "xaxis": {"type": "linear", "zeroline": False, **_dates(newest[::-1], places)},
            "yaxis": {"title": {"text": "accuracy, %"}},
            "legend": {"orientation": "h", "y": -0.14, "yanchor": "top"},
            "showlegend": True,
            "hovermode": "closest",
        },
        "table": [_cells(run, titles[run.pk]) for run in newest],
    }


def _series(newest: Sequence[Run]) -> dict[str, list[Run]]:
    """Title → runs of one setting, the newest first. It is called as its newest run was, or by what
    tells it from the others."""
    alike: dict[Setting, list[Run]] = {}
    for run in newest:
        alike.setdefault(Setting.of(run), []).append(run)
    told = apart([runs[0] for runs in alike.values()], settings_only=True) if alike else {}
    found: dict[str, list[Run]] = {}
    for runs in alike.values():
        found.setdefault(told[runs[0].pk] or runs[0].what, []).extend(runs)
    return {
        title: sorted(runs, key=lambda run: run.created, reverse=True)
        for title, runs in found.items()
    }


def _places(runs: Sequence[Run]) -> dict[int, float]:
    """Run → where it stands on the axis."""
    places: dict[int, float] = {}
    at = 0.0
    for before, run in zip([None, *runs], runs, strict=False):
        if before is not None:
            at += 1 if run.created - before.created <= TOGETHER else 1 + GAP
        places[run.pk] = at
    return places


def _dates(runs: Sequence[Run], places: dict[int, float]) -> dict[str, Any]:
    """Where batches begin, on as many days as there is room for."""
    begins = [
        run
        for before, run in zip([None, *runs], runs, strict=False)
        if before is None or run.created - before.created > TOGETHER
    ]
    shown = begins[:: max(1, -(-len(begins) // DATES))]
    last = max(places.values(), default=0.0)
    return {
        "tickvals": [places[run.pk] for run in shown],
        "ticktext": [f"{run.created.astimezone(UTC):%d %b}" for run in shown],
        "range": [-0.7, last + 0.7],
    }


def _line(number: int, title: str, runs: Sequence[Run], places: dict[int, float]) -> dict[str, Any]:
    """Told apart by sign and dash as well as by colour."""
    intervals = [run.share.interval for run in runs]
    accuracies = [run.accuracy or 0.0 for run in runs]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": label(title, LONGEST_NAME),
        "x": [places[run.pk] for run in runs],
        "y": [round(accuracy, 2) for accuracy in accuracies],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [
                round(high - y, 2) for (_, high), y in zip(intervals, accuracies, strict=True)
            ],
            "arrayminus": [
                round(y - low, 2) for (low, _), y in zip(intervals, accuracies, strict=True)
            ],
            "thickness": 1,
            "width": 3,
        },
        "marker": {"symbol": SYMBOLS[number % len(SYMBOLS)], "size": 9},
        "line": {"dash": DASHES[number % len(DASHES)], "width": 1.5},
        "text": [f"{label(run.heading)}<br>{_moment(run)}" for run in runs],
        "customdata": [run.get_absolute_url() for run in runs],
        "hovertemplate": "%{text}<br>%{y:.1f} %<extra>%{fullData.name}</extra>",
    }


def _moment(run: Run) -> str:
    return f"{run.created.astimezone(UTC):%d %b %Y, %H:%M UTC}"


def _cells(run: Run, title: str) -> list[Any]:
    low, high = run.share.interval
    return [
        {"text": run.heading, "href": run.get_absolute_url()},
        title,
        {"text": _moment(run), "time": run.created.astimezone(UTC).isoformat()},
        f"{run.accuracy:.1f} %",
        f"{low:.1f} to {high:.1f} %",
        f"{run.graded:,}",
    ]
