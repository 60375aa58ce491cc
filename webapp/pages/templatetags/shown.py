"""What templates may call: how values look, which section a page is in, form fields."""

from typing import Any

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, Select
from django.http import HttpRequest

from moe_core import paired
from moe_core.intervals import CONFIDENCE
from moe_core.published import published_for
from webapp.experts.memory.fits import gigabytes
from webapp.experts.short_names import short
from webapp.experts.told import named, told
from webapp.pages.shared import text
from webapp.pages.shared.names import name, name_link
from webapp.pages.shared.navigation import Entry, entries
from webapp.pages.shared.rendering import rendered
from webapp.plural import counted
from webapp.results.filters import Filters

register = template.Library()
for shown in (
    *(rendered, text.emphasised, text.place, text.cut),
    *(text.verdict, text.sign, text.percent, text.share, text.signed),
    paired.p_value,
    *(gigabytes, told, named),
    *(short, name, name_link),
    counted,
    *(text.seconds, text.rate, text.when),
):
    register.filter(shown.__name__, shown)


@register.simple_tag
def navigation(request: HttpRequest) -> list[Entry]:
    """The entries of every page's head."""
    return entries(request)


@register.simple_tag
def level() -> str:
    """Of the intervals that pages show."""
    return f"{100 * CONFIDENCE:.0f} %"


@register.simple_tag
def interval() -> str:
    """What a column of them is called."""
    return f"{level()} interval"


@register.simple_tag
def filtered(filters: Filters, **changes: str) -> str:
    """The query of an address with some of its filters changed."""
    return filters.but(**changes)


@register.filter
def get(mapping: dict[Any, Any], key: object) -> Any:
    return mapping.get(key)


@register.inclusion_tag("shared/_chart.html")
def chart(figure: str, title: str, *columns: str) -> dict[str, Any]:
    """A chart from the address of its figure, which fills the table of the same figures, too."""
    return {"figure": figure, "title": title, "columns": columns}


@register.inclusion_tag("shared/_published.html")
def published(benchmark: str = "") -> dict[str, Any]:
    """What others have published, folded: of a benchmark by its name, and of none alone."""
    return {"rows": published_for(benchmark)}


@register.inclusion_tag("shared/_field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A form field with label, help and errors, in Bootstrap's classes."""
    widget = bound.field.widget
    checkbox = isinstance(widget, CheckboxInput)
    many = isinstance(widget, CheckboxSelectMultiple)
    kind = "form-check-input" if checkbox or many else "form-control"
    if isinstance(widget, Select) and not many:
        kind = "form-select"
    if bound.errors:
        kind += " is-invalid"
    if many:
        widget.attrs["class"] = kind  # of each box
    return {
        "field": bound,
        "widget": bound.as_widget(attrs={"class": kind}),
        "checkbox": checkbox,
        "many": many,
    }
