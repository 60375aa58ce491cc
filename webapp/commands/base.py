"""What commands share: one message when the product is not there, and finding things by name."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError
from django.db.models import Model, QuerySet

from moe_core.scorers import SCORERS
from webapp.accounts.models import Team

Named = TypeVar("Named", bound=Model)

NAMES_SHOWN = 20
START = "Start the product with `make serve`, or set DATABASE_URL to a server with its tables."


class ProductCommand(BaseCommand):
    """A command that needs the product's database, and says so where there is none."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except KeyboardInterrupt:
            raise SystemExit(130) from None  # what was submitted goes on; no traceback for that
        except ImproperlyConfigured as error:
            raise CommandError(f"No database is running here. {START}") from error
        except (OperationalError, ProgrammingError) as error:
            reason = str(error).splitlines()[0]
            raise CommandError(f"The database does not answer ({reason}). {START}") from error

    def warn(self, warnings: Iterable[str]) -> None:
        for warning in warnings:
            self.stdout.write(self.style.WARNING(f"Caution: {warning}"))


def add_team_argument(parser: CommandParser) -> None:
    parser.add_argument("--team", metavar="NAME", help="whose; the first team when left out")


def add_scorer_arguments(parser: CommandParser) -> None:
    """`scorer` is None where it is left out."""
    told = " ".join(f"{scorer.name}: {scorer.help}" for scorer in SCORERS.values())
    parser.add_argument(
        "--scorer",
        choices=("", *SCORERS),
        help=f"how responses are read and compared. {told} Empty: found by each question.",
    )
    parser.add_argument("--pattern", metavar="RE2", default="", help="of the scorer regex")


def team_named(name: str | None) -> Team:
    """A team by name, or the first. Raises CommandError."""
    if name is not None:
        return by_name(Team.objects.all(), name, "team", "`manage.py ensure_admin`")
    first = Team.objects.order_by("pk").first()
    if first is None:
        raise CommandError("There is no team yet: make the first with `manage.py ensure_admin`.")
    return first


def by_name(rows: QuerySet[Named], name: str, what: str, how: str) -> Named:
    """The row of that name. Raises CommandError that lists the names there are, or how to make one.

    `what` says what is looked for, `how` which command makes one.
    """
    found = rows.filter(name=name).first()
    if found is not None:
        return found
    names = [str(row) for row in rows[: NAMES_SHOWN + 1]]
    if not names:
        raise CommandError(f"There is no {what} called {name!r}, nor any other: use {how}.")
    more = ", …" if len(names) > NAMES_SHOWN else ""
    raise CommandError(
        f"There is no {what} called {name!r}. There are: {', '.join(names[:NAMES_SHOWN])}{more}."
    )
