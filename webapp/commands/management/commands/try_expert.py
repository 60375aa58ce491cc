"""Ask one expert one question."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from webapp.commands.base import ProductCommand, add_team_argument, by_name, team_named
from webapp.commands.waiting import wait_for
from webapp.execution.errors import RunRefused
from webapp.execution.start import submit_try
from webapp.experts.models import Expert
from webapp.runs.models import Generation

QUESTION = "What is 17 + 25?"


class Command(ProductCommand):
    help = "Load an expert and ask it one question: does it work, and how fast is it?"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--question", default=QUESTION)
        add_team_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        team = team_named(options["team"])
        expert = by_name(Expert.objects.of(team), options["name"], "expert", "`add_expert`")
        try:
            run = submit_try(team, None, expert, options["question"])
        except RunRefused as error:
            raise CommandError(str(error)) from None
        wait_for([run], show=True)
        generation = Generation.objects.select_related("visit").get(run=run)
        self.stdout.write(_figures(generation))
        self.stdout.write(generation.output)


def _figures(generation: Generation) -> str:
    """The load and the rate of the visit that served the try, from its own rows."""
    visit = generation.visit
    if visit is None or visit.loaded is None or generation.finished is None:
        return f"{generation.tokens} tokens"
    load = (visit.loaded - visit.started).total_seconds()
    writing = (generation.finished - max(visit.loaded, generation.created)).total_seconds()
    rate = generation.tokens / writing if writing > 0 else 0.0
    return f"Loaded in {load:.1f} s; {generation.tokens} tokens, {rate:,.0f} tokens/s"
