"""Do everything once with a small real LLM, and say honestly how that went."""

from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db.models import Count, Q, Sum

from webapp.accounts.models import Team
from webapp.commands.base import ProductCommand, team_named
from webapp.commands.management.commands.try_expert import QUESTION
from webapp.commands.real import CHECKPOINT, SETS, load_real
from webapp.commands.waiting import wait_for
from webapp.execution.start import submit_profile, submit_ranking, submit_run
from webapp.execution.trying import submit_try
from webapp.experts.models import Pool
from webapp.progress.loads import stages_and_all, wall_seconds
from webapp.questions.models import QuestionSet
from webapp.runs.models import Generation, Profile, Run, Visit

K = 3


class Command(ProductCommand):
    help = "Try, profile, rank and answer with a small real LLM: does this machine do all of it?"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--web-url", required=True, help="where the product is being served")

    def handle(self, *args: Any, **options: Any) -> None:
        if not CHECKPOINT.is_dir():
            raise CommandError("The LLM is not here: `make real-expert` fetches and unpacks it.")
        team = team_named(None)
        phases = self._phases(team, load_real(team))
        answered = phases["answering"]
        self.stdout.write("")
        for name, run in phases.items():
            self.stdout.write(_figures(name, run))
        self.stdout.write(_together(list(phases.values())))
        share = answered.share
        self.stdout.write(
            f"\n{share.right} of {share.n} test questions right: {share.percent:.0f} %,"
            f" and with so few questions anything from {share.between}."
            "\nThat is how bad an LLM of 135 million parameters is. What counts here: it was"
            " loaded, asked, read and graded on this machine."
            f"\nEvery answer: {options['web_url']}{answered.get_absolute_url()}"
        )

    def _phases(self, team: Team, pool: Pool) -> dict[str, Run]:
        """Each anew, whatever an earlier try has left."""
        sets = {kind: QuestionSet.objects.get(team=team, name=name) for kind, name in SETS.items()}
        trial = self._ended(submit_try(team, None, pool.experts.all()[0], QUESTION))
        profiled = self._ended(submit_profile(team, None, pool, sets["validation"]))
        profile = Profile.objects.get(runs=profiled)
        ranked = self._ended(submit_ranking(team, None, profile, K))
        profile.refresh_from_db()
        # An LLM writes, whatever the ranking has decided: everything is to be tried.
        run = submit_run(
            team, None, pool=pool, questions=sets["test"], profile=profile, k=K, writer="llm"
        )
        self._ended(run)
        return {"trying": trial, "profiling": profiled, "ranking": ranked, "answering": run}

    def _ended(self, run: Run) -> Run:
        wait_for([run], show=True)
        run.refresh_from_db()
        return run


def _figures(name: str, run: Run) -> str:
    """One line for a phase."""
    of = Generation.objects.filter(run=run).aggregate(
        done=Count("pk", filter=Q(status=Generation.Status.DONE)),
        failed=Count("pk", filter=Q(status=Generation.Status.FAILED)),
        tokens=Sum("tokens", default=0),
    )
    return (
        f"  {name:<10}{wall_seconds([run]):6.1f} s {of['done']:4} outputs, {of['failed']} failed"
        f" {of['tokens']:6,} tokens"
    )


def _together(runs: Sequence[Run]) -> str:
    """Loads and rate of all of them: one load may serve several, one after the other."""
    loads = stages_and_all(runs)[1]["loads"]
    visits = Visit.objects.filter(served__run__in=runs).distinct()
    did = visits.aggregate(tokens=Sum("tokens", default=0), busy=Sum("busy_seconds", default=0.0))
    return (
        f"  {loads} load{'s' if loads != 1 else ''} in all,"
        f" {did['tokens'] / (did['busy'] or 1):.0f} tokens/s while something was being written"
    )
