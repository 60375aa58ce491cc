"""A process that is stopped shows on the home page within 30 s, and until it goes on."""

import os
import signal

import pytest
from django.test import Client

from tests.gpu_worker.workers import RealWorkers
from webapp.queue.pulses import stuck
from webapp.runs.models import Pulse

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

NAMES = {"default", "beat", "gpu", "endpoints"}
SHOWN_SECONDS = 30 - 3  # the page asks again every 3 s


def stuck_names() -> set[str]:
    return {one.name for one in stuck()}


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
    workers.wait(lambda: Pulse.objects.exists(), 120, "a first word")
    (child,) = workers.descendants("default")
    child.suspend()
    workers.wait(lambda: stuck_names() == {"default"}, SHOWN_SECONDS, "it is missed")
    child.resume()
    workers.wait(lambda: stuck_names() == set(), 15, "it goes on")


def test_a_worker_that_ends_in_order_is_not_missed(workers: RealWorkers) -> None:
    for name in NAMES:
        workers.start(name)
    workers.wait(lambda: Pulse.objects.count() == len(NAMES), 120, "a first word of each")
    for name in NAMES:
        workers.terminate(name)
    assert not Pulse.objects.exists()
