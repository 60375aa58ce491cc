"""Ask one expert one question."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from webapp.commands.base import ProductCommand, add_team_argument, by_name, team_named
from webapp.commands.trying import figures, follow
from webapp.execution.cancel import cancel
from webapp.execution.errors import RunRefused
from webapp.execution.trying import submit_try
from webapp.experts.models import Expert
from webapp.progress.tries import State, as_try

QUESTION = "What is 17 + 25?"


class Command(ProductCommand):
    help = "Load an expert and ask it one question: does it work, and how fast is it?"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--question", default=QUESTION)
        parser.add_argument(
            "--max-new-tokens", type=int, help="512 when left out; 4,096 if it thinks"
        )
        parser.add_argument("--no-thinking", action="store_true", help="where it can be turned off")
        add_team_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        team = team_named(options["team"])
        expert = by_name(Expert.objects.of(team), options["name"], "expert", "`add_expert`")
        try:
            run = submit_try(
                team,
                None,
                expert,
                options["question"],
                options["max_new_tokens"],
                thinking=not options["no_thinking"],
            )
        except RunRefused as error:
            raise CommandError(str(error)) from None
        try:
            found = follow(run, self.stdout, self.stderr)
        except KeyboardInterrupt:
            cancel(run)
            run.refresh_from_db()
            self.stderr.write(f"\n{as_try(run).ending}", style_func=str)
            raise
        if found.problem:
            raise CommandError(f"{run} failed: {found.problem}\n{found.advice}")
        if found.state == State.CANCELLED:
            raise CommandError(f"{run} was cancelled. {found.ending}")
        self.stdout.write(figures(found))
