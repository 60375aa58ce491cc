"""Write a run's responses as a file that can be imported again."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.commands.base import ProductCommand
from webapp.exports.responses import lines, write
from webapp.files import room
from webapp.files.errors import FileRefused
from webapp.plural import counted
from webapp.runs.models import Run


class Command(ProductCommand):
    help = "Write a run's responses as a file that import_responses takes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int)
        parser.add_argument(
            "file", type=Path, help="X.parquet, X.jsonl, or - for the standard output"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        run = Run.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no run {options['run']}: the runs page lists them.")
        file: Path = options["file"]
        if str(file) != "-" and file.suffix not in (".jsonl", ".parquet"):
            raise CommandError(f"{file} is called neither .jsonl nor .parquet: name it so.")
        with transaction.atomic():
            record(Action.RUN_EXPORTED, run, file=file)
        if str(file) == "-":
            sys.stdout.writelines(lines(run, None))
            return
        try:
            room.check(folder=file.resolve().parent)
            count = write(run, file)
        except FileRefused as refused:
            raise CommandError(str(refused)) from None
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror or error}.") from None
        self.stdout.write(f"Wrote {counted(count, 'response')} of {run} to {file}.")
