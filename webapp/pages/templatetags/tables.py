"""Typed tables on pages, with links to them as files."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import reverse

from webapp.exports.tables import TABLE_FORMS, Cell, Table, interval_of, shown

register = template.Library()


@register.filter
def cell(value: Cell) -> str:
    """An interval stays in one line; it may stand below its value."""
    text = shown(value)
    if interval_of(value) is None:
        return text
    return text.replace(" to ", "\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}")


@register.inclusion_tag("exports/_table.html")
def typed_table(table: Table, view: str = "", *args: object, query: str = "") -> dict[str, Any]:
    """`view`: that of its files, which takes `args` and the form; blank: there are none."""
    files = _files(view, args, query) if view else []
    links = table.links or [""] * len(table.rows)
    return {"table": table, "rows": list(zip(table.rows, links, strict=True)), "files": files}


@register.inclusion_tag("exports/_table_files.html")
def table_files(view: str, *args: object, query: str = "") -> dict[str, Any]:
    """The same of a table that is shown otherwise, or not here."""
    return {"files": _files(view, args, query)}


def _files(view: str, args: Sequence[object], query: str) -> list[tuple[str, str]]:
    """(title, address) of each."""
    after = f"?{query}" if query else ""
    return [
        (form.title, reverse(view, args=[*args, form.name]) + after)
        for form in TABLE_FORMS.values()
    ]
