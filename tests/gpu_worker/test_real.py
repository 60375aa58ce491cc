"""The whole path for real: Postgres, Redis, Celery, the visit loop, vLLM and the demo experts."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.db.models import Count

from moe_core.values import Purpose
from tests.conftest import DEMO, MakeSet, demo_expert
from tests.gpu_worker.workers import RealWorkers
from webapp.accounts.models import Team
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Answer, Generation, Profile, Visit
from webapp.runs.report import stages
from webapp.runs.submit import submit_profile, submit_ranking, submit_run, submit_try

pytestmark = pytest.mark.django_db(transaction=True)

GONE_SECONDS = 10  # after a kill no engine holds its memory for longer


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[RealWorkers]:
    running = RealWorkers(tmp_path)
    running.start("default")
    running.start("gpu")
    try:
        yield running
    finally:
        running.stop()


def test_every_purpose_on_real_experts(
    team: Team, pool: Pool, question_set: MakeSet, workers: RealWorkers
) -> None:
    pool.experts.add(demo_expert("tiny-03"))  # a trial needs one right and two wrong responses
    profiling = submit_profile(team, None, pool, question_set("validation", 16))
    workers.finish(profiling)
    profile = Profile.objects.get()
    assert profile.ready and profile.cells.exists()

    ranking = submit_ranking(team, None, profile)
    workers.finish(ranking)
    profile.refresh_from_db()
    assert profile.ranked and "writes the answers" in profile.decision

    questions = question_set("test", 12)
    trial = submit_try(team, None, pool.experts.all()[0], "What is 12 + 30?")
    runs = [
        submit_run(team, None, pool=pool, questions=questions, method=method, writer=writer)
        for method, writer in (("skill-moe", "llm"), ("all-experts", "vote"))
    ]
    workers.finish(*runs)

    done = Generation.objects.filter(status="done")
    served = Counter(done.values_list("purpose", flat=True))
    assert set(served) == {purpose.value for purpose in Purpose}
    assert not Generation.objects.exclude(status="done").exists()
    figures = stages(runs)
    assert all(stage["loads"] == stage["distinct_experts"] for stage in figures.values())
    for answer in Answer.objects.filter(run=runs[0]):
        assert answer.is_done and answer.verdict
        assert answer.generations.filter(purpose="respond").count() == 3
        assert answer.generations.filter(purpose="aggregate").count() == 1
    assert all(generation.output and generation.tokens for generation in done)
    workers.finish(trial)
    tried = pool.experts.all()[0]
    assert tried.load_seconds and tried.tokens_per_second and not tried.problem


def test_kill_9_loses_nothing(
    team: Team, pool: Pool, question_set: MakeSet, workers: RealWorkers
) -> None:
    run = submit_run(
        team, None, pool=pool, questions=question_set("test", 240), method="all-experts"
    )
    done = Generation.objects.filter(run=run, status="done")
    workers.wait(lambda: done.count() > 40, 90, "the first results")
    left_behind = workers.kill("gpu")
    assert left_behind, "the engine was a process of its own"
    committed = dict(done.values_list("pk", "finished"))
    assert len(committed) < 480, "the worker was killed too late to show anything"

    _, alive = psutil.wait_procs(left_behind, GONE_SECONDS)
    assert not alive
    workers.start("gpu")
    workers.finish(run)

    assert run.finished == 240
    assert dict(done.filter(pk__in=committed).values_list("pk", "finished")) == committed
    assert set(done.filter(pk__in=committed).values_list("attempts", flat=True)) == {1}
    seats = Answer.objects.filter(run=run).annotate(n=Count("generations"))
    assert set(seats.values_list("n", flat=True)) == {2}
    assert not Answer.objects.filter(run=run, verdict="").exists()
    assert Visit.objects.filter(problem="the worker died").exists()


def test_a_broken_checkpoint_says_why(team: Team, workers: RealWorkers, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(DEMO / "experts" / "tiny-01", folder)
    config = json.loads((folder / "config.json").read_text())
    config["architectures"] = ["NobodyKnowsThisModel"]
    (folder / "config.json").write_text(json.dumps(config))
    expert = Expert.objects.create(name="broken", source=str(folder), max_model_len=64)
    run = submit_try(team, None, expert, "Are you there?")
    generation = Generation.objects.get(run=run)

    def failed() -> bool:
        generation.refresh_from_db()
        return generation.status == "failed"

    workers.wait(failed, 90, "the try")
    assert "does not load" in generation.problem
    workers.finish(run)
    expert.refresh_from_db()
    assert expert.problem
