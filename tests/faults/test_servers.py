"""Postgres and Redis stop in mid-run, and nobody starts a worker again by hand."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connections

from tests import servers
from tests.e2e.conftest import free_port
from tests.faults.browser import Browser
from tests.faults.conftest import MakeRun
from tests.faults.moments import at_commit, is_generating
from tests.faults.witness import Witness, check_again, check_unchanged, check_whole, committed
from tests.gpu_worker.workers import RealWorkers
from webapp.accounts.models import User
from webapp.queue import events
from webapp.runs.models import Run

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

AWAY_SECONDS = 3
CATCH_UP_SECONDS = 30  # two of the page's own looks at the clock
SILENT_SECONDS = 10  # that a request may take while Redis does not answer


def test_postgres_stops_in_mid_commit(
    witness: Witness, workers: RealWorkers, submit: MakeRun
) -> None:
    """Once a fast shutdown, once an immediate one, which recovers from its log."""
    workers.start("default")
    workers.start("gpu")
    pids = {name: workers.pid(name) for name in ("default", "gpu")}
    for how in (signal.SIGINT, signal.SIGQUIT):
        run = submit(100)
        with suppress(psycopg.OperationalError), at_commit(workers, run):  # its lock goes as well
            before, known = committed(), witness.now()
            servers.stop("postgres", how)
        time.sleep(AWAY_SECONDS)
        servers.start("postgres")
        connections.close_all()
        back = witness.now()
        workers.finish(run)
        check_unchanged(before)
        check_whole(witness, [run])
        check_again(witness, [(known, back)])
        witness.forget()
    assert {name: workers.pid(name) for name in pids if workers.is_running(name)} == pids


@pytest.fixture
def web(workers: RealWorkers) -> Iterator[str]:
    port = free_port()
    workers.start("web", port=port)
    yield f"http://127.0.0.1:{port}"


def test_redis_is_flushed_and_killed_in_mid_run(
    witness: Witness, workers: RealWorkers, submit: MakeRun, user: User, web: str
) -> None:
    """Runs finish; a browser that watched shows every event that was committed, once."""
    workers.start("default")
    workers.start("gpu")
    run = submit(240)
    with Browser(web, user, run) as browser:
        workers.wait(lambda: is_generating(run) and browser.is_connected, 120, "a watched run")
        redis.Redis.from_url(settings.REDIS_URL).flushall()
        time.sleep(AWAY_SECONDS)
        servers.stop("redis", signal.SIGKILL)
        status = Run.objects.get(pk=run.pk).status  # it may be loading its next expert
        time.sleep(AWAY_SECONDS)
        servers.start("redis")
        assert status == Run.Status.RUNNING, "it was killed too late to show anything"
        workers.finish(run, seconds=180)
        workers.wait(lambda: len(browser.shown) >= run.event_seq, CATCH_UP_SECONDS, "all events")
    assert browser.shown == list(run.events.values_list("seq", flat=True))
    assert browser.connected > 1, "the socket lived through the kill"
    check_whole(witness, [run])
    assert check_again(witness, []) == 0
    late = submit(4)
    workers.finish(late)
    check_whole(witness, [late])


@pytest.mark.parametrize("connected", [True, False], ids=["connected", "connecting"])
def test_a_redis_that_does_not_answer_holds_nobody_up(
    connected: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A try takes seconds, with and without a connection from before; then messages flow again."""
    broker = redis.Redis.from_url(settings.REDIS_URL)
    monkeypatch.setattr(events, "_redis_rests_until", 0.0)
    events.wake("runs.advance", 0)
    if not connected:
        broker.client_kill_filter(_type="normal", skipme=True)
    with servers.silent("redis"):
        began = time.monotonic()
        waker = threading.Thread(target=events.wake, args=("runs.advance", 0), daemon=True)
        waker.start()
        waker.join(SILENT_SECONDS)
        assert not waker.is_alive(), "it waits for Redis"
        assert time.monotonic() - began > 1, "Redis answered"
        assert "Redis took no message" in caplog.text
    monkeypatch.setattr(events, "_redis_rests_until", 0.0)
    broker.delete("default")
    events.wake("runs.advance", 0)
    assert broker.llen("default") == 1
    broker.delete("default")
