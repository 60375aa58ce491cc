"""Finding the person whose tokens a command makes or revokes."""

from django.core.management.base import CommandError

from webapp.accounts.models import User
from webapp.commands.base import NAMES_SHOWN


def person(name: str) -> User:
    """Raises CommandError that lists the people there are."""
    found = User.objects.filter(username=name.replace("\0", "")).select_related("team").first()
    if found is not None:
        return found
    names = list(User.objects.order_by("username").values_list("username", flat=True))
    more = ", …" if len(names) > NAMES_SHOWN else ""
    raise CommandError(
        f"There is nobody called {name!r}. There are: {', '.join(names[:NAMES_SHOWN])}{more}."
        if names
        else f"There is nobody called {name!r}, nor anybody else: use `manage.py ensure_admin`."
    )
