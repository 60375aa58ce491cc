"""Grade saved runs again."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from moe_core.errors import MethodError, ScorerError
from moe_core.scorers import check_scoring
from moe_core.values import Scoring
from webapp.commands.base import ProductCommand, add_scorer_arguments, add_team_argument, team_named
from webapp.execution.grading.regrade import regrade
from webapp.execution.grading.regrade_requests import RegradeRefused
from webapp.progress.words import regraded
from webapp.runs.models import Run


class Command(ProductCommand):
    help = "Read and grade the responses of runs again, without the GPU; says what changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, nargs="*")
        parser.add_argument("--all", action="store_true", help="every run that has ended")
        add_scorer_arguments(parser)
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
        scoring = _scoring(options["scorer"], options["pattern"])
        refused = [problem for run in chosen if (problem := self._regrade(run, scoring))]
        if refused:
            raise CommandError(" ".join(refused))
        if not chosen:
            self.stdout.write("No run has ended yet.")

    def _regrade(self, run: Run, scoring: Scoring | None) -> str:
        """Returns why it cannot be: the others are graded all the same."""
        try:
            told = regrade(run.pk, scoring=scoring)
        except (RegradeRefused, MethodError) as error:
            return str(error)
        self.stdout.write(f"{run.heading}. {regraded(told)}.")
        return ""


def _scoring(scorer: str | None, pattern: str) -> Scoring | None:
    """None: every run by its own."""
    if scorer is None and not pattern:
        return None
    scoring = Scoring(scorer or "", pattern)
    try:
        check_scoring(scoring)
    except ScorerError as error:
        raise CommandError(str(error)) from None
    return scoring


def _run(pk: int) -> Run:
    run = Run.objects.filter(pk=pk).first()
    if run is None:
        raise CommandError(f"There is no run {pk}: the runs page lists them.")
    return run
