"""Experts and runs that cannot go on, and what becomes of the others."""

from typing import Any

import pytest
from django.db import OperationalError
from psycopg.errors import DiskFull

from gpu_worker.fake_engine import FakeEngine
from gpu_worker.loop import DEATHS, Loop
from moe_core.engine import Checkpoint, EngineError, Prompt
from tests.conftest import MakeSet, demo_expert
from tests.gpu_worker.serving import serve, write
from webapp.accounts.models import Team
from webapp.execution import advance as advance_module
from webapp.execution import plans
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.queue import claims, workers
from webapp.queue.claims import DEATHS_ALONE
from webapp.runs.models import Generation, Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone")]


def test_an_engine_that_always_dies_is_given_up(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    run = submit_run(
        team, None, pool=pool, questions=question_set("test", 40), method="all-experts"
    )
    doomed = pool.experts.get(name="tiny-02")

    def write_or_die(checkpoint: Checkpoint, prompt: Prompt) -> str:
        if checkpoint == doomed.checkpoint:
            raise EngineError("out of memory")
        return write(checkpoint, prompt)

    serve(engine := FakeEngine(write_or_die))
    assert engine.loads.count(doomed.source) == DEATHS + 1, "once more to ask it a plain question"
    doomed.refresh_from_db()
    assert "dies again and again" in doomed.problem
    assert Run.objects.get(pk=run.pk).status == Run.Status.DONE
    assert Generation.objects.filter(run=run, status="done").count() == 40


def test_a_run_whose_annotator_never_answers_fails(
    team: Team, pool: Pool, question_set: MakeSet, profiled: Run
) -> None:
    run = submit_run(team, None, pool=pool, questions=question_set("test", 3))
    serve(FakeEngine(write, broken={demo_expert("annotator").source}))
    run.refresh_from_db()
    assert run.status == Run.Status.FAILED
    assert "annotator" in run.problem and "no such checkpoint" in run.problem


def test_a_run_that_cannot_go_on_fails_alone(
    team: Team, pool: Pool, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = question_set("test", 3)
    bad = submit_run(team, None, pool=pool, questions=questions, method="all-experts")
    good = submit_run(team, None, pool=pool, questions=questions, method="all-experts")
    plan_of = plans.plan_of

    def breaking(run_id: int) -> object:
        if run_id == bad.pk:
            raise KeyError("an expert that is not in the pool")
        return plan_of(run_id)

    monkeypatch.setattr(advance_module, "plan_of", breaking)
    serve(FakeEngine(write))
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.status, good.status) == (Run.Status.FAILED, Run.Status.DONE)
    assert "not in the pool" in bad.problem


@pytest.mark.parametrize("text", ["!!!!!!!!!!", "", " \n"])
def test_an_expert_that_writes_garbage_is_given_up(
    text: str, team: Team, pool: Pool, question_set: MakeSet
) -> None:
    bad = pool.experts.get(name="tiny-02")
    run = submit_run(
        team, None, pool=pool, questions=question_set("test", 40), method="all-experts"
    )
    serve(FakeEngine(lambda c, p: text if c == bad.checkpoint else write(c, p), at_once=4))

    failed = Generation.objects.filter(run=run, status="failed")
    assert set(failed.values_list("expert__name", flat=True)) == {"tiny-02"}
    assert failed.count() == 40
    bad.refresh_from_db()
    assert "cannot be used: the expert wrote nothing" in bad.problem
    assert Run.objects.get(pk=run.pk).status == Run.Status.DONE


def test_garbage_is_the_expert_s_and_not_of_all_with_its_checkpoint(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    twin = pool.experts.get(name="tiny-01")
    twin.pk, twin.name = None, "tiny-01, short"
    twin.stop_strings = ["\n"]
    twin.save()
    pool.experts.add(twin)
    assert twin.engine_key == pool.experts.get(name="tiny-01").engine_key
    run = submit_run(
        team, None, pool=pool, questions=question_set("test", 40), method="all-experts"
    )
    serve(FakeEngine(lambda c, p: "" if p.stop else write(c, p), at_once=4))
    failed = Generation.objects.filter(run=run, status="failed")
    assert set(failed.values_list("expert__name", flat=True)) == {twin.name}
    assert Expert.objects.exclude(problem="").get() == twin


def test_what_killed_the_engine_is_found_in_two_steps(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    """Of 240 in flight: their death, that of its sixteen, and three of its own."""
    run = submit_run(
        team, None, pool=pool, questions=question_set("test", 240), method="all-experts"
    )
    advance_run(run.pk)
    poison = Generation.objects.filter(run=run, expert__name="tiny-01").order_by("pk")[200]
    engine = FakeEngine(write, at_once=8)

    def write_or_die(checkpoint: Checkpoint, prompt: Prompt) -> str:
        if prompt.id == poison.pk:
            raise EngineError("illegal memory access")
        return write(checkpoint, prompt)

    engine.write = write_or_die
    serve(engine)
    poison.refresh_from_db()
    assert poison.status == "failed" and "died 3 times" in poison.problem
    assert engine.loads.count(poison.expert.source) == 1 + DEATHS_ALONE + 2
    others = Generation.objects.filter(run=run).exclude(pk=poison.pk)
    assert set(others.values_list("status", flat=True)) == {"done"}
    assert others.filter(attempts=3).count() <= 15, "those that were suspect to the last"


def test_deaths_count_only_in_a_row(
    team: Team, pool: Pool, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gpu_worker.loop.SETTLING_SECONDS", 0)
    run = submit_run(team, None, pool=pool, questions=question_set("test", 2), method="all-experts")
    advance_run(run.pk)
    keys = [expert.engine_key for expert in pool.experts.all()]
    with workers.registered_worker() as worker:
        loop = Loop(worker, FakeEngine(write), lambda: False)
        loop.deaths.update({key: [frozenset()] * (DEATHS - 1) for key in keys})
        loop.run()
    assert not loop.deaths, "each has had a visit that went well"


def test_several_deadly_prompts_of_one_expert_are_found_and_no_other_fails(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    """One after the other, with nothing between them that shows the expert to be sound."""
    run = submit_run(
        team, None, pool=pool, questions=question_set("test", 40), method="all-experts"
    )
    advance_run(run.pk)
    rows = Generation.objects.filter(run=run, expert__name="tiny-01").order_by("pk")
    poison = {row.pk for row in rows[:4]}
    engine = FakeEngine(write)

    def write_or_die(checkpoint: Checkpoint, prompt: Prompt) -> str:
        if prompt.id in poison:
            raise EngineError("illegal memory access")
        return write(checkpoint, prompt)

    engine.write = write_or_die
    serve(engine)
    failed = Generation.objects.filter(run=run, status="failed")
    assert set(failed.values_list("pk", flat=True)) == poison
    assert not Expert.objects.exclude(problem="").exists()


def test_settings_that_change_while_work_is_queued_lose_nothing(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    run = submit_run(team, None, pool=pool, questions=question_set("test", 3), method="all-experts")
    advance_run(run.pk)
    run.generations.filter(expert__name="tiny-01").update(engine_key="what it was before")
    serve(FakeEngine(write))
    assert Run.objects.get(pk=run.pk).status == Run.Status.DONE
    assert set(run.generations.values_list("status", flat=True)) == {"done"}


def test_a_full_disk_is_waited_for(
    team: Team, pool: Pool, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = submit_run(team, None, pool=pool, questions=question_set("test", 3), method="all-experts")
    commit, tries = claims.commit, iter([False, False])

    def commit_when_there_is_room(*args: Any) -> dict[int, int]:
        if next(tries, True):
            return commit(*args)
        raise OperationalError("no space left") from DiskFull("no space left")

    monkeypatch.setattr("gpu_worker.drain.ROOM_SECONDS", 0)
    monkeypatch.setattr(claims, "commit", commit_when_there_is_room)
    serve(engine := FakeEngine(write))
    assert Run.objects.get(pk=run.pk).status == Run.Status.DONE
    assert set(run.generations.values_list("status", "attempts")) == {("done", 1)}
    assert len(engine.loads) == 2, "nothing was generated or loaded again"


def test_an_odd_output_is_no_answer(team: Team, pool: Pool, question_set: MakeSet) -> None:
    run = submit_run(team, None, pool=pool, questions=question_set("test", 3), method="all-experts")
    advance_run(run.pk)
    odd = run.generations.order_by("pk")[0]
    serve(FakeEngine(lambda c, p: "..." if p.id == odd.pk else write(c, p), at_once=1))
    odd.refresh_from_db()
    assert (odd.status, odd.output, odd.verdict) == ("done", "...", "no answer")
    assert not run.generations.exclude(status="done").exists()
