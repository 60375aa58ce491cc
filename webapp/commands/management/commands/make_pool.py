"""Make a pool: of experts by name, the paper's for a benchmark, or one that fits a GPU."""

from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import IntegrityError, transaction

from moe_core.benchmarks import BENCHMARKS
from moe_core.merging import APART, MERGINGS
from webapp.accounts.models import Team
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.commands.base import ProductCommand, add_team_argument, by_name, team_named
from webapp.experts.models import Expert, Pool
from webapp.experts.preset_pool import PresetPool, fit_pool, preset_pool
from webapp.experts.presets import FITS
from webapp.plural import counted


class Command(ProductCommand):
    help = "Make a pool: the experts to route among, who annotates, who may aggregate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--experts", nargs="+", metavar="EXPERT")
        whose.add_argument(
            "--preset", choices=["paper"], help="those of the paper's experts that were added"
        )
        whose.add_argument(
            "--fit",
            type=int,
            choices=FITS,
            metavar="GB",
            help="those of today's experts for a GPU of so many GB"
            f" ({', '.join(map(str, FITS))}) that were added",
        )
        parser.add_argument(
            "--benchmark",
            choices=BENCHMARKS,
            help="with --preset: whose annotator and aggregator are taken",
        )
        parser.add_argument(
            "--annotator", metavar="EXPERT", help="without one the embedder finds the skills"
        )
        parser.add_argument(
            "--aggregators", nargs="+", default=[], metavar="EXPERT", help="all, when left out"
        )
        parser.add_argument(
            "--merging",
            choices=MERGINGS,
            default=APART.name,
            help="which near-equal skills a profile counts as one",
        )
        parser.add_argument(
            "--structured", action="store_true", help="hold the annotator to a list, as JSON"
        )
        add_team_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        team = team_named(options["team"])
        name = options["name"].strip()
        if not 1 <= len(name) <= 100:
            raise CommandError("Give the pool a name of 1 to 100 characters.")
        preset = _preset(options)
        experts = preset.experts if preset else _experts(team, options["experts"])
        aggregators = _experts(team, options["aggregators"])
        named = [options["annotator"]] if options["annotator"] else []
        annotator = next(iter(_experts(team, named)), None)
        if preset:
            annotator, aggregators = (
                annotator or preset.annotator,
                aggregators or preset.aggregators,
            )
        try:
            with transaction.atomic():
                pool = Pool.objects.create(
                    team=team,
                    name=name,
                    annotator=annotator,
                    merging=options["merging"],
                    is_structured=options["structured"],
                )
                pool.experts.set(experts)
                pool.aggregators.set(aggregators)
                record(Action.POOL_MADE, pool, experts=experts)
        except IntegrityError:
            raise CommandError(
                f"{team} has a pool called {name!r} already: choose another name."
            ) from None
        for warning in preset.warnings if preset else []:
            self.stdout.write(warning)
        self.stdout.write(
            f"Made {pool}: {counted(pool.experts.count(), 'expert')},"
            f" annotator {annotator or 'none'},"
            f" aggregator candidates {', '.join(map(str, aggregators)) or 'all'}."
            f" Next: `build_profile '{pool}' VALIDATION-SET`."
        )


def _preset(options: dict[str, Any]) -> PresetPool | None:
    """A pool that is proposed, if one is asked for. Raises CommandError."""
    if bool(options["preset"]) != bool(options["benchmark"]):
        raise CommandError(
            "--preset paper and --benchmark go together: the benchmark says who aggregates."
        )
    if options["preset"]:
        found, whose, name = preset_pool(BENCHMARKS[options["benchmark"]]), "the paper's", "all"
    elif options["fit"]:
        found, whose, name = fit_pool(options["fit"]), "these", f"fit-{options['fit']}"
    else:
        return None
    if not found.experts:
        raise CommandError(
            f"None of {whose} experts was added yet: `add_expert --preset {name}` adds them."
        )
    return found


def _experts(team: Team, names: Sequence[str]) -> list[Expert]:
    return [by_name(Expert.objects.of(team), name, "expert", "`add_expert`") for name in names]
