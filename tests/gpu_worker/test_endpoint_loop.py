"""Endpoints are served beside the GPU and beside each other: nobody waits for a slow one."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from django.db import connection

from gpu_worker.endpoint_loop import Endpoints
from gpu_worker.fake_engine import FakeEngine
from gpu_worker.loop import Loop
from moe_core.engine import Checkpoint, Prompt
from moe_core.values import Stage
from tests.conftest import MakeSet, demo_expert
from tests.gpu_worker.http_server import Reply, SmallServer, serving, written
from tests.gpu_worker.serving import write
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_run
from webapp.execution.trying import submit_try
from webapp.experts.models import Expert, Pool
from webapp.queue import workers
from webapp.queue.backlog import backlog
from webapp.runs.models import Generation, Run, Visit, Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone")]

SOON = 10  # seconds, on two busy cores


def far(name: str, server: SmallServer, **settings: object) -> Expert:
    return Expert.objects.create(
        name=name, engine="openai", source="small", endpoint=server.address, **settings
    )


def pool_of(team: Team, *experts: Expert) -> Pool:
    made = Pool.objects.create(team=team, name="+".join(e.name for e in experts))
    made.experts.add(*experts)
    return made


def asked(team: Team, pool: Pool, questions: object) -> Run:
    run = submit_run(team, None, pool=pool, questions=questions, method="all-experts")  # type: ignore[arg-type]
    advance_run(run.pk)
    return run


def until(what: Callable[[], bool], seconds: float = SOON) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


def statuses(expert: Expert) -> set[str]:
    return set(Generation.objects.filter(expert=expert).values_list("status", flat=True))


@contextmanager
def beside(work: Callable[[Callable[[], bool]], None]) -> Iterator[None]:
    """A worker in a thread, as in a process of its own; stopped at the end, within seconds."""
    stop = threading.Event()

    def run() -> None:
        try:
            work(stop.is_set)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(SOON)
        assert not thread.is_alive(), "it does not stop"


def the_gpu(engine: FakeEngine) -> Callable[[Callable[[], bool]], None]:
    def work(stopping: Callable[[], bool]) -> None:
        with workers.registered_worker() as worker:
            Loop(worker, engine, stopping).run()

    return work


def the_endpoints(stopping: Callable[[], bool]) -> None:
    Endpoints(stopping).run()


def slowly(checkpoint: Checkpoint, prompt: Prompt) -> str:
    time.sleep(0.2)
    return write(checkpoint, prompt)


def test_a_try_of_an_endpoint_does_not_wait_for_the_gpu(team: Team, question_set: MakeSet) -> None:
    local = asked(team, pool_of(team, demo_expert("tiny-01")), question_set("test", 60))
    engine = FakeEngine(slowly, at_once=1)
    with serving(SmallServer()) as server, beside(the_gpu(engine)):
        until(Visit.objects.filter(loaded__isnull=False, ended=None).exists)
        trial = submit_try(team, None, far("quick", server), "Are you there?")
        with beside(the_endpoints):
            began = time.monotonic()
            until(trial.generations.filter(status="done").exists)
            assert time.monotonic() - began < 5
            until(Worker.objects.filter(kind="endpoints").exists)
        assert Visit.objects.filter(ended=None).get().expert.name == "tiny-01"
        assert local.generations.filter(status__in=("waiting", "claimed")).exists()
    assert engine.loads == [demo_expert("tiny-01").source], "it has stayed on the GPU"
    assert {v.worker.kind for v in Visit.objects.filter(expert__name="quick")} == {"endpoints"}


def test_no_endpoint_waits_for_a_dead_a_slow_or_a_hanging_one(
    team: Team, question_set: MakeSet
) -> None:
    def never(prompt: str, times: int) -> Reply:
        hanging.wait(SOON)
        return written("late")

    hanging = threading.Event()
    with ExitStack() as stack:
        stack.callback(hanging.set)
        live = stack.enter_context(serving(SmallServer()))
        slow = stack.enter_context(serving(SmallServer(reply=never)))
        silent = stack.enter_context(serving(SmallServer(listing_seconds=SOON)))
        dead = SmallServer(port=9)
        names = {"live": live, "slow": slow, "silent": silent, "dead": dead}
        experts = {name: far(name, server) for name, server in names.items()}
        run = asked(team, pool_of(team, *experts.values()), question_set("test", 20))
        with beside(the_endpoints):
            until(lambda: statuses(experts["live"]) == {"done"})
            until(lambda: statuses(experts["dead"]) == {"failed"})
            until(lambda: len(slow.asked) == 8)
        assert statuses(experts["slow"]) == {"waiting"}, "handed back when its worker stopped"
        assert statuses(experts["silent"]) == {"waiting"}
    assert run.generations.filter(claim__isnull=False).count() == 0
    assert set(run.generations.values_list("attempts", flat=True)) <= {0, 1}


def test_a_try_goes_before_what_a_run_has_waiting_there(team: Team, question_set: MakeSet) -> None:
    def reply(prompt: str, times: int) -> Reply:
        time.sleep(0.1)
        return written("42")

    with serving(SmallServer(reply=reply)) as server:
        expert = far("busy", server, concurrency=2)
        run = asked(team, pool_of(team, expert), question_set("test", 100))
        with beside(the_endpoints):
            until(run.generations.filter(status="done").exists)
            trial = submit_try(team, None, expert, "Are you there?")
            until(trial.generations.filter(status="done").exists)
            assert run.generations.filter(status="waiting").count() > 20


def test_two_workers_do_not_ask_one_server_twice_as_much(team: Team, question_set: MakeSet) -> None:
    with serving(SmallServer(seconds=0.02)) as server:
        expert = far("shared", server, concurrency=3)
        run = asked(team, pool_of(team, expert), question_set("test", 60))
        with beside(the_endpoints), beside(the_endpoints):
            until(lambda: not run.generations.exclude(status="done").exists())
    assert server.most_at_once <= 3


def test_a_thread_that_ends_in_an_error_leaves_the_others_alone(
    team: Team, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gpu_worker.endpoint_loop.REST_SECONDS", 0.2)
    broken = iter([True])
    with serving(SmallServer()) as server:
        pool = pool_of(team, far("one", server), far("two", server, concurrency=2))
        run = asked(team, pool, question_set("test", 10))

        def make_engine(stopping: Callable[[], bool]) -> FakeEngine:
            if next(broken, False):
                raise ConnectionError("the database is away")
            return Willing(write)

        with beside(lambda stopping: Endpoints(stopping, make_engine).run()):
            until(lambda: not run.generations.exclude(status="done").exists())


class Willing(FakeEngine):
    """In place of a server."""

    def load(self, what: object) -> None:
        self._loaded = Checkpoint("any")


def test_what_waits_for_settings_that_nobody_has_any_more_follows_its_expert(
    team: Team, question_set: MakeSet
) -> None:
    with serving(SmallServer()) as server:
        run = asked(team, pool_of(team, far("edited", server)), question_set("test", 3))
        run.generations.update(engine_key="gone")
        with beside(the_endpoints):
            until(lambda: not run.generations.exclude(status="done").exists())


def claimed_elsewhere(run: Run, expert: Expert, worker: Worker) -> None:
    run.generations.filter(expert=expert).update(status="claimed", claim=worker, stage=Stage.INFER)


def test_a_slow_endpoint_holds_up_only_what_its_own_run_asks_for(
    team: Team, question_set: MakeSet
) -> None:
    """What an endpoint generates in an earlier stage may add to what its run asks of local experts;
    those wait, or each would be loaded twice. Whatever another run asks for does not."""
    questions = question_set("test", 4)
    with serving(SmallServer()) as server:
        annotator, local = far("annotator", server), demo_expert("tiny-01")
    mixed = asked(team, pool_of(team, annotator, local), questions)
    with workers.registered_worker(Worker.Kind.ENDPOINTS) as asking:
        claimed_elsewhere(mixed, annotator, asking)
        with workers.registered_worker() as worker:
            loop = Loop(worker, FakeEngine(write), lambda: False)
            waiting = backlog(Worker.Kind.GPU)
            assert [entry.engine_key for entry in waiting] == [local.engine_key]
            assert workers.elsewhere(worker, waiting).runs == {mixed.pk: Stage.INFER}
            assert loop.choose() is None, "its own run"
            asked(team, pool_of(team, local), questions)
            choice = loop.choose()
            assert choice is not None and choice.engine_key == local.engine_key, "another run"
            assert workers.elsewhere(worker).stage is None, "no GPU is at it"
