"""Run again with one expert replaced or added."""

import time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from webapp.commands.base import ProductCommand, by_name
from webapp.commands.waiting import POLL_SECONDS, wait_for
from webapp.execution.errors import RunRefused
from webapp.experts.models import Expert
from webapp.experts.variants import Replacement
from webapp.planning import reruns
from webapp.runs.models import Rerun, Run


class Command(ProductCommand):
    help = (
        "Repeat a run with one expert replaced or added: the new one is profiled first, and the run"
        " starts by itself when the profile is ready."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int)
        parser.add_argument("--by", required=True, metavar="EXPERT", help="the new expert")
        parser.add_argument(
            "--replace", metavar="EXPERT", help="whose place it takes; left out: it joins them"
        )
        parser.add_argument("--wait", action="store_true", help="until the new run is done")

    def handle(self, *args: Any, **options: Any) -> None:
        run = Run.objects.filter(pk=options["run"]).select_related("team", "pool").first()
        if run is None:
            raise CommandError(f"There is no run {options['run']}: the runs page lists them.")
        experts, how = Expert.objects.of(run.team), "`add_expert`"
        by = by_name(experts, options["by"], "expert", how)
        out = by_name(experts, options["replace"], "expert", how) if options["replace"] else None
        try:
            rerun = reruns.begin(run, Replacement(out, by), None)
        except (RunRefused, ValidationError) as refused:
            raise CommandError(" ".join(getattr(refused, "messages", [str(refused)]))) from None
        self.stdout.write(f"{run} again with {rerun.change}, in {rerun.pool}.")
        if rerun.waits_for:
            self.stdout.write(f"It starts when {rerun.waits_for.heading} is done.")
        if options["wait"]:
            rerun = _started(rerun.pk)
            assert rerun.run is not None
            self.stdout.write(f"{rerun.run.heading}.")
            wait_for([rerun.run], show=True)


def _started(pk: int) -> Rerun:
    """Waits for what it waits for. Raises CommandError where that failed, or it was called off."""
    while True:
        rerun = Rerun.objects.select_related("run", "profiling", "ranking").get(pk=pk)
        if rerun.run is not None:
            return rerun
        if rerun.ended is not None:
            raise CommandError("It was called off.")
        waits = rerun.waits_for
        if waits is not None and waits.status == Run.Status.RUNNING:
            wait_for([waits], show=True)
        elif rerun.problem:
            raise CommandError(rerun.problem)
        time.sleep(POLL_SECONDS)
