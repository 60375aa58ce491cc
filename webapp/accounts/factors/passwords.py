"""Passwords that others would try first."""

import re
import socket
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError

from webapp.accounts.models import Team, User

LEAST = 8  # letters and digits that are left of a password without the names in it
SHORTEST = 4  # letters of a name that counts
PRODUCT = "Skill-MoE"


class NotOfNames:
    """Refuses a password that is made of names that others know: the person's, their teams', this
    host's, the product's. With enough beside them it may have them in it."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError."""
        rest = whole = _plain(password)
        for name in sorted(set(_names(user)), key=len, reverse=True):
            rest = rest.replace(name, "")
        if rest != whole and len(rest) < LEAST:
            raise ValidationError(
                "This password is made of names that others know, such as yours, your team's or"
                " this machine's: choose one without them.",
                code="password_of_names",
            )

    def get_help_text(self) -> str:
        return "It must not contain your name, your team's or this machine's."


def _names(user: User | None) -> Iterator[str]:
    """Each whole, and its words."""
    texts = [PRODUCT, settings.HOSTNAME.partition(":")[0], socket.gethostname()]
    if user is not None:
        texts += [user.username, user.get_full_name(), user.email, *_teams(user)]
    for text in filter(None, texts):  # a form may lack some
        for part in (text, *re.split(r"[\W_]+", text)):
            if len(name := _plain(part)) >= SHORTEST:
                yield name


def _teams(user: User) -> Iterator[str]:
    if user.team is not None:  # that somebody is about to join, too
        yield user.team.name
    if user.pk is not None:
        yield from Team.objects.filter(memberships__user=user).values_list("name", flat=True)


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
