"""Parts of pages that wait for what a worker finds."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from webapp.runs.models import Finding


def when_found(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    finding: Finding | None,
    *,
    has_charts: bool = False,
) -> HttpResponse:
    """The part that asks for itself until what it waits for is found; nothing before."""
    if finding is not None and not finding.ready:
        return HttpResponse(status=204)  # the page keeps what it shows
    found = render(request, template, dict(context))
    if has_charts:  # which are drawn when the page is opened
        found["HX-Refresh"] = "true"
    return found
