"""The whole path for real: Postgres, Redis, Celery, the visit loop, vLLM and the demo experts."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.db.models import Count

from moe_core.methods import METHODS
from moe_core.values import Purpose
from tests.conftest import DEMO, MakeSet, demo_expert
from tests.gpu_worker.workers import RealWorkers
from webapp.accounts.models import Team
from webapp.execution.start import submit_profile, submit_ranking, submit_run
from webapp.execution.trying import submit_try
from webapp.experts.models import Expert, Pool
from webapp.progress.loads import stages
from webapp.queue.troubles import troubles_of
from webapp.queue.workers import living_workers
from webapp.runs.models import (
    AggregatorRank,
    Answer,
    Generation,
    Profile,
    ProfileTotal,
    Run,
    Visit,
)

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


@pytest.mark.faults  # the demo does all of this in make test
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
    runs.append(
        submit_run(
            team, None, pool=pool, questions=questions, recruiter="task-top-k", writer="weighted"
        )
    )
    workers.finish(*runs)
    assert runs[-1].stopping == "lossless" and runs[-1].finished == 12

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


@pytest.mark.faults  # on the fake engine in make test
def test_every_baseline_on_real_experts(
    team: Team, pool: Pool, question_set: MakeSet, workers: RealWorkers
) -> None:
    """All at once, so that they share loads; tiny-02 is the best of a profile made by hand."""
    best, other = demo_expert("tiny-02"), demo_expert("tiny-01")
    profile = Profile.objects.create(
        team=team, pool=pool, question_set=question_set("validation", 2), ready=True, ranked=True
    )
    for expert, right in ((best, 2), (other, 1)):
        ProfileTotal.objects.create(profile=profile, expert=expert, right=right, wrong=2 - right)
    AggregatorRank.objects.create(
        profile=profile, expert=pool.candidates()[0], place=1, trials=1, trials_right=1,
        written=1, written_right=1,
    )  # fmt: skip
    questions = question_set("test", 4)
    runs = {
        name: submit_run(
            *(team, None), pool=pool, questions=questions, method=name, k=2, stopping="all"
        )
        for name in METHODS
        if name != "skill-moe"
    }
    workers.finish(*runs.values())

    assert not Generation.objects.exclude(status="done").exists()
    asked = {
        name: set(run.generations.values_list("expert__name", "purpose", "round"))
        for name, run in runs.items()
    }
    alone = {("tiny-02", "respond", 0)}
    both = alone | {("tiny-01", "respond", 0)}
    assert asked["single"] == asked["self-consistency"] == alone
    assert asked["self-refine"] == {("tiny-02", "respond", n) for n in range(3)}
    assert asked["mixture-of-agents"] == both | {("aggregator", "aggregate", 0)}
    assert asked["all-experts"] == both <= asked["debate"]
    for name, run in runs.items():
        assert (run.status, run.finished, run.graded) == ("done", 4, 4), name
        assert not Answer.objects.filter(run=run, verdict="").exists()
    samples = runs["self-consistency"].generations.values_list("answer", "seed")
    assert len(set(samples)) == 2 * 4
    # Prompts and seeds are the same in all first rounds, and so is what is written.
    first = {
        name: dict(run.generations.filter(round=0, number=0, expert=best, purpose="respond")
                   .values_list("answer__question", "output"))
        for name, run in runs.items() if name != "all-experts"
    }  # fmt: skip
    assert all(written == first["single"] for written in first.values())


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
    # On a slow machine it may have been between the two experts.
    visited = list(Visit.objects.filter(ended=None).values_list("pk", flat=True))

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
    died = Visit.objects.filter(problem="the worker died")
    assert list(died.values_list("pk", flat=True)) == visited


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


@pytest.mark.faults
def test_a_machine_without_enough_memory_fails_nobody(
    team: Team, pool: Pool, transactional_db: None, tmp_path: Path
) -> None:
    """vLLM itself refuses, asked for a cache of 100 TB; with as much as is there it goes on."""
    running = RealWorkers(tmp_path, VLLM_CPU_KVCACHE_SPACE="100000")
    running.start("gpu")
    try:
        trial = submit_try(team, None, pool.experts.all()[0], "What is 12 + 30?")
        running.wait(lambda: bool(troubles_of(living_workers())), 90, "trouble is told")
        (trouble,) = troubles_of(living_workers())
        assert "too little of the machine's memory is free" in trouble.what
        assert not trouble.expert, "no expert loads there"
        running.terminate("gpu")
        trial.refresh_from_db()
        assert trial.status == Run.Status.RUNNING
        assert not Expert.objects.exclude(problem="").exists()
        running.start("gpu", VLLM_CPU_KVCACHE_SPACE="1")
        running.start("default")
        running.finish(trial)
        assert set(trial.generations.values_list("status", "attempts")) == {("done", 1)}
    finally:
        running.stop()
