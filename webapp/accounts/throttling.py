"""What somebody is told who tries too often. allauth counts, by account and by address; the limits
are in the settings, each for five minutes."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from webapp.accounts.addresses import address_of

logger = logging.getLogger(__name__)

MINUTES = 5
LONGEST_NAME = 60  # characters of what was given as a name that are told
TOO_MANY = f"Too many attempts: wait {MINUTES} minutes and try again."


def refuse(request: HttpRequest) -> HttpResponse:
    """The page for what was asked too often, whatever it was."""
    tell(request, request.path)
    return render(request, "accounts/told.html", {"told": TOO_MANY}, status=429)


def tell(request: HttpRequest, what: str) -> None:
    """To the process's log. It rotates; the team's log has the attempts that came before."""
    logger.warning("%s tries too often and is told to wait: %r", address_of(request), what)
