"""The columns of the table of results: which are shown, and which it can be sorted by."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.accounts.middleware import TeamRequest
from webapp.results.filters import BACKWARDS, Filters
from webapp.runs.models import Run

KEPT = "result_columns"  # in a session: what somebody has chosen, for all runs
PARAMETER = "columns"  # each that is chosen; one that is none says that no further one is
NUMBER = "number"  # what the table is sorted by without a word


@dataclass(frozen=True)
class Column:
    """`sort`: of ORDERS in filters.py, or NUMBER; blank: no index gives its order."""

    key: str
    title: str
    sort: str = ""
    is_usual: bool = True
    of_verdicts: bool = False  # only there where answers are judged
    is_extra: bool = False  # not shown beside an open question


COLUMNS = [
    Column("verdict", "Verdict", sort="verdict", of_verdicts=True),
    Column("outcome", "How it came about", sort="outcome", is_usual=False, of_verdicts=True),
    Column("text", "Question"),
    Column("skills", "Skills", is_extra=True),
    Column("experts", "Experts", is_extra=True),
    Column("answer", "Answer", of_verdicts=True),
    Column("gold", "Gold"),
    Column("category", "Category", sort="category", is_usual=False, is_extra=True),
    Column("stances", "Different answers", is_usual=False, of_verdicts=True, is_extra=True),
]


@dataclass(frozen=True)
class Head:
    """A column's header: sorted as aria-sort says, and where its link leads; blank: nowhere."""

    column: Column
    sorted: str  # "ascending", "descending" or nothing
    query: str


@dataclass(frozen=True)
class Columns:
    """Those of a run's table, in order, and which of all are shown."""

    offered: Sequence[Column]
    shown: Sequence[Column]
    heads: Sequence[Head]  # the number's first, which is always there

    @property
    def keys(self) -> set[str]:
        return {column.key for column in self.shown}


def columns_of(request: TeamRequest, run: Run, filters: Filters) -> Columns:
    """As the address says, else as the person chose last, else the usual ones."""
    offered = [c for c in COLUMNS if run.kind == Run.Kind.ANSWER or not c.of_verdicts]
    wanted = _chosen(request)
    shown = [c for c in offered if (c.is_usual if wanted is None else c.key in wanted)]
    number = Column(NUMBER, "No.", sort=NUMBER)
    return Columns(offered, shown, [_head(column, filters) for column in (number, *shown)])


def _chosen(request: TeamRequest) -> list[str] | None:
    if PARAMETER in request.GET:
        known = {column.key for column in COLUMNS}
        chosen = [key for key in request.GET.getlist(PARAMETER) if key in known]
        if request.session.get(KEPT) != chosen:
            request.session[KEPT] = chosen
        return chosen
    kept: list[str] | None = request.session.get(KEPT)
    return kept


def _head(column: Column, filters: Filters) -> Head:
    """A click sorts by it, the next one the other way round. Words are found by number alone."""
    if not column.sort or (filters.words and column.sort != NUMBER):
        return Head(column, "", "")
    now = filters.sort or NUMBER
    rising = "" if column.sort == NUMBER else column.sort
    falling = BACKWARDS if column.sort == NUMBER else f"-{column.sort}"
    if now == column.sort:
        return Head(column, "ascending", filters.but(sort=falling))
    is_falling = now == falling
    return Head(column, "descending" if is_falling else "", filters.but(sort=rising) or "sort=")
