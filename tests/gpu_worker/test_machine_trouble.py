"""A machine that cannot load anything: nobody's run fails, and no model is called broken."""

from collections.abc import Callable

import pytest

from gpu_worker import troubles
from gpu_worker.fake_engine import FakeEngine
from gpu_worker.loop import Loop
from moe_core.engine import Checkpoint, EngineError, HubAway, LoadFailed, MachineTrouble
from tests.conftest import MakeSet
from tests.gpu_worker.serving import serve, write
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.queue import workers
from webapp.queue.troubles import Trouble, troubles_of
from webapp.runs.models import Generation, Run, Visit, Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone")]

Fails = Callable[[Checkpoint], EngineError | None]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(troubles, "AGAIN_SECONDS", 0.01)


@pytest.fixture
def run(team: Team, pool: Pool, question_set: MakeSet) -> Run:
    made = submit_run(
        team, None, pool=pool, questions=question_set("test", 4), method="all-experts"
    )
    advance_run(made.pk)
    return made


def source(name: str) -> str:
    return Expert.objects.get(name=name).source


def nothing_is_lost(run: Run) -> None:
    run.refresh_from_db()
    assert run.status == Run.Status.DONE
    assert set(run.generations.values_list("status", flat=True)) == {"done"}
    assert not Expert.objects.exclude(problem="").exists()


def times(count: int, error: EngineError, of: str = "") -> Fails:
    """Fails so often, for all or for one."""
    left = iter(range(count))

    def fails(checkpoint: Checkpoint) -> EngineError | None:
        concerned = not of or checkpoint.source == of
        return error if concerned and next(left, None) is not None else None

    return fails


def test_trouble_is_waited_out_and_told_meanwhile(run: Run) -> None:
    told: list[list[Trouble]] = []
    fails = times(4, MachineTrouble("another program holds 70 of 80 GB"))

    def listening(checkpoint: Checkpoint) -> EngineError | None:
        told.append(troubles_of(workers.living_workers()))
        return fails(checkpoint)

    serve(FakeEngine(write, fails=listening))
    nothing_is_lost(run)
    assert told[0] == []
    assert {trouble.what for trouble in told[3]} == {"another program holds 70 of 80 GB"}
    assert told[3][0].since == told[1][0].since, "since it began, not since the last try"
    assert Worker.objects.get().troubles == [], "it is over"


def test_trouble_in_mid_visit_costs_no_generation_an_attempt(run: Run) -> None:
    error = MachineTrouble("CUDA error: uncorrectable ECC error encountered")
    deaths = iter([error] * 8)

    def write_or_die(checkpoint: Checkpoint, prompt: object) -> str:
        if why := next(deaths, None):
            raise why
        return write(checkpoint, prompt)  # type: ignore[arg-type]

    serve(FakeEngine(write_or_die))
    nothing_is_lost(run)
    assert set(run.generations.values_list("attempts", flat=True)) == {1}


def test_a_hub_that_is_away_keeps_only_those_waiting_that_need_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(troubles, "AGAIN_SECONDS", 0.5)
    fails = times(2, HubAway("the hub does not answer"), source("tiny-01"))
    serve(engine := FakeEngine(write, fails=fails))
    nothing_is_lost(run)
    assert engine.loads == [source("tiny-02"), source("tiny-01")]


def test_an_unexplained_failure_is_the_expert_s_where_another_one_loads(run: Run) -> None:
    bad = source("tiny-01")
    engine = FakeEngine(write, fails=times(99, LoadFailed("CUDA error: misaligned"), bad))
    serve(engine)
    problem = Expert.objects.get(name="tiny-01").problem
    assert problem == "tiny-01 does not load: CUDA error: misaligned"
    others = Generation.objects.filter(expert__name="tiny-02")
    assert set(others.values_list("status", flat=True)) == {"done"}
    assert Run.objects.get(pk=run.pk).status == Run.Status.DONE


def test_it_is_the_machine_s_where_no_other_loads_either(run: Run) -> None:
    Visit.objects.all().delete()
    serve(FakeEngine(write))  # both have loaded here
    nothing_is_lost(run)
    assert run.pool and run.question_set
    again = submit_run(
        run.team, None, pool=run.pool, questions=run.question_set, method="all-experts"
    )
    advance_run(again.pk)
    told: list[str] = []
    fails = times(6, LoadFailed("CUDA error: unknown error"))

    def listening(checkpoint: Checkpoint) -> EngineError | None:
        told.extend(trouble.what for trouble in troubles_of(workers.living_workers()))
        return fails(checkpoint)

    serve(FakeEngine(write, fails=listening))
    nothing_is_lost(again)
    assert any(
        what.startswith("even the expert that loaded last does not load now\ntiny-0")
        for what in told
    )


def test_the_first_expert_of_a_machine_is_not_blamed(run: Run) -> None:
    """It waits, and the reason is told, until another one shows that the machine is sound."""
    run.generations.filter(expert__name="tiny-02").delete()
    tries: list[str] = []
    told: list[str] = []

    def fails(checkpoint: Checkpoint) -> EngineError | None:
        tries.append(checkpoint.source)
        told.extend(trouble.what for trouble in troubles_of(workers.living_workers()))
        return LoadFailed("it is odd")

    with workers.registered_worker() as worker:
        Loop(worker, FakeEngine(write, fails=fails), lambda: len(tries) > 4).run()
    assert set(tries) == {source("tiny-01")}
    assert "no other expert has loaded on this machine yet" in told[-1]
    assert told[-1].endswith("\ntiny-01 does not load: it is odd")
    assert not Expert.objects.exclude(problem="").exists()
    assert set(run.generations.values_list("status", flat=True)) == {"waiting"}


def test_its_own_fault_is_told_at_once_in_the_midst_of_trouble(run: Run) -> None:
    bad = source("tiny-01")
    trouble = times(2, MachineTrouble("no driver"))

    def fails(checkpoint: Checkpoint) -> EngineError | None:
        if why := trouble(checkpoint):
            return why
        return EngineError("no tokenizer") if checkpoint.source == bad else None

    serve(FakeEngine(write, fails=fails))
    assert Expert.objects.exclude(problem="").get().name == "tiny-01"
    failed = Generation.objects.filter(status="failed")
    assert set(failed.values_list("expert__name", flat=True)) == {"tiny-01"}


def test_an_expert_that_alone_has_trouble_keeps_no_other_from_loading(run: Run) -> None:
    """A disk too small for one download, say: the others are here already."""
    bad = source("tiny-01")
    trouble = MachineTrouble("the disk is full: make room")
    told: list[Trouble] = []

    def fails(checkpoint: Checkpoint) -> EngineError | None:
        told[:] = troubles_of(workers.living_workers())
        return trouble if checkpoint.source == bad and not is_over() else None

    def is_over() -> bool:
        others = run.generations.filter(expert__name="tiny-02")
        done = not others.exclude(status="done").exists()
        return done and len(told) == 1 and told[0].expert == "tiny-01"

    serve(FakeEngine(write, fails=fails))
    nothing_is_lost(run)
    assert told[0].expert == "tiny-01", "once another one has loaded, it is not the machine"


def test_a_probe_that_is_broken_itself_tells_nothing(run: Run) -> None:
    serve(FakeEngine(write))  # both have loaded here
    again = submit_run(
        run.team,
        None,
        pool=run.pool,  # type: ignore[arg-type]
        questions=run.question_set,  # type: ignore[arg-type]
        method="all-experts",
    )
    advance_run(again.pk)
    again.generations.filter(expert__name="tiny-02").delete()
    gone = source("tiny-02")
    tries: list[str] = []
    told: list[str] = []

    def fails(checkpoint: Checkpoint) -> EngineError | None:
        tries.append(checkpoint.source)
        told.extend(trouble.what for trouble in troubles_of(workers.living_workers()))
        return EngineError("no such folder") if checkpoint.source == gone else LoadFailed("odd")

    with workers.registered_worker() as worker:
        Loop(worker, FakeEngine(write, fails=fails), lambda: len(tries) > 5).run()
    assert gone in tries
    assert told and all("nobody can tell whether the model or the machine" in t for t in told)
    assert not Expert.objects.exclude(problem="").exists()


def test_trouble_of_work_that_is_gone_is_forgotten(run: Run) -> None:
    told: list[Trouble] = []
    bad = Expert.objects.get(name="tiny-01")

    def fails(checkpoint: Checkpoint) -> EngineError | None:
        if checkpoint.source == bad.source:
            Generation.objects.filter(expert=bad).delete()  # as a cancelled run's is
            return HubAway("the hub does not answer")
        told[:] = troubles_of(workers.living_workers())
        return None

    serve(FakeEngine(write, fails=fails))
    assert told == []
