"""Ask again for what failed in a run."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from webapp.commands.base import ProductCommand
from webapp.commands.waiting import wait_for
from webapp.execution.resuming.retry import RetryRefused, retry
from webapp.plural import counted
from webapp.runs.models import Run


class Command(ProductCommand):
    help = "Ask again for the generations of a run that failed, and for nothing else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int)
        parser.add_argument("--wait", action="store_true", help="until it has ended")

    def handle(self, *args: Any, **options: Any) -> None:
        run = Run.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no run {options['run']}: the runs page lists them.")
        try:
            again = retry(run)
        except RetryRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{run.heading}. {counted(again, 'generation')} asked for again.")
        if options["wait"]:
            wait_for([run], show=True)
