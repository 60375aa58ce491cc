"""People who are signed in, as many as a crowd of pages needs."""

from django.conf import settings
from django.test import Client

from webapp.accounts.models import Role, Team, User

PAGES_EACH = 20  # the product takes 50 sockets of one person


def cookies_of(team: Team, pages: int) -> list[str]:
    """The cookie of each of so many people that none has too many pages open."""
    name = settings.SESSION_COOKIE_NAME
    cookies = []
    for number in range(-(-pages // PAGES_EACH)):
        client = Client()
        person, _ = User.objects.get_or_create(username=f"watcher-{number}")
        person.join(team, Role.VIEWER)
        client.force_login(person)
        cookies.append(f"{name}={client.cookies[name].value}")
    return cookies
