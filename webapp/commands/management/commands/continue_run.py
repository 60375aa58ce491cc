"""Go on with a run that was ended before all was asked."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from webapp.commands.base import ProductCommand
from webapp.commands.waiting import wait_for
from webapp.execution.resuming.continuing import ContinuingRefused, continue_run
from webapp.plural import counted
from webapp.runs.models import Run


class Command(ProductCommand):
    help = "Go on with a cancelled or failed run from where it stopped; what is there is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int)
        parser.add_argument("--wait", action="store_true", help="until it has ended")

    def handle(self, *args: Any, **options: Any) -> None:
        run = Run.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no run {options['run']}: the runs page lists them.")
        try:
            left = continue_run(run)
        except ContinuingRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{run.heading}. It goes on with {counted(left, 'question')}.")
        if options["wait"]:
            wait_for([run], show=True)
