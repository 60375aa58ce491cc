"""Addresses of the API. They need no signing in: each operation asks for a token instead."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.views.decorators.csrf import csrf_exempt

from webapp.api.api import api
from webapp.api.errors import not_allowed, nothing_here

View = Callable[..., HttpResponse]


def open_view(view: View) -> View:
    """Without session and CSRF token; a wrong method is told in JSON too. HEAD is what GET is,
    and nothing is sent after the headers."""

    @wraps(view, assigned=())
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        try:
            response = view(request, *args, **kwargs)
        except Http404:  # the address of the API itself
            return nothing_here(request)
        if is_head:
            request.method = "HEAD"
        if is_head and response.streaming:  # or all of it would be made
            response = HttpResponse(status=response.status_code, headers=dict(response.items()))
        return not_allowed(request, response["Allow"]) if response.status_code == 405 else response

    return csrf_exempt(login_not_required(opened))


def _patterns() -> list[URLPattern]:
    found, _, _ = api.urls
    for pattern in found:
        assert isinstance(pattern, URLPattern)
        pattern.callback = open_view(pattern.callback)
    return [*found, re_path("", open_view(nothing_here))]  # type: ignore[list-item]


app_name = "ninja"
urlpatterns = _patterns()
