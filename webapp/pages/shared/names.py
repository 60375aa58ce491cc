"""How pages name experts: briefly, with the whole name where one points at it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.html import format_html
from django.utils.safestring import SafeString

from webapp.experts.models import Expert
from webapp.experts.short_names import names_kept, short


def name(expert: object) -> SafeString:
    """Its short name; the whole one in the title, where that says more."""
    brief, whole = short(expert), str(expert)
    if brief == whole:
        return format_html('<span class="expert">{}</span>', brief)
    return format_html('<span class="expert" title="{}">{}</span>', whole, brief)


def name_link(expert: Expert) -> SafeString:
    """The same as a link to its page."""
    brief, whole = short(expert), str(expert)
    title = format_html(' title="{}"', whole) if brief != whole else ""
    address = expert.get_absolute_url()
    return format_html('<a class="expert" href="{}"{}>{}</a>', address, title, brief)


Handler = Callable[[HttpRequest], HttpResponseBase]


def middleware(get_response: Handler) -> Handler:
    """A request reads its team's names at most once."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        with names_kept():
            return get_response(request)

    return handle
