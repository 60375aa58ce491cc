"""Accuracy over time, as a chart."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Any

from webapp.accounts.models import Team, User
from webapp.pages.history.filters import RunFilters
from webapp.pages.shared.charts import label
from webapp.runs.models import Run

POINTS = 2_000  # the newest runs of a chart
SYMBOLS = ["circle", "square", "diamond", "cross", "x", "triangle-up", "star", "pentagon"]
HOUR = timedelta(hours=1)  # of runs that began within one, the chart shows two
DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"]


def way_of(run: Run) -> str:
    """Method, and the recruiter where the run chose one."""
    return f"{run.method} by {run.chosen_recruiter}" if run.chosen_recruiter else run.method


def figure(team: Team, person: User, filters: RunFilters) -> dict[str, Any]:
    """Accuracy over time on the question set of the filters, a line per method and recruiter."""
    runs = filters.runs(team, person).filter(
        kind=Run.Kind.ANSWER, status=Run.Status.DONE, question_set__isnull=False, graded__gt=0
    )
    newest = list(runs.order_by("-pk")[:POINTS]) if filters.set else []
    lines: dict[str, list[Run]] = defaultdict(list)
    for run in reversed(newest):
        lines[way_of(run)].append(run)
    return {
        "data": [_line(place, way, lines[way]) for place, way in enumerate(sorted(lines))],
        "layout": {
            "margin": {"l": 56, "r": 12, "t": 12, "b": 48},
            "xaxis": {"title": {"text": "started"}, "type": "date", **_range(newest)},
            "yaxis": {"title": {"text": "accuracy, %"}},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
            "showlegend": True,
            "hovermode": "closest",
        },
        "table": [_cells(run) for run in newest],
    }


def _range(newest: Sequence[Run]) -> dict[str, list[str]]:
    """Around runs that began within an hour; else the chart finds its own range."""
    moments = [run.created for run in newest]
    if not moments or max(moments) - min(moments) > HOUR:
        return {}
    middle = min(moments) + (max(moments) - min(moments)) / 2
    return {"range": [(middle - HOUR).isoformat(), (middle + HOUR).isoformat()]}


def _line(place: int, way: str, runs: Sequence[Run]) -> dict[str, Any]:
    """Told apart by sign and dash as well as by colour."""
    intervals = [run.share.interval for run in runs]
    accuracies = [run.accuracy or 0.0 for run in runs]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": label(way),
        "x": [run.created.isoformat() for run in runs],
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
        "marker": {"symbol": SYMBOLS[place % len(SYMBOLS)], "size": 9},
        "line": {"dash": DASHES[place % len(DASHES)], "width": 1.5},
        "text": [label(run.heading) for run in runs],
        "customdata": [run.get_absolute_url() for run in runs],
        "hovertemplate": "%{text}: %{y:.1f} %<br>%{x}<extra>%{fullData.name}</extra>",
    }


def _cells(run: Run) -> list[Any]:
    low, high = run.share.interval
    created = run.created.astimezone(UTC)
    return [
        {"text": run.heading, "href": run.get_absolute_url()},
        way_of(run),
        {"text": f"{created:%d %b %Y, %H:%M UTC}", "time": created.isoformat()},
        f"{run.accuracy:.1f} %",
        f"{low:.1f} to {high:.1f} %",
        f"{run.graded:,}",
    ]
