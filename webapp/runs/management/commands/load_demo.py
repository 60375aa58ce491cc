"""Make the demo's experts, pool and question sets."""

from typing import Any

from django.core.management.base import BaseCommand

from webapp.accounts.models import Team
from webapp.runs.demo import load_demo


class Command(BaseCommand):
    help = "Add the built-in tiny experts, their pool and their question sets to the first team."

    def handle(self, *args: Any, **options: Any) -> None:
        team = Team.objects.order_by("pk")[0]
        pool = load_demo(team)
        self.stdout.write(f"{pool}: {pool.experts.count()} experts, annotator {pool.annotator}")
