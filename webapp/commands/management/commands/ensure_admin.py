"""Make the first person who can sign in."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from webapp.accounts.models import Team, User
from webapp.audit.actions import Action
from webapp.audit.recording import record


class Command(BaseCommand):
    """Prints a random password, once: only its hash is kept."""

    help = "Create the administrator and the first team, unless somebody can sign in already."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            return
        team, _ = Team.objects.get_or_create(name="Team")
        password = secrets.token_urlsafe(9)
        made = User.objects.create_superuser("admin", password=password, team=team, is_new=True)
        record(Action.OWNER_MADE, made)
        self.stdout.write(f"Sign in as admin with password {password} (shown only this once)")
