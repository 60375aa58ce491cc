"""Make a pool of experts."""

from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import IntegrityError, transaction

from webapp.accounts.management.base import ProductCommand, add_team_argument, by_name, team_named
from webapp.accounts.models import Team
from webapp.experts.models import Expert, Pool


class Command(ProductCommand):
    help = "Make a pool: the experts to route among, who annotates, who may aggregate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--experts", nargs="+", required=True, metavar="EXPERT")
        parser.add_argument(
            "--annotator", metavar="EXPERT", help="without one the embedder finds the skills"
        )
        parser.add_argument(
            "--aggregators", nargs="+", default=[], metavar="EXPERT", help="all, when left out"
        )
        add_team_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        team = team_named(options["team"])
        name = options["name"].strip()
        if not 1 <= len(name) <= 100:
            raise CommandError("Give the pool a name of 1 to 100 characters.")
        experts = _experts(team, options["experts"])
        aggregators = _experts(team, options["aggregators"])
        named = [options["annotator"]] if options["annotator"] else []
        annotator = next(iter(_experts(team, named)), None)
        try:
            with transaction.atomic():
                pool = Pool.objects.create(team=team, name=name, annotator=annotator)
                pool.experts.set(experts)
                pool.aggregators.set(aggregators)
        except IntegrityError:
            raise CommandError(
                f"{team} has a pool called {name!r} already: choose another name."
            ) from None
        self.stdout.write(
            f"Made {pool}: {pool.experts.count()} experts, annotator {annotator or 'none'}."
            f" Next: `build_profile '{pool}' VALIDATION-SET`."
        )


def _experts(team: Team, names: Sequence[str]) -> list[Expert]:
    return [by_name(Expert.objects.of(team), name, "expert", "`add_expert`") for name in names]
