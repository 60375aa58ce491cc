"""Grade saved runs again."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from moe_core.errors import MethodError
from webapp.commands.base import ProductCommand, add_team_argument, team_named
from webapp.execution.grading.regrade import regrade
from webapp.execution.grading.regrade_requests import RegradeRefused
from webapp.progress.words import regraded
from webapp.runs.models import Run


class Command(ProductCommand):
    help = "Read and grade the responses of runs again, without the GPU; says what changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, nargs="*")
        parser.add_argument("--all", action="store_true", help="every run that has ended")
        add_team_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """In the order in which they were made: rankings read the responses of profiles."""
        runs = Run.objects.exclude(kind=Run.Kind.TRY).order_by("pk")
        if options["all"] == bool(options["run"]):
            raise CommandError("Give the numbers of runs, or --all.")
        if options["all"]:
            team = team_named(options["team"])
            chosen = list(runs.filter(team=team).exclude(status=Run.Status.RUNNING))
        else:
            chosen = [_run(pk) for pk in sorted(set(options["run"]))]
        refused = [problem for run in chosen if (problem := self._regrade(run))]
        if refused:
            raise CommandError(" ".join(refused))
        if not chosen:
            self.stdout.write("No run has ended yet.")

    def _regrade(self, run: Run) -> str:
        """Returns why it cannot be: the others are graded all the same."""
        try:
            told = regrade(run.pk)
        except (RegradeRefused, MethodError) as error:
            return str(error)
        self.stdout.write(f"{run}: {regraded(told)}.")
        return ""


def _run(pk: int) -> Run:
    run = Run.objects.filter(pk=pk).first()
    if run is None:
        raise CommandError(f"There is no run {pk}: the runs page lists them.")
    return run
