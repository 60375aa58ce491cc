"""A profile as a table of experts by families and skills, in the order that an address asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import F, FloatField, Max, Min, Q, Sum
from django.db.models.functions import Cast

from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.pages.profiles import orders
from webapp.pages.profiles.families import Families
from webapp.pages.profiles.orders import (
    FAMILY,
    FEW,
    LONG,
    ROWS,
    SHORT,
    SKILL,
    Column,
    Order,
    OrderChoice,
    choices,
)
from webapp.pages.profiles.tally import Tally
from webapp.runs.found_skills import THIN
from webapp.runs.models import Profile

NO_FAMILY = "no family"


@dataclass(frozen=True)
class HeatmapRow:
    expert: Expert
    total: Tally | None
    pinned: Tally | None
    cells: list[tuple[Column, Tally | None]]


@dataclass(frozen=True)
class Heatmap:
    """One page of the table; `previous` and `next` are addresses, empty at either end."""

    order: Order
    choices: Sequence[tuple[str, list[OrderChoice]]]
    is_long: bool  # cells say the interval, too
    groups: list[tuple[str, int]]  # a family over its skills, columns; empty without such
    pinned: Column | None  # by which the experts are sorted: it stands first, on every page
    columns: list[Column]
    rows: list[HeatmapRow]
    first: int
    last: int
    all: int  # columns of all pages
    previous: str
    next: str

    @property
    def by_strength(self) -> Order:
        return self.order.but(rows="strength")

    @property
    def everything(self) -> dict[str, Any]:
        """What stands for a column over the shares of all questions."""
        return {"name": "all questions", "is_sorted": self.order.rows == "strength"}


def heatmap(profile: Profile, families: Families, order: Order) -> Heatmap:
    """The cells of one page of columns."""
    every = _columns(profile, families, order)
    pages = max(1, -(-len(every) // orders.AT_ONCE))
    order = order.but(page=min(order.page, pages))
    first = (order.page - 1) * orders.AT_ONCE
    shown = every[first : first + orders.AT_ONCE]
    pinned = next((c for c in every if c.is_sorted), None) or _elsewhere(profile, order)
    if pinned is None and order.rows not in ROWS:
        order = order.but(rows="strength")
    columns = [column for column in shown if column != pinned]
    groups = [(name, len(list(of))) for name, of in groupby(c.group for c in columns)]
    cells = order.cells or (LONG if len(columns) <= FEW else SHORT)
    return Heatmap(
        order,
        list(choices(order, cells)),
        is_long=cells == LONG,
        groups=groups if any(name for name, _ in groups) else [],
        pinned=pinned,
        columns=columns,
        rows=_rows(profile, families, pinned, columns, order),
        first=first + 1,
        last=first + len(shown),
        all=len(every),
        previous=order.but(page=order.page - 1).address if order.page > 1 else "",
        next=order.but(page=order.page + 1).address if order.page < pages else "",
    )


def _columns(profile: Profile, families: Families, order: Order) -> list[Column]:
    """Of all pages."""
    if order.shown == SKILL:
        found = _skills(profile, order.columns)
        if order.columns != FAMILY:
            return [Column(order, SKILL, name, questions) for name, questions in found]
        found.sort(key=lambda skill: families.place_of(skill[0]))
        return [
            Column(order, SKILL, name, questions, families.family_of(name) or NO_FAMILY)
            for name, questions in found
        ]
    columns = []
    for place, family in enumerate(families.groups):
        name = family["name"]
        columns.append(Column(order, FAMILY, name, family["questions"], place=place))
        if order.open == name:
            columns += [
                Column(order, SKILL, skill, questions, name)
                for skill, questions in _skills(profile, "questions")
                if families.family_of(skill) == name
            ]
    return columns


def _elsewhere(profile: Profile, order: Order) -> Column | None:
    """The skill that experts are sorted by where it is no column of any page, if there is one."""
    kind, _, name = order.rows.partition(":")
    if kind != SKILL or not name:
        return None
    n = F("right") + F("wrong")
    most = profile.cells.filter(skill=name).aggregate(questions=Max(n))["questions"]
    return None if most is None else Column(order, SKILL, name, most)


def _skills(profile: Profile, by: str) -> list[tuple[str, int]]:
    """Every skill with its questions, in order; those of a family with most questions first."""
    n = F("right") + F("wrong")
    share = Cast("right", FloatField()) / n
    enough = Q(n__gte=THIN)
    counted = (
        profile.cells.annotate(n=n, share=share)
        .values("skill")
        .annotate(
            questions=Max("n"),
            seen=Sum("n"),
            spread=Max("share", filter=enough) - Min("share", filter=enough),
        )
    )
    if by == "name":
        counted = counted.order_by("skill")
    elif by == "spread":
        counted = counted.order_by(F("spread").desc(nulls_last=True), "-seen", "skill")
    else:
        counted = counted.order_by("-seen", "skill")
    return [(row["skill"], row["questions"]) for row in counted]


def _tallies(
    profile: Profile, families: Families, columns: Sequence[Column]
) -> dict[tuple[int, str], Tally]:
    """By expert and key of a column."""
    names = [column.name for column in columns if column.kind == SKILL]
    rows = profile.cells.filter(skill__in=names)
    found = {
        (expert, f"{SKILL}:{skill}"): Tally(right, right + wrong)
        for expert, skill, right, wrong in rows.values_list("expert", "skill", "right", "wrong")
    }
    for column in columns:
        if column.kind == FAMILY:
            for expert, tally in families.tallies(column.name).items():
                found[expert, column.key] = tally
    return found


def _rows(
    profile: Profile,
    families: Families,
    pinned: Column | None,
    columns: Sequence[Column],
    order: Order,
) -> list[HeatmapRow]:
    every = [pinned, *columns] if pinned else columns
    totals, cells = strengths(profile), _tallies(profile, families, every)
    experts = profile.pool.experts.order_by("name", "pk") if every else Expert.objects.none()
    rows = [
        HeatmapRow(
            expert,
            totals.get(expert.pk),
            cells.get((expert.pk, pinned.key)) if pinned else None,
            [(column, cells.get((expert.pk, column.key))) for column in columns],
        )
        for expert in experts
    ]
    if pinned:
        rows.sort(key=lambda row: _best(row.pinned))
    elif order.rows == "name":
        rows.sort(key=lambda row: short(row.expert).casefold())
    else:
        rows.sort(key=lambda row: _best(row.total))
    return rows


def _best(tally: Tally | None) -> tuple[float, int]:
    """The largest share first, of two equals that of more questions; nothing last."""
    if tally is None or tally.percent is None:
        return 1.0, 0
    return -tally.percent, -tally.n


def strengths(profile: Profile) -> dict[int, Tally]:
    """Of each expert over all questions, each counted once."""
    rows = profile.totals.values_list("expert", "right", "wrong")
    return {expert: Tally(right, right + wrong) for expert, right, wrong in rows}
