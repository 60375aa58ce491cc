"""A profile as a table of experts by families and skills, in the order that an address asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import F, FloatField, Max, Min, Q, Sum
from django.db.models.functions import Cast

from webapp.experts.models import Expert
from webapp.pages.profiles.families import Families
from webapp.pages.profiles.orders import FAMILY, SKILL, Column, Order, OrderChoice, choices
from webapp.pages.profiles.tally import Tally
from webapp.runs.found_skills import THIN
from webapp.runs.models import Profile

COLUMNS = 40  # of one page


@dataclass(frozen=True)
class HeatmapRow:
    expert: Expert
    total: Tally | None
    cells: list[tuple[Column, Tally | None]]


@dataclass(frozen=True)
class Heatmap:
    """One page of the table; `previous` and `next` are addresses, empty at either end.

    The column that the experts are sorted by stands first, on whichever page.
    """

    order: Order
    choices: Sequence[tuple[str, list[OrderChoice]]]
    groups: list[tuple[str, int]]  # a family over its skills, columns; empty without such
    columns: list[Column]
    rows: list[HeatmapRow]
    first: int
    last: int
    all: int  # columns of all pages
    previous: str
    next: str


@dataclass(frozen=True)
class _Table:
    """What the profile has, before a page of it is cut out."""

    profile: Profile
    families: Families
    order: Order
    cells: dict[tuple[int, str], Tally] = field(default_factory=dict)

    def columns(self) -> list[Column]:
        order = self.order
        if order.show == SKILL:
            return [self._skill(*found) for found in self._skills()]
        found = []
        for family in self.families.groups:
            column = Column.of(order, FAMILY, family["name"], family["questions"])
            found.append(column)
            if column.is_open:
                names = self.families.skills_of(column.name)
                found += [self._skill(name, n, column.name) for name, n in names]
        return found

    def _skill(self, name: str, questions: int, group: str = "") -> Column:
        if not group and self.order.columns == "family":
            group = self.families.family_of(name)
        return Column.of(self.order, SKILL, name, questions, group)

    def _skills(self) -> list[tuple[str, int]]:
        """Every skill with its questions, in order."""
        n = F("right") + F("wrong")
        share = Cast("right", FloatField()) / n
        enough = Q(n__gte=THIN)
        counted = (
            self.profile.cells.annotate(n=n, share=share)
            .values("skill")
            .annotate(
                questions=Max("n"),
                seen=Sum("n"),
                spread=Max("share", filter=enough) - Min("share", filter=enough),
            )
        )
        if self.order.columns == "name":
            counted = counted.order_by("skill")
        elif self.order.columns == "spread":
            counted = counted.order_by(F("spread").desc(nulls_last=True), "-seen", "skill")
        else:
            counted = counted.order_by("-seen", "skill")
        found = [(row["skill"], row["questions"]) for row in counted]
        if self.order.columns == "family":
            found.sort(key=lambda skill: self.families.place_of(skill[0]))
        return found

    def tallies(self, columns: Sequence[Column]) -> Mapping[tuple[int, str], Tally]:
        """By expert and key of a column."""
        names = [column.name for column in columns if column.kind == SKILL]
        found = self.profile.cells.filter(skill__in=names)
        cells = {
            (expert, f"{SKILL}:{skill}"): Tally(right, right + wrong)
            for expert, skill, right, wrong in found.values_list(
                "expert", "skill", "right", "wrong"
            )
        }
        for column in columns:
            if column.kind == FAMILY:
                for expert, tally in self.families.tallies(column.name).items():
                    cells[expert, column.key] = tally
        return cells


def heatmap(profile: Profile, families: Families, asked: Order) -> Heatmap:
    """The cells of one page of columns."""
    order = asked.among(families)
    every = _Table(profile, families, order).columns()
    pages = max(1, -(-len(every) // COLUMNS))
    order = order.but(page=min(order.page, pages))
    table = _Table(profile, families, order)
    first = (order.page - 1) * COLUMNS
    shown = every[first : first + COLUMNS]
    pinned = [column for column in every if column.is_sorted]
    columns = [*pinned, *(column for column in shown if not column.is_sorted)]
    groups = [(name, len(list(of))) for name, of in groupby(c.shown_group for c in columns)]
    return Heatmap(
        order,
        choices(order, families),
        groups=groups if any(name for name, _ in groups) else [],
        columns=columns,
        rows=_rows(profile, table.tallies(columns), columns, order),
        first=first + 1,
        last=first + len(shown),
        all=len(every),
        previous=order.but(page=order.page - 1).address if order.page > 1 else "",
        next=order.but(page=order.page + 1).address if order.page < pages else "",
    )


def _rows(
    profile: Profile,
    cells: Mapping[tuple[int, str], Tally],
    columns: Sequence[Column],
    order: Order,
) -> list[HeatmapRow]:
    totals = strengths(profile)
    experts = profile.pool.experts.order_by("name", "pk") if columns else Expert.objects.none()
    rows = [
        HeatmapRow(
            expert,
            totals.get(expert.pk),
            [(column, cells.get((expert.pk, column.key))) for column in columns],
        )
        for expert in experts
    ]
    if any(column.is_sorted for column in columns):
        rows.sort(key=lambda row: _best(row.cells[0][1]))
    elif order.rows != "name":
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
