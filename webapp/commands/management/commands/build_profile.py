"""Build a pool's profile on a validation set."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from moe_core.anchors import ALL, PARTS
from webapp.commands.base import ProductCommand, add_team_argument, by_name, team_named
from webapp.commands.waiting import wait_for
from webapp.execution.errors import RunRefused
from webapp.execution.start import submit_profile
from webapp.experts.models import Pool
from webapp.progress.unread import warnings_of
from webapp.questions.models import QuestionSet
from webapp.runs.found_skills import SHOWN, found_skills, skill_cautions
from webapp.runs.models import Run


class Command(ProductCommand):
    help = "Profile a pool's experts on a validation set: what is each one good at?"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pool")
        parser.add_argument("question_set")
        parser.add_argument(
            "--part",
            choices=list(PARTS),
            default=ALL.name,
            help="how much of the set each expert is asked; the rest can be asked later",
        )
        parser.add_argument("--wait", action="store_true", help="until the profile is ready")
        add_team_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        team = team_named(options["team"])
        pool = by_name(Pool.objects.filter(team=team), options["pool"], "pool", "`make_pool`")
        sets = QuestionSet.objects.filter(team=team)
        questions = by_name(sets, options["question_set"], "question set", "`import_questions`")
        try:
            run = submit_profile(team, None, pool, questions, part=options["part"])
        except RunRefused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{run}: profiling {pool} on {questions}.")
        if options["wait"]:
            wait_for([run], show=True)
            self._tell_of_skills(run)
            self.warn(warnings_of(run))
            following = "rank_aggregators" if pool.candidates() else "start_run QUESTION-SET"
            self.stdout.write(f"The profile is ready. Next: `{following} '{pool}'`.")

    def _tell_of_skills(self, run: Run) -> None:
        assert run.profile is not None
        if (found := found_skills(run.profile)) is None:
            return
        self.stdout.write(found.words)
        if found.doubtful:
            names = ", ".join(repr(name) for name in found.doubtful[:SHOWN])
            more = ", …" if len(found.doubtful) > SHOWN else ""
            self.stdout.write(f"They look like no skills, or like answers: {names}{more}")
        self.warn(skill_cautions(run.profile))
