"""The visit loop on real Postgres, with the fake engine: who is loaded when, what is committed."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connections, transaction
from django.db.models import F

from gpu_worker import tasks
from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Completion, Prompt
from moe_core.values import Purpose
from tests.conftest import MakeSet
from tests.gpu_worker.serving import serve, write
from webapp.accounts.models import Team
from webapp.db import locks
from webapp.db.locks import Lock
from webapp.execution.advance import advance_run
from webapp.execution.cancel import cancel
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.progress.loads import lower_bound_seconds, stages, wall_seconds
from webapp.queue import backlog, claims, workers
from webapp.runs.models import Answer, Event, Generation, Progress, Run, Visit, Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone")]


def test_two_runs_share_every_load(
    team: Team, pool: Pool, question_set: MakeSet, profiled: Run
) -> None:
    questions = question_set("test", 10)
    runs = [
        submit_run(team, None, pool=pool, questions=questions, method=method)
        for method in ("skill-moe", "all-experts")
    ]
    engine = FakeEngine(write, at_once=3)
    serve(engine)

    for run in runs:
        run.refresh_from_db()
        assert run.status == Run.Status.DONE
        assert run.finished == run.questions == 10
    figures = stages(runs)
    assert set(figures) == {"annotate", "respond", "aggregate"}
    assert all(stage["loads"] == stage["distinct_experts"] for stage in figures.values())
    assert len(engine.loads) == len(set(engine.loads)) == 4
    for answer in Answer.objects.filter(run=runs[0]):
        seats = answer.generations.filter(purpose="respond", status="done")
        assert sorted(seats.values_list("number", flat=True)) == [0, 1, 2]
        assert answer.generations.filter(purpose="aggregate", status="done").count() == 1
    assert wall_seconds(runs) > 0
    assert lower_bound_seconds(runs) > 0


def test_events_have_no_gaps_and_progress_adds_up(profiled: Run) -> None:
    seqs = list(Event.objects.filter(run=profiled).values_list("seq", flat=True))
    assert seqs == list(range(1, profiled.event_seq + 1))
    assert not uncounted(profiled)
    done = Progress.objects.filter(run=profiled, purpose="profile").values_list("done", flat=True)
    assert sum(done) == 6 * 2


def uncounted(run: Run) -> list[Progress]:
    """Counts that expect something of a run that has ended."""
    return list(Progress.objects.filter(run=run).exclude(asked=F("done") + F("failed")))


def test_the_profile_counts_each_validation_question(profiled: Run) -> None:
    assert profiled.profile is not None and profiled.profile.ready and profiled.profile.ranked
    cells = {(c.expert.name, c.skill): c for c in profiled.profile.cells.all()}
    assert set(cells) == {(e, s) for e in ("tiny-01", "tiny-02") for s in ("addition", "sums")}
    assert all(cell.right + cell.wrong == 6 for cell in cells.values())
    totals = profiled.profile.totals.values_list("expert__name", "right", "wrong")
    assert {(name, right + wrong) for name, right, wrong in totals} == {
        ("tiny-01", 6),
        ("tiny-02", 6),
    }
    assert profiled.profile.vote == "majority"  # both votes say the same here
    assert "the weighted vote" in profiled.profile.decision


def test_an_expert_that_does_not_load_fails_its_seats_only(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    broken = pool.experts.get(name="tiny-02")
    run = submit_run(team, None, pool=pool, questions=question_set("test", 4), method="all-experts")
    serve(FakeEngine(write, broken={broken.source}))

    run.refresh_from_db()
    assert run.status == Run.Status.DONE
    failed = Generation.objects.filter(run=run, status="failed")
    assert {generation.expert_id for generation in failed} == {broken.pk}
    assert failed.count() == 4
    assert "does not load" in failed[0].problem
    broken.refresh_from_db()
    assert "no such checkpoint" in broken.problem


def test_a_prompt_that_kills_the_engine_is_found(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    questions = question_set("test", 6)
    run = submit_run(team, None, pool=pool, questions=questions, method="all-experts")
    advance_run(run.pk)
    poison = Generation.objects.filter(run=run).order_by("pk")[3]
    serve(FakeEngine(write, deadly={poison.prompt}))

    failed = Generation.objects.filter(run=run, status="failed")
    assert {g.answer_id for g in failed} == {poison.answer_id}
    assert all("died 3 times" in g.problem for g in failed)
    assert Generation.objects.filter(run=run, status="done").count() == 10


def test_stopping_commits_what_is_finished_and_hands_back_the_rest(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    run = submit_run(
        team, None, pool=pool, questions=question_set("test", 30), method="all-experts"
    )
    engine = FakeEngine(write, at_once=5)
    serve(engine, stop_after=5)

    states = Generation.objects.filter(run=run).values_list("status", "attempts")
    assert {status for status, _ in states} == {"waiting", "done"}
    assert {attempts for status, attempts in states if status == "waiting"} == {0}
    assert engine.aborted
    done = set(Generation.objects.filter(run=run, status="done").values_list("pk", flat=True))
    serve(again := FakeEngine(write))
    assert again.loads
    run.refresh_from_db()
    assert run.status == Run.Status.DONE
    assert done <= set(Generation.objects.filter(attempts=1).values_list("pk", flat=True))


@pytest.fixture
def other_session() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Runs something in a database session of its own, as another process would."""

    def run(work: Callable[[], None]) -> None:
        def body() -> None:
            work()
            connections.close_all()

        thread = threading.Thread(target=body)
        thread.start()
        thread.join()

    yield run


def test_late_results_of_a_dead_worker_change_nothing(
    team: Team, pool: Pool, question_set: MakeSet, other_session: Callable[..., None]
) -> None:
    run = submit_run(team, None, pool=pool, questions=question_set("test", 2), method="all-experts")
    advance_run(run.pk)
    taken: list[tuple[int, list[Prompt]]] = []

    def claim_and_die() -> None:
        worker = Worker.objects.create(host="lost", pid=1)
        locks.hold(Lock.WORKER, worker.pk)
        visit = Visit.objects.create(worker=worker, expert=Expert.objects.get(name="tiny-01"))
        taken.append((worker.pk, claims.claim(worker, visit, 1).prompts))

    other_session(claim_and_die)
    worker_id, prompts = taken[0]
    assert len(prompts) == 2
    while worker_id in workers.living_workers():  # Postgres notices the end of a session soon
        time.sleep(0.01)
    workers.take_back()
    assert not Generation.objects.filter(status="claimed").exists()
    assert claims.commit(worker_id, [Completion(prompts[0].id, "late")]) == {}
    serve(FakeEngine(write))
    assert not Generation.objects.filter(output="late").exists()
    assert not Generation.objects.filter(run=run).exclude(status="done").exists()


def test_a_cancelled_run_is_served_no_more(team: Team, pool: Pool, question_set: MakeSet) -> None:
    run = submit_run(team, None, pool=pool, questions=question_set("test", 3), method="all-experts")
    advance_run(run.pk)
    cancel(run)
    serve(engine := FakeEngine(write))
    assert engine.loads == []
    run.refresh_from_db()
    assert run.status == Run.Status.CANCELLED


def test_what_a_dead_worker_held_of_a_cancelled_run_is_asked_for_no_more(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    questions = question_set("test", 5)
    runs = [
        submit_run(team, None, pool=pool, questions=questions, method="all-experts")
        for _ in range(2)
    ]
    for run in runs:
        advance_run(run.pk)
    lost = Worker.objects.create(host="lost", pid=1)  # holds no lock
    for expert in pool.experts.all():
        claims.claim(lost, Visit.objects.create(worker=lost, expert=expert), 1)
    cancel(runs[0])
    assert len(uncounted(runs[0])) == 2
    workers.take_back()
    assert not uncounted(runs[0]) and not runs[0].generations.exists()
    assert runs[1].generations.filter(status="waiting", attempts=0, claim=None).count() == 10
    assert [progress.asked for progress in runs[1].progress.all()] == [5, 5]


def test_nul_bytes_in_an_output_do_no_harm(team: Team, pool: Pool, question_set: MakeSet) -> None:
    run = submit_run(team, None, pool=pool, questions=question_set("test", 1), method="all-experts")
    serve(FakeEngine(lambda *_: "a\0b \\boxed{1}"))
    purposes = Generation.objects.filter(run=run, purpose=Purpose.RESPOND.value)
    assert {generation.output for generation in purposes} == {"ab \\boxed{1}"}


def test_what_was_all_in_flight_at_a_kill_is_taken_up(
    team: Team,
    pool: Pool,
    question_set: MakeSet,
    other_session: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = submit_run(team, None, pool=pool, questions=question_set("test", 4), method="all-experts")
    advance_run(run.pk)

    def claim_all_and_die() -> None:
        with transaction.atomic():
            worker = Worker.objects.create(host="lost", pid=1)
            locks.hold(Lock.WORKER, worker.pk)
        for expert in pool.experts.all():
            visit = Visit.objects.create(worker=worker, expert=expert)
            claims.claim(worker, visit, 1)

    other_session(claim_all_and_die)
    while workers.living_workers():
        time.sleep(0.01)
    assert not Generation.objects.filter(status="waiting").exists()
    monkeypatch.setattr("gpu_worker.loop.SETTLING_SECONDS", 0)  # nobody recruits beside it
    monkeypatch.setattr(tasks, "Engines", lambda stopping: FakeEngine(write))
    tasks.visit()
    advance_run(run.pk)
    assert Run.objects.get(pk=run.pk).status == Run.Status.DONE
    assert set(Generation.objects.values_list("attempts", flat=True)) == {1}


def test_cancelling_in_mid_visit_aborts_what_is_in_flight(
    team: Team, pool: Pool, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gpu_worker.drain.LOOK_SECONDS", 0)
    questions = question_set("test", 30)
    run = submit_run(team, None, pool=pool, questions=questions, method="all-experts")
    other = submit_run(team, None, pool=pool, questions=questions, method="all-experts")

    def write_and_cancel(checkpoint: Checkpoint, prompt: Prompt) -> str:
        cancel(Run.objects.get(pk=run.pk))
        return write(checkpoint, prompt)

    engine = FakeEngine(write_and_cancel, at_once=1)
    serve(engine)
    assert engine.aborted
    run.refresh_from_db()
    assert run.status == Run.Status.CANCELLED and run.ended
    assert not Generation.objects.filter(run=run).exclude(status="done").exists()
    assert not uncounted(run), "what was in flight is not asked for any more"
    assert Run.objects.get(pk=other.pk).status == Run.Status.DONE


def test_a_long_queue_is_counted_by_its_runs(
    team: Team, pool: Pool, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = submit_run(
        team, None, pool=pool, questions=question_set("test", 20), method="all-experts"
    )
    advance_run(run.pk)
    counted = backlog.backlog()
    keys = sorted(expert.engine_key for expert in pool.experts.all())
    assert [(e.engine_key, e.stage, e.waiting) for e in counted] == [(k, 1, 20) for k in keys]
    monkeypatch.setattr(backlog, "COUNTED", 5)
    assert [entry.waiting for entry in backlog.backlog()] == [20, 20]
    monkeypatch.setattr(backlog, "_unfinished", lambda keys: {})
    assert [entry.waiting for entry in backlog.backlog()] == [5, 5]


def test_settling_waits_only_for_what_may_add_to_the_stage(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    run = submit_run(team, None, pool=pool, questions=question_set("test", 2), method="all-experts")
    assert backlog.is_settling(None) and backlog.is_settling(0), "nothing was asked yet"
    advance_run(run.pk)
    assert not backlog.is_settling(None)
    Answer.objects.filter(run=run).update(pending=0)
    assert backlog.is_settling(None) and backlog.is_settling(2)
    assert not backlog.is_settling(1), "responses wait, and what is in adds to aggregation only"
    Run.objects.filter(pk=run.pk).update(method="debate")
    assert backlog.is_settling(1), "there may be another round"
