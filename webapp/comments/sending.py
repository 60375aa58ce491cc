"""Notices beside the product: by e-mail to the person, and to the webhook of the team.

Each is sent once at most: it is marked first, so that a server that hangs or a worker that dies
repeats nothing.
"""

import logging
from datetime import timedelta

import httpx
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from webapp.accounts import mail
from webapp.comments.models import Notice
from webapp.outbound import NotAllowed, watched

logger = logging.getLogger(__name__)

TASK = "comments.send_notices"
MOST = 50  # in one turn
FRESH = timedelta(days=1)  # older ones are not sent any more
SECONDS = 5.0  # that a webhook may take


def send_some() -> int:
    """Send what was not sent yet; returns how many notices."""
    taken = 0
    while taken < MOST and (notice := _next()) is not None:
        _mail(notice)
        _post(notice)
        taken += 1
    return taken


def _next() -> Notice | None:
    with transaction.atomic():
        rows = Notice.objects.select_for_update(skip_locked=True, of=("self",))
        fresh = rows.filter(sent=None, created__gt=timezone.now() - FRESH)
        found = fresh.select_related("person", "team").order_by("pk").first()
        if found is not None:
            found.sent = timezone.now()
            found.save(update_fields=["sent"])
    return found


def _mail(notice: Notice) -> None:
    """To whoever has confirmed an address and wants it."""
    person = notice.person
    if not (mail.is_set() and person.is_active and person.mails and notice.read is None):
        return
    address = EmailAddress.objects.filter(user=person, verified=True, primary=True).first()
    if address is not None:
        context = {"notice": notice, "link": link_to(notice)}
        mail.send(address.email, notice.text, "comments/notice.txt", context)


def _post(notice: Notice) -> None:
    """As Slack and what is like it take it."""
    if not notice.team.webhook:
        return
    text = f"{notice.person}: {notice.text} {link_to(notice)}".strip()
    try:
        with httpx.Client(timeout=SECONDS, event_hooks={"request": [watched]}) as client:
            client.post(notice.team.webhook, json={"text": text}).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL, NotAllowed, ValueError) as error:
        # Its address may hold a secret, and would be in the error's words.
        logger.warning("the webhook of %s took no notice: %s", notice.team, type(error).__name__)


def link_to(notice: Notice) -> str:
    """Blank where the product has no name that others reach it by."""
    return f"https://{settings.HOSTNAME}{notice.address}" if settings.HOSTNAME else ""
