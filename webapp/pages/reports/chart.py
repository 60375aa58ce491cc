"""Shares with their intervals as a drawing that needs no script: an SVG that templates fill in."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.exports.tables import Table, interval_of, shown

MOST = 20  # rows drawn; the tables that can be saved have all
ROW = 18  # units of height
LEFT, WIDE = 190, 260  # where the scale begins, and how wide 100 % are
LONGEST = 32  # characters of a label


@dataclass(frozen=True)
class Row:
    label: str
    value: str
    middle: float  # of its line
    point: float
    low: float
    high: float


@dataclass(frozen=True)
class Drawing:
    """Of one column of a table, with its figures in words."""

    title: str
    rows: Sequence[Row]
    height: int
    ticks: Sequence[tuple[int, float]]  # percent, place
    left_out: int  # rows that are not drawn


def drawn(table: Table, column: int) -> Drawing:
    """Rows without a figure are left out."""
    found: list[Row] = []
    for cells in table.rows:
        between = interval_of(cells[column])
        if between is None:
            continue
        label = str(cells[0])
        found.append(
            Row(
                label if len(label) <= LONGEST else label[: LONGEST - 1] + "…",
                shown(cells[column]),
                ROW * len(found) + ROW / 2,
                *(round(_place(end), 1) for end in (between.value, between.low, between.high)),
            )
        )
    told = found[:MOST]
    ticks = [(percent, _place(percent)) for percent in range(0, 101, 25)]
    return Drawing(table.title, told, ROW * len(told) + ROW, ticks, len(found) - len(told))


def _place(percent: float) -> float:
    return LEFT + WIDE * percent / 100
