"""What the benchmarks of the product stand on: the demo's pool, its questions, a profile, ranks."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from webapp.accounts.models import Team
from webapp.commands.demo import FOLDER, load_demo
from webapp.commands.waiting import wait_for
from webapp.execution.start import submit_profile, submit_ranking
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.questions.taking import take_questions
from webapp.runs.models import Profile, Run, Visit

WAITING_SECONDS = 2.0  # between looks at whether runs have ended: to look costs CPU
QUIET_SECONDS = 0.2  # between looks at whether the GPU has been left


@dataclass(frozen=True)
class Ground:
    """A profiled and ranked pool, and the questions to answer."""

    team: Team
    pool: Pool
    profile: Profile
    questions: QuestionSet
    profile_seconds: float  # profiling and ranking, by the product itself


def prepare(questions: int) -> Ground:
    """Have the running product profile the demo's pool and rank its aggregators."""
    team = Team.objects.create(name="Bench")
    pool = Pool.objects.get(pk=load_demo(team).pk)  # as the database gives it
    started = time.perf_counter()
    profiling = submit_profile(team, None, pool, first_questions(team, "validation", questions))
    finish([profiling])
    profile = Profile.objects.get(runs=profiling)
    finish([submit_ranking(team, None, profile)])
    profile.refresh_from_db()
    seconds = time.perf_counter() - started
    print(f"profiled and ranked in {seconds:.0f} s", flush=True)
    return Ground(team, pool, profile, first_questions(team, "test", questions), round(seconds, 1))


def finish(runs: Sequence[Run]) -> None:
    """Wait until the runs are done and the last expert has left the GPU; reads them again."""
    wait_for(runs, show=False, poll_seconds=WAITING_SECONDS)
    while Visit.objects.filter(ended=None).exists():
        time.sleep(QUIET_SECONDS)
    for run in runs:
        run.refresh_from_db()


def first_questions(team: Team, kind: str, size: int) -> QuestionSet:
    """The demo's first questions of a kind."""
    lines = (FOLDER / "questions" / f"{kind}.jsonl").read_text().splitlines()[:size]
    with tempfile.TemporaryDirectory() as made:
        file = Path(made) / f"{kind}.jsonl"
        file.write_text("\n".join(lines))
        name = f"First {len(lines)} {kind} questions"
        return take_questions(team, None, file, file.name, name=name, kind=kind).question_set
