"""Tables as people take them elsewhere: CSV, Markdown, LaTeX. Cells are typed, so that each form
shows a figure with its interval as it does best.

A cell is a text, a whole number, a number, a Share, a Between, or None for nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from moe_core.intervals import Share
from webapp.files import csv_cells

NOTHING = "\N{EN DASH}"


@dataclass(frozen=True)
class Between:
    """A figure with its interval. `is_change`: it is told with its sign."""

    value: float
    low: float
    high: float
    is_change: bool = False


Cell = str | int | float | Share | Between | None


@dataclass(frozen=True)
class Table:
    """`name`: of its file, without an ending. `links`: on pages, where each row leads."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    links: Sequence[str] = ()

    def column(self, place: int) -> list[Cell]:
        return [row[place] for row in self.rows]

    @property
    def lean(self) -> "Table":
        """Without columns that say nothing, or 0, in every row."""
        places = [n for n in range(len(self.columns)) if any(self.column(n)) or not self.rows]
        columns = [self.columns[place] for place in places]
        rows = [[row[place] for place in places] for row in self.rows]
        return replace(self, columns=columns, rows=rows)

    def is_of_figures(self, place: int) -> bool:
        return not any(isinstance(cell, str) for cell in self.column(place))


def interval_of(cell: Cell) -> Between | None:
    """Of a figure that has one; a share of nothing has none."""
    if isinstance(cell, Share):
        return Between(cell.percent, *cell.interval) if cell.percent is not None else None
    return cell if isinstance(cell, Between) else None


def shown(cell: Cell) -> str:
    """As people read it, the interval after the figure."""
    between = interval_of(cell)
    if between is not None:
        form = "+.1f" if between.is_change else ".1f"
        return _minus(f"{between.value:{form}} ({between.low:{form}} to {between.high:{form}})")
    if cell is None or isinstance(cell, Share | Between):
        return NOTHING
    if isinstance(cell, str):
        return cell
    return _minus(f"{cell:,}" if isinstance(cell, int) else f"{cell:,.1f}")


def as_csv(table: Table) -> str:
    """A figure with an interval has three columns; nothing is rounded."""
    wide = [
        any(isinstance(cell, Share | Between) for cell in table.column(place))
        for place in range(len(table.columns))
    ]
    head: list[str] = []
    for title, is_wide in zip(table.columns, wide, strict=True):
        head += [title, f"{title}: low", f"{title}: high"] if is_wide else [title]
    return csv_cells.lines([head, *(_csv_row(row, wide) for row in table.rows)])


def _csv_row(row: Sequence[Cell], wide: Sequence[bool]) -> Iterator[object]:
    for cell, is_wide in zip(row, wide, strict=True):
        if not is_wide:
            yield cell
        elif between := interval_of(cell):
            yield from (between.value, between.low, between.high)
        else:
            yield from (None, None, None)


def as_markdown(table: Table) -> str:
    marks = ["---:" if table.is_of_figures(place) else "---" for place in range(len(table.columns))]
    rows = [table.columns, marks, *([shown(cell) for cell in row] for row in table.rows)]
    lines = [
        "| " + " | ".join(cells if cells is marks else map(_markdown, cells)) + " |"
        for cells in rows
    ]
    note = ["", _markdown(table.note)] if table.note else []
    return "\n".join([f"**{_markdown(table.title)}**", "", *lines, *note, ""])


def as_latex(table: Table) -> str:
    r"""Needs \usepackage{booktabs}."""
    places = "".join("r" if table.is_of_figures(p) else "l" for p in range(len(table.columns)))
    caption = _latex(f"{table.title}. {table.note}" if table.note else table.title)
    body = [" & ".join(_latex(shown(cell)) for cell in row) + r" \\" for row in table.rows]
    return "\n".join(
        [
            r"% \usepackage{booktabs}",
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{caption}}}",
            rf"\begin{{tabular}}{{{places}}}",
            r"\toprule",
            " & ".join(map(_latex, table.columns)) + r" \\",
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
            "",
        ]
    )


@dataclass(frozen=True)
class TableForm:
    """How a table is called in addresses and on pages, and what it is."""

    name: str
    title: str
    kind: str  # its media type
    write: Callable[[Table], str]


TABLE_FORMS: Mapping[str, TableForm] = {
    form.name: form
    for form in (
        TableForm("csv", "CSV", "text/csv; charset=utf-8", as_csv),
        TableForm("md", "Markdown", "text/markdown; charset=utf-8", as_markdown),
        TableForm("tex", "LaTeX", "application/x-tex; charset=utf-8", as_latex),
    )
}

_IN_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    "\N{MINUS SIGN}": "$-$", NOTHING: "--", "\N{RIGHTWARDS ARROW}": r"$\to$",
}  # fmt: skip


def _latex(text: str) -> str:
    return "".join(_IN_LATEX.get(char, char) for char in _one_line(text))


def _markdown(text: str) -> str:
    """Names may hold what Markdown would read as marks, or as HTML."""
    return re.sub(r"([\\`*_\[\]<>|~#&!$])", r"\\\1", _one_line(text))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")
