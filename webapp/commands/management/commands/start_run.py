"""Answer a question set with a pool."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from moe_core.methods import METHODS
from moe_core.recruiters import RECRUITERS
from webapp.commands.base import ProductCommand, add_team_argument, by_name, team_named
from webapp.commands.waiting import wait_for
from webapp.execution.errors import RunRefused
from webapp.execution.settings import (
    DECIDED,
    LARGEST_SEED,
    OLDER_NAMES,
    STOPPING_CHOICES,
    WRITER_CHOICES,
)
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.plural import counted
from webapp.progress.unread import warnings_of
from webapp.questions.models import QuestionSet
from webapp.runs.found_skills import run_cautions
from webapp.runs.models import Run

PASSED = ("method", "recruiter", "k", "seed", "writer", "stopping")
LOOKS = {"on": True, "off": False}


class Command(ProductCommand):
    help = "Answer a question set with a pool's experts; prints the run's id."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("question_set")
        parser.add_argument("pool")
        parser.add_argument("--method", default="skill-moe", choices=list(METHODS))
        parser.add_argument(
            "--recruiter",
            default="",
            choices=list(RECRUITERS),
            help="who fills the seats, where the method leaves it to you",
        )
        parser.add_argument("--k", type=int, default=3, help="seats per question")
        parser.add_argument("--seed", type=int, default=0, help="same seed, same seats")
        parser.add_argument(
            "--writer",
            default=DECIDED,
            choices=[*WRITER_CHOICES, *OLDER_NAMES],
            help="who writes the final answers",
        )
        parser.add_argument(
            "--stopping",
            default="",
            choices=[name for name in STOPPING_CHOICES if name],
            help="which seats are asked; else those that the answers need, if a vote writes them",
        )
        parser.add_argument(
            "--looks",
            choices=list(LOOKS),
            help="whether the calibrated vote counts what answers look like; by default where the"
            " profile's questions and the set are of one benchmark",
        )
        parser.add_argument(
            "--leave-out", nargs="+", default=[], metavar="EXPERT", help="whom not to recruit"
        )
        parser.add_argument("--wait", action="store_true", help="until it is done")
        add_team_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        team = team_named(options["team"])
        sets = QuestionSet.objects.filter(team=team)
        questions = by_name(sets, options["question_set"], "question set", "`import_questions`")
        pool = by_name(Pool.objects.filter(team=team), options["pool"], "pool", "`make_pool`")
        if not 0 <= options["seed"] <= LARGEST_SEED:
            raise CommandError(f"The seed is {options['seed']}: give one from 0 to {LARGEST_SEED}.")
        chosen = {key: options[key] for key in PASSED}
        left_out = [
            by_name(pool.experts.all(), name, f"expert of {pool}", "`make_pool`").pk
            for name in options["leave_out"]
        ]
        try:
            run = submit_run(
                *(team, None),
                pool=pool,
                questions=questions,
                looks=LOOKS.get(options["looks"]),
                left_out=left_out,
                **chosen,
            )
        except RunRefused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{run.heading}.")
        self.warn(told := run_cautions(run))
        if options["wait"]:
            wait_for([run], show=True)
            run.refresh_from_db()
            self.warn(caution for caution in run_cautions(run) if caution not in told)
            self.warn(warnings_of(run))
            self.stdout.write(_result(run))


def _result(run: Run) -> str:
    if run.accuracy is None:
        answered = f"{counted(run.finished, 'question')} answered"
        return f"{answered}; none has a gold answer, so none is graded."
    return f"Accuracy {run.accuracy:.1f} % ({run.correct} of {run.graded} graded questions)"
