"""Write a run's responses as a file that can be imported again."""

import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from webapp.accounts.management.base import ProductCommand
from webapp.runs.export import lines
from webapp.runs.models import Run


class Command(ProductCommand):
    help = "Write a run's responses as JSON lines: question_id, model, output, pred."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int)
        parser.add_argument("file", type=Path, help="- for the standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        run = Run.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no run {options['run']}: the runs page lists them.")
        file: Path = options["file"]
        if str(file) == "-":
            sys.stdout.writelines(lines(run))
            return
        part = file.with_name(file.name + ".part")  # nobody takes half a file for a whole one
        try:
            with part.open("w", encoding="utf-8") as opened:
                opened.writelines(lines(run))
            os.replace(part, file)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror or error}.") from None
        self.stdout.write(f"Wrote the responses of {run} to {file}.")
