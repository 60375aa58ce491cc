"""What somebody is told who tries too often. allauth counts, by account and by address; the limits
are in the settings, each for five minutes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MINUTES = 5
TOO_MANY = f"Too many attempts: wait {MINUTES} minutes and try again."


def refuse(request: HttpRequest) -> HttpResponse:
    """The page for what was asked too often, whatever it was."""
    return render(request, "accounts/told.html", {"told": TOO_MANY}, status=429)
