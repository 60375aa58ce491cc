"""What each role can reach, as the table of docs/roles.md."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.urls import URLPattern, URLResolver, get_resolver

from webapp.accounts.models import Role
from webapp.accounts.rights import OPERATIONS, OWN, PAGES, RIGHTS, SCOPES, Right

YES = "yes"


class Command(BaseCommand):
    """Reads no database."""

    help = "Print what each role can reach: pages, and operations of the API."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("\n".join(lines()))


def lines() -> Iterator[str]:
    """From the one table of rights (accounts/rights/)."""
    routes = dict(_routes(get_resolver()))
    yield from _head("Page")
    for name, (opening, sending) in PAGES.items():
        yield _row(f"`/{routes[name]}`", *_reached_by(opening, sending))
    yield ""
    yield from _head("Operation of the API", "Scope")
    for name, right in OPERATIONS.items():
        scope = next(scope for scope, rights in SCOPES.items() if right in rights)
        yield _row(f"`{name}`", scope, *_reached_by(right, None))


def _reached_by(opening: Right, sending: Right | None) -> list[str]:
    """For each role, and for an admin who owns the installation."""
    found = []
    for rights in (*RIGHTS.values(), RIGHTS[Role.ADMIN] | {OWN}):
        if opening not in rights:
            found.append("")
        elif sending is None or sending in rights:
            found.append(YES)
        else:
            found.append("to open")
    return found


def _head(*titles: str) -> Iterator[str]:
    columns = [*titles, *(role.label for role in Role), "Owner"]
    yield _row(*columns)
    yield "|" + "---|" * len(columns)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def _routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    """Name of an address → its path."""
    for one in resolver.url_patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield one.name or "", path
        else:
            yield from _routes(one, path)
