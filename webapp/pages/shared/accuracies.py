"""Accuracy against what it costs, as a chart: of generations, loads, GPU hours or memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from moe_core.intervals import Share
from webapp.pages.shared.charts import label

COLOUR = "#4b7fb5"  # a mid tone, which light and dark pages can both stand behind


@dataclass(frozen=True)
class Point:
    """One way of answering: what it costs, how often it is right, and what it is called."""

    cost: float
    share: Share
    name: str
    told: str = ""  # its cost in words; blank: the bare number


def generations_figure(points: Sequence[Point]) -> dict[str, Any]:
    """Accuracy against the mean number of generations for a question."""
    return figure(points, "generations for a question", whole=True)


def figure(
    points: Sequence[Point], axis: str, *, whole: bool = False, joined: bool = True
) -> dict[str, Any]:
    """Points with their intervals, by their costs; `axis` says what those are.

    `whole`: costs are whole numbers. `joined`: each costs more than the one before, of which it is
    made.
    """
    shown = sorted((p for p in points if p.share.n), key=lambda point: point.cost)
    percents = [point.share.percent or 0.0 for point in shown]
    intervals = [point.share.interval for point in shown]
    trace = {
        "type": "scatter",
        "mode": "lines+markers" if joined else "markers",
        "x": [point.cost for point in shown],
        "y": [round(percent, 2) for percent in percents],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [round(high - y, 2) for (_, high), y in zip(intervals, percents, strict=True)],
            "arrayminus": [
                round(y - low, 2) for (low, _), y in zip(intervals, percents, strict=True)
            ],
            "thickness": 1,
            "width": 3,
        },
        "marker": {"size": 9, "color": COLOUR},
        "line": {"width": 1.5, "color": COLOUR},
        "text": [label(point.name) for point in shown],
        "hovertemplate": "%{text}: %{y:.1f} %<extra></extra>",
    }
    return {
        "data": [trace] if shown else [],
        "layout": {
            "margin": {"l": 56, "r": 12, "t": 12, "b": 48},
            "xaxis": {
                "title": {"text": axis},
                "rangemode": "tozero",
                **({"dtick": 1} if whole and len(shown) < 20 else {}),
            },
            "yaxis": {"title": {"text": "accuracy, %"}},
            "showlegend": False,
            "hovermode": "closest",
        },
        "table": [_cells(point) for point in shown],
    }


def _cells(point: Point) -> list[str]:
    low, high = point.share.interval
    return [
        point.name,
        point.told or f"{point.cost:g}",
        f"{point.share.percent:.1f} %",
        f"{low:.1f} to {high:.1f} %",
    ]
