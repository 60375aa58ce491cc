"""Take tokens back: programs that use them are refused from then on."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from webapp.commands.base import ProductCommand
from webapp.commands.people import person


class Command(ProductCommand):
    help = "Revoke a person's tokens of one name, or all of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--name", metavar="TEXT", help="what create_token was told")
        which.add_argument("--all", action="store_true", help="every token of this person")

    def handle(self, *args: Any, **options: Any) -> None:
        user = person(options["user"])
        tokens = user.tokens.all() if options["all"] else user.tokens.filter(name=options["name"])
        with transaction.atomic():
            revoked = list(tokens)
            for token in revoked:
                token.revoke()
        if not (count := len(revoked)):
            names = ", ".join(repr(name) for name in user.tokens.values_list("name", flat=True))
            there = f"There are: {names}." if names else "There are none."
            raise CommandError(f"{user} has no such token. {there}")
        self.stdout.write(f"Revoked {count} {'token' if count == 1 else 'tokens'} of {user}.")
