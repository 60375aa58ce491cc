"""All experts with their figures, in the order that an address asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from webapp.accounts.models import Team
from webapp.experts.engines import VLLM
from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.experts.sizes import Size, size_of_checkpoint, size_of_name
from webapp.pages.profiles.reading import Strength, newest_strengths


@dataclass(frozen=True)
class ListedExpert:
    expert: Expert
    size: Size | None
    strength: Strength | None

    @property
    def state(self) -> tuple[str, str]:
        """In a word, with the class of its colour."""
        expert = self.expert
        if expert.is_recorded:
            return "played back", "idle"
        if expert.problem:
            return "problem", "failed"
        if expert.load_seconds:
            return "answers" if expert.is_endpoint else "loads", "done"
        return "not tried", "idle"


@dataclass(frozen=True)
class Column:
    """A column by which the table can be sorted; what has no value there comes last."""

    key: str
    title: str
    value: Callable[[ListedExpert], Any]
    is_number: bool = False


COLUMNS = [
    Column("name", "Name", lambda row: short(row.expert).lower()),
    Column("engine", "Engine", lambda row: row.expert.get_engine_display()),
    Column("size", "Parameters", lambda row: row.size.parameters if row.size else None, True),
    Column("load", "Last load", lambda row: row.expert.load_seconds, True),
    Column("speed", "Speed", lambda row: row.expert.tokens_per_second, True),
    Column(
        "strength",
        "Strength",
        lambda row: row.strength.tally.percent if row.strength else None,
        True,
    ),
    Column("state", "State", lambda row: row.state[0]),
    Column("source", "Checkpoint or model", lambda row: row.expert.source.lower()),
]


@dataclass(frozen=True)
class Head:
    """A column's header: sorted as aria-sort says, and where its link leads."""

    column: Column
    sorted: str  # "ascending", "descending" or nothing
    address: str


def experts_of(team: Team, sort: str) -> tuple[list[Head], list[ListedExpert]]:
    """`sort` is a column's key, with a minus from the largest on; by name where it is neither."""
    strengths = newest_strengths(team)
    rows = [
        ListedExpert(expert, _size(expert), strengths.get(expert.pk))
        for expert in Expert.objects.of(team)
    ]
    named = {column.key: column for column in COLUMNS}
    chosen = named.get(sort.removeprefix("-"), COLUMNS[0])
    falling = sort == f"-{chosen.key}"
    return [_head(column, chosen, falling) for column in COLUMNS], _sorted(rows, chosen, falling)


def _size(expert: Expert) -> Size | None:
    if expert.engine != VLLM.name:
        return size_of_name(expert.source)
    return size_of_checkpoint(expert.source, expert.revision)


def _sorted(rows: list[ListedExpert], by: Column, falling: bool) -> list[ListedExpert]:
    known = [row for row in rows if by.value(row) is not None]
    unknown = [row for row in rows if by.value(row) is None]
    return sorted(known, key=by.value, reverse=falling) + unknown


def _head(column: Column, chosen: Column, falling: bool) -> Head:
    """A click turns the order round; figures start with the largest."""
    if column is not chosen:
        return Head(column, "", f"?sort={'-' if column.is_number else ''}{column.key}")
    if falling:
        return Head(column, "descending", f"?sort={column.key}")
    return Head(column, "ascending", f"?sort=-{column.key}")
