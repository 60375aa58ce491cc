"""Make a token with which a program acts as a person."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from webapp.accounts.models import Token
from webapp.commands.base import ProductCommand
from webapp.commands.people import person


class Command(ProductCommand):
    """Prints the token alone, so that TOKEN=$(manage.py create_token USER) has it."""

    help = "Make a token for the HTTP API; it is shown only this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user")
        parser.add_argument("--name", metavar="TEXT", default="", help="what it is for")

    def handle(self, *args: Any, **options: Any) -> None:
        user = person(options["user"])
        if user.membership() is None:
            raise CommandError(
                f"{user} is in no team, whose things a token shows: add them to one."
            )
        if not user.is_active:
            raise CommandError(f"{user} is not active: their tokens are refused.")
        name = options["name"].replace("\0", "").strip()
        if len(name) > 100:
            raise CommandError("Give the token a name of at most 100 characters.")
        _, text = Token.create(user, name)
        self.stderr.write(f"A token of {user} in {user.team}, shown only this once:")
        self.stdout.write(text)
