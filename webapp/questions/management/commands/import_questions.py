"""Store a file of questions as a question set."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from webapp.accounts.management.base import ProductCommand, add_team_argument, team_named
from webapp.questions.loading import FileRefused, Loaded, load_questions, store
from webapp.questions.models import QuestionSet

ERRORS_SHOWN = 20


class Command(ProductCommand):
    help = "Store a CSV, JSON or JSONL file of questions as a question set."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", required=True, help="what the product calls the set")
        parser.add_argument("--kind", required=True, choices=QuestionSet.Kind.values)
        add_team_argument(parser)
        parser.add_argument(
            "--skip-bad-rows",
            action="store_true",
            help="store the good rows and list the others, instead of refusing the file",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        content = _content(file)
        try:
            loaded = load_questions(content, file.name)
            self._list(loaded)
            if loaded.errors and not options["skip_bad_rows"]:
                raise CommandError(
                    f"{len(loaded.errors)} of the rows cannot be taken, so nothing was stored: put"
                    " them right, or leave them out with --skip-bad-rows."
                )
            team, name = team_named(options["team"]), options["name"]
            stored = store(team, None, name, options["kind"], file.name, content, loaded)
        except FileRefused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Stored {stored.size} questions as {stored} ({stored.kind}).")

    def _list(self, loaded: Loaded) -> None:
        self.stdout.write(loaded.reading())
        for error in loaded.errors[:ERRORS_SHOWN]:
            self.stderr.write(str(error))
        if len(loaded.errors) > ERRORS_SHOWN:
            self.stderr.write(f"… and {len(loaded.errors) - ERRORS_SHOWN} more rows")


def _content(file: Path) -> bytes:
    """At most one byte more than is allowed, which is enough to refuse a larger file."""
    try:
        with file.open("rb") as opened:
            return opened.read(settings.UPLOAD_LIMIT_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from None
