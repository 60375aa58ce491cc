"""Accuracy against what it costs, as a chart: of generations, loads, GPU hours or memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from moe_core.intervals import Share
from webapp.pages.shared.charts import label

# Mid tones, which light and dark pages can both stand behind, told apart by their shapes too.
LINES = (
    ("#4b7fb5", "circle"),
    ("#b5713a", "diamond"),
    ("#8d6fb5", "square"),
    ("#3f9b62", "triangle-up"),
)


@dataclass(frozen=True)
class Point:
    """One way of answering: what it costs, how often it is right, and what it is called.

    `line`: which points it is joined with; blank: all. `more` are further cells of its row, and
    `address` is where a click on it leads.
    """

    cost: float
    share: Share
    name: str
    told: str = ""  # its cost in words; blank: the bare number
    line: str = ""
    more: Sequence[str] = ()
    address: str = ""


def figure(
    points: Sequence[Point], axis: str, *, whole: bool = False, joined: bool = True
) -> dict[str, Any]:
    """Points with their intervals, line by line, by their costs; `axis` says what those are.

    `whole`: costs are whole numbers. `joined`: each costs more than the one before, of which it is
    made.
    """
    shown = sorted((p for p in points if p.share.n), key=lambda point: point.cost)
    lines = list(dict.fromkeys(point.line for point in points if point.share.n))
    several = len(lines) > 1
    return {
        "data": [
            _trace(
                [point for point in shown if point.line == line],
                *(line, *LINES[n % len(LINES)]),
                joined=joined,
            )
            for n, line in enumerate(lines)
        ],
        "layout": {
            "margin": {"l": 56, "r": 12, "t": 12, "b": 48},
            "xaxis": {
                "title": {"text": axis},
                "rangemode": "tozero",
                **({"dtick": 1} if whole and len(shown) < 20 else {}),
            },
            "yaxis": {"title": {"text": "accuracy, %"}},
            "showlegend": several,
            **(
                {"legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}}
                if several
                else {}
            ),
            "hovermode": "closest",
        },
        "table": [_cells(point) for point in (points if several else shown) if point.share.n],
    }


def _trace(
    shown: Sequence[Point], line: str, colour: str, symbol: str, *, joined: bool
) -> dict[str, Any]:
    percents = [point.share.percent or 0.0 for point in shown]
    intervals = [point.share.interval for point in shown]
    return {
        "type": "scatter",
        "mode": "lines+markers" if joined else "markers",
        "name": label(line),
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
        "marker": {"size": 9, "color": colour, "symbol": symbol},
        "line": {"width": 1.5, "color": colour},
        "text": [label(point.name) for point in shown],
        "hovertemplate": "%{text}: %{y:.1f} %<extra></extra>",
        **({"customdata": [point.address for point in shown]} if shown[0].address else {}),
    }


def _cells(point: Point) -> list[Any]:
    low, high = point.share.interval
    return [
        *([point.line] if point.line else []),
        {"text": point.name, "href": point.address} if point.address else point.name,
        point.told or f"{point.cost:g}",
        f"{point.share.percent:.1f} %",
        f"{low:.1f} to {high:.1f} %",
        *point.more,
    ]
