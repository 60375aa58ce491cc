"""Sending e-mail, where a server for it is set."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


def is_set() -> bool:
    """Whether the installation sends e-mail at all."""
    return bool(settings.EMAIL_HOST)


def deliver(message: EmailMessage) -> bool:
    """Whether the server took it; why not is in the log."""
    try:
        return message.send() == 1
    except (OSError, SMTPException):
        logger.exception("a message could not be sent")
        return False


def send(address: str, subject: str, template: str, context: dict[str, object]) -> bool:
    """A message of plain text; False where none is sent."""
    if not is_set():
        return False
    body = render_to_string(template, context).strip() + "\n"
    # Names of people and teams may hold line breaks, which no header may.
    return deliver(EmailMessage(" ".join(subject.split()), body, to=[address]))
