"""Import recorded responses as a pool of recorded experts."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from webapp.commands.base import ProductCommand, add_team_argument, by_name, team_named
from webapp.files.errors import FileRefused
from webapp.questions.models import QuestionSet
from webapp.recorded.own_questions import NewSet
from webapp.recorded.taking import take_responses

ERRORS_SHOWN = 20


class Command(ProductCommand):
    help = "Import a log of responses: its models become experts of a pool."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("question_set", help="what the responses answer")
        parser.add_argument("pool", help="made when there is none of that name")
        add_team_argument(parser)
        parser.add_argument(
            "--new-set",
            action="store_true",
            help="make the question set, of the log's own questions",
        )
        parser.add_argument(
            "--kind", choices=QuestionSet.Kind.values, default="test", help="of the set it makes"
        )
        parser.add_argument(
            "--mapping",
            metavar="JSON",
            default="{}",
            help='what is not recognised, as JSON: {"output": "text", "model_name": "org/model"}',
        )
        parser.add_argument(
            "--skip-bad-rows",
            action="store_true",
            help="store the good rows and list the others, instead of refusing the file",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        mapping = _mapping(options["mapping"])
        team = team_named(options["team"])
        sets = QuestionSet.objects.filter(team=team)
        name = options["question_set"]
        questions = (
            NewSet(name, options["kind"])
            if options["new_set"]
            else by_name(sets, name, "question set", "`import_questions`")
        )
        try:
            taken = take_responses(
                team,
                None,
                file,
                file.name,
                question_set=questions,
                pool=options["pool"],
                mapping=mapping,
                skip_bad_rows=options["skip_bad_rows"],
            )
        except FileRefused as refused:
            for error in refused.errors[:ERRORS_SHOWN]:
                self.stderr.write(str(error))
            raise CommandError(str(refused)) from None
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from None
        for warning in [*taken.warnings, *taken.errors[:ERRORS_SHOWN]]:
            self.stderr.write(str(warning))
        self.stdout.write(
            f"Stored {taken.responses} responses of {taken.experts} experts of {taken.pool}."
        )


def _mapping(text: str) -> Any:
    """Whether it is one is seen when the file is taken. Raises CommandError for no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CommandError(f"--mapping is no JSON: {error}.") from None
