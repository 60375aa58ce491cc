"""What is said where a page fails through no fault of its own."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error

from webapp.files import room


def failed(request: HttpRequest) -> HttpResponse:
    """507 where a disk is full, the database's or ours; else 500."""
    if room.is_of_full_disk(sys.exc_info()[1]):
        return render(request, "507.html", {"words": room.WORDS}, status=507)
    return server_error(request)
