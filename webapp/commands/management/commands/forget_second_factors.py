"""For somebody who has lost their app, their passkeys and their recovery codes."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import CommandParser
from django.db import transaction

from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.commands.base import ProductCommand
from webapp.commands.people import person


class Command(ProductCommand):
    help = "Have somebody sign in by their password alone, until they set up a second factor anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user")

    def handle(self, *args: Any, **options: Any) -> None:
        found = person(options["user"])
        with transaction.atomic():
            count, _ = Authenticator.objects.filter(user=found).delete()
            if count:
                record(Action.FACTOR_REMOVED, found, factors=count)
        self.stdout.write(
            f"{found} signs in by password alone now." if count else f"{found} had none."
        )
