"""Do the product's main job with the demo pool, and report it."""

import json
import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import transaction
from django.db.models import QuerySet

from webapp.accounts.models import Team
from webapp.commands.base import ProductCommand, team_named
from webapp.commands.baselines import comparisons
from webapp.commands.demo import SETS, load_demo
from webapp.commands.waiting import wait_for
from webapp.execution.start import submit_profile, submit_ranking, submit_run
from webapp.experts.models import Pool
from webapp.progress.loads import lower_bound_seconds, stages, wall_seconds
from webapp.questions.models import QuestionSet
from webapp.runs.models import Profile, Run

K = 3
REPORT = "demo-report.json"


class Command(ProductCommand):
    help = "Profile the demo pool (the first time), answer its test set two ways, write the report."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--web-url", required=True, help="where the product is being served")

    def handle(self, *args: Any, **options: Any) -> None:
        ready = time.time()
        started = float(os.environ.get("SKILLMOE_SETUP_STARTED") or ready)
        team = team_named(None)
        pool = load_demo(team)
        profiled = self._profile(team, pool)
        routed, everyone = self._runs(team, pool, profiled)
        report = {
            "questions": routed.questions,
            "experts": pool.experts.count(),
            "k": K,
            "accuracy": {
                "skill_moe": round(routed.accuracy or 0.0, 1),
                **comparisons(everyone, profiled, K),
            },
            "stages": stages([routed, everyone]),
            "setup_seconds": round(ready - started, 1),
            "wall_seconds": round(wall_seconds([routed, everyone]), 1),
            "lower_bound_seconds": round(lower_bound_seconds([routed, everyone]), 1),
            "run_url": options["web_url"] + routed.get_absolute_url(),
        }
        path = Path(settings.DATA_DIR) / REPORT
        path.write_text(json.dumps(report, indent=2) + "\n")
        self._print(report)
        self.stdout.write(f"\nReport: {path}\nRun:    {report['run_url']}")

    def _profile(self, team: Team, pool: Pool) -> Run:
        """The run that made the pool's profile; an earlier start may have done this already."""
        profiled = self._latest(pool.runs.filter(kind=Run.Kind.PROFILE))
        if profiled is None:
            questions = QuestionSet.objects.get(team=team, name=SETS["validation"])
            profiled = submit_profile(team, None, pool, questions)
        if profiled.status == Run.Status.RUNNING:
            self.stdout.write(
                f"Profiling {pool.experts.count()} experts on {profiled.questions} questions"
            )
            self._wait(profiled)
        profile = Profile.objects.get(runs=profiled)
        if not profile.ranked:
            ranking = self._latest(profile.runs.filter(kind=Run.Kind.RANK))
            self.stdout.write("Ranking aggregators")
            self._wait(ranking or submit_ranking(team, None, profile, K))
            profile.refresh_from_db()
        self.stdout.write(profile.decision)
        profiled.refresh_from_db()
        return profiled

    def _latest(self, runs: QuerySet[Run]) -> Run | None:
        """One that is done, or goes on where an interrupted demo left it."""
        return runs.filter(status__in=[Run.Status.DONE, Run.Status.RUNNING]).first()

    def _runs(self, team: Team, pool: Pool, profiled: Run) -> tuple[Run, Run]:
        """Both runs at once, so that they share every load."""
        questions = QuestionSet.objects.get(team=team, name=SETS["test"])
        with transaction.atomic():
            runs = [
                submit_run(
                    team,
                    None,
                    pool=pool,
                    questions=questions,
                    method=method,
                    profile=profiled.profile,
                    k=K,
                )
                for method in ("skill-moe", "all-experts")
            ]
        self.stdout.write(f"Answering {questions.size} test questions, routed and by all experts")
        wait_for(runs, show=True)
        for run in runs:
            run.refresh_from_db()
        return runs[0], runs[1]

    def _wait(self, run: Run) -> None:
        wait_for([run], show=True)
        self.stdout.write("")

    def _print(self, report: dict[str, Any]) -> None:
        rows = [
            ("Skill-MoE, k = 3", "skill_moe"),
            ("best single expert (by validation)", "best_single"),
            ("3 best experts of the whole task", "task_top_k"),
            ("3 experts at random", "random_k"),
            ("all experts vote", "majority_all"),
            ("oracle: some expert is right", "oracle"),
        ]
        self.stdout.write(f"\n{report['questions']} questions, {report['experts']} experts")
        for title, key in rows:
            self.stdout.write(f"  {title:<36}{report['accuracy'][key]:6.1f} %")
        for purpose, figures in report["stages"].items():
            self.stdout.write(
                f"  {purpose:<12}{figures['loads']:3d} loads for"
                f" {figures['distinct_experts']} experts"
            )
        self.stdout.write(
            f"  {report['wall_seconds']} s, lower bound {report['lower_bound_seconds']} s"
        )
