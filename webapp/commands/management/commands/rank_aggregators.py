"""Rank the aggregators of a pool on its newest profile."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from webapp.commands.base import ProductCommand, add_team_argument, by_name, team_named
from webapp.commands.waiting import wait_for
from webapp.execution.errors import RunRefused
from webapp.execution.start import submit_ranking
from webapp.experts.models import Pool
from webapp.runs.found_skills import skill_cautions
from webapp.runs.models import Profile


class Command(ProductCommand):
    help = "Rank the LLMs of a pool as aggregators, and decide whether one or the vote writes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pool")
        parser.add_argument("--wait", action="store_true", help="until the decision is made")
        add_team_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        team = team_named(options["team"])
        pool = by_name(Pool.objects.filter(team=team), options["pool"], "pool", "`make_pool`")
        profile = _newest(pool)
        try:
            run = submit_ranking(team, None, profile)
        except RunRefused as error:
            raise CommandError(str(error)) from None
        self.warn(skill_cautions(profile))
        self.stdout.write(f"{run}: ranking the aggregators of {profile}.")
        if options["wait"]:
            wait_for([run], show=True)
            profile.refresh_from_db()
            for rank in profile.ranks.select_related("expert"):
                self.stdout.write(
                    f"{rank.expert}: {rank.trials_right} of {rank.trials} trials right,"
                    f" {rank.written_right} of {rank.written} written answers right"
                )
            self.stdout.write(profile.decision)


def _newest(pool: Pool) -> Profile:
    """The newest ready profile. Raises CommandError."""
    profile = Profile.objects.filter(pool=pool, ready=True).first()
    if profile is None:
        raise CommandError(f"{pool} has no ready profile: use `build_profile` and wait for it.")
    return profile
