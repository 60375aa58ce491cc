"""Make the demo's experts, pool and question sets."""

from typing import Any

from webapp.commands.base import ProductCommand, team_named
from webapp.commands.demo import load_demo
from webapp.plural import counted


class Command(ProductCommand):
    help = "Add the built-in tiny experts, their pool and their question sets to the first team."

    def handle(self, *args: Any, **options: Any) -> None:
        pool = load_demo(team_named(None))
        self.stdout.write(
            f"{pool}: {counted(pool.experts.count(), 'expert')}, annotator {pool.annotator}"
        )
