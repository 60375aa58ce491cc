"""Store a file of questions as a question set."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from moe_core.values import Scoring
from webapp.commands.base import ProductCommand, add_scorer_arguments, add_team_argument, team_named
from webapp.files.errors import FileRefused, RowError
from webapp.files.formats import FORMAT_NAMES
from webapp.plural import counted
from webapp.questions.benchmarks import CHOOSABLE, GUESS
from webapp.questions.models import QuestionSet
from webapp.questions.saved import saved_mapping
from webapp.questions.taking import take_questions

ERRORS_SHOWN = 20


class Command(ProductCommand):
    help = f"Store a {FORMAT_NAMES} file of questions as a question set."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", required=True, help="what the product calls the set")
        parser.add_argument("--kind", required=True, choices=QuestionSet.Kind.values)
        add_team_argument(parser)
        parser.add_argument(
            "--mapping",
            metavar="JSON",
            default="{}",
            help='which column is what, where that is not recognised: {"question": "stem", …}',
        )
        parser.add_argument(
            "--saved-mapping",
            metavar="NAME",
            default="",
            help="a mapping that the team has kept; --mapping goes before it",
        )
        parser.add_argument(
            "--save-mapping-as",
            metavar="NAME",
            default="",
            help="a name under which the team keeps how the file was read",
        )
        parser.add_argument(
            "--benchmark",
            choices=CHOOSABLE,
            default=GUESS,
            help="whose wording its questions are asked in; guess: as the columns tell",
        )
        add_scorer_arguments(parser)
        parser.add_argument(
            "--skip-bad-rows",
            action="store_true",
            help="store the good rows and list the others, instead of refusing the file",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        mapping = _mapping(options["mapping"])
        _check_readable(file)
        team = team_named(options["team"])
        try:
            if options["saved_mapping"]:
                mapping = saved_mapping(team, options["saved_mapping"]) | mapping
            taken = take_questions(
                team,
                None,
                file,
                file.name,
                name=options["name"],
                kind=options["kind"],
                mapping=mapping,
                benchmark=options["benchmark"],
                scoring=Scoring(options["scorer"] or "", options["pattern"]),
                skip_bad_rows=options["skip_bad_rows"],
                save_mapping_as=options["save_mapping_as"],
            )
        except FileRefused as error:
            self._list(error.errors, error.bad_rows)
            leave_out = " --skip-bad-rows leaves them out." if error.errors else ""
            raise CommandError(f"{error.with_advice}{leave_out}") from None
        self._list(taken.errors, taken.bad_rows)
        self.stdout.write(f"Read as {taken.reading}.")
        for warning in taken.warnings:
            self.stdout.write(warning)
        stored = taken.question_set
        benchmark = f", {stored.get_benchmark_display()}" if stored.benchmark else ""
        self.stdout.write(
            f"Stored {counted(stored.size, 'question')} as {stored} ({stored.kind}{benchmark})."
        )

    def _list(self, errors: list[RowError], bad_rows: int) -> None:
        for error in errors[:ERRORS_SHOWN]:
            self.stderr.write(str(error))
        if bad_rows > ERRORS_SHOWN:
            self.stderr.write(f"… and {bad_rows - ERRORS_SHOWN} more rows")


def _mapping(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CommandError(f"--mapping is no JSON: {error}.") from None


def _check_readable(file: Path) -> None:
    try:
        with file.open("rb"):
            pass
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from None
