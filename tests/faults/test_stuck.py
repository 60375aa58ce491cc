"""A process that is stopped shows on the home page within 30 s, and until it goes on."""

import os
import signal

import psutil
import pytest
from django.test import Client

from tests.conftest import MakeSet
from tests.execution.regrading import maker
from tests.gpu_worker.workers import RealWorkers
from webapp.accounts.models import Team
from webapp.execution.grading import regrade_requests
from webapp.experts.models import Pool
from webapp.findings import contributions
from webapp.queue.pulses import stuck
from webapp.runs.models import Finding, Pulse, Run

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

NAMES = {"default", "findings", "beat", "gpu", "endpoints"}
SHOWN_SECONDS = 30 - 3  # the page asks again every 3 s


def stuck_names() -> set[str]:
    return {one.name for one in stuck()}


def child_of(workers: RealWorkers, name: str) -> psutil.Process:
    """What does the work, when the worker is there."""
    is_there = Pulse.objects.filter(name__startswith=f"{name}@").exists
    workers.wait(is_there, 120, "a first word")
    (child,) = workers.descendants(name)
    return child


def test_whoever_is_stopped_shows_until_it_goes_on(workers: RealWorkers, signed_in: Client) -> None:
    for name in NAMES:
        workers.start(name)
    workers.wait(lambda: Pulse.objects.count() == len(NAMES), 120, "a first word of each")
    assert stuck_names() == set()
    for name in NAMES:
        os.kill(workers.pid(name), signal.SIGSTOP)
    workers.wait(lambda: stuck_names() == NAMES, SHOWN_SECONDS, "all are missed")
    page = signed_in.get("/").content.decode()
    assert all(f"<strong>The process {name} on" in page for name in NAMES)
    for name in NAMES:
        os.kill(workers.pid(name), signal.SIGCONT)
    workers.wait(lambda: stuck_names() == set(), 15, "all go on")
    assert "has said nothing since" not in signed_in.get("/gpu").content.decode()


def test_a_stopped_child_of_the_default_worker_shows(workers: RealWorkers) -> None:
    workers.start("default")
    child_of(workers, "default").suspend()
    workers.wait(lambda: stuck_names() == {"default"}, SHOWN_SECONDS, "it is missed")
    child_of(workers, "default").resume()
    workers.wait(lambda: stuck_names() == set(), 15, "it goes on")


def test_grading_again_waits_for_no_finding(
    workers: RealWorkers, team: Team, pool: Pool, question_set: MakeSet
) -> None:
    run = maker(team, pool, question_set)("all-experts")
    workers.start("default")
    workers.start("findings")
    child = child_of(workers, "findings")
    child.suspend()
    assert contributions.ask(run)
    regrade_requests.ask(run)
    workers.wait(lambda: not Run.objects.get(pk=run.pk).regrading, 60, "it is graded again")
    assert not Finding.objects.get().ready
    child.resume()
    contributions.ask(Run.objects.get(pk=run.pk))  # what was found holds no more
    workers.wait(lambda: Finding.objects.get().ready, 60, "it is found, too")


def test_a_worker_that_ends_in_order_is_not_missed(workers: RealWorkers) -> None:
    for name in NAMES:
        workers.start(name)
    workers.wait(lambda: Pulse.objects.count() == len(NAMES), 120, "a first word of each")
    for name in NAMES:
        workers.terminate(name)
    assert not Pulse.objects.exists()
