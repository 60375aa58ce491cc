"""Celery messages that come twice or never, and two workers at one queue."""

from functools import partial

import psutil
import pytest
import redis
from celery import current_app
from django.conf import settings

from tests.faults.conftest import MakeRun
from tests.faults.moments import is_generating
from tests.faults.witness import Witness, check_whole
from tests.gpu_worker.workers import RealWorkers
from webapp.progress.loads import stages
from webapp.runs.models import Visit, Worker

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


def test_two_workers_and_doubled_messages(
    witness: Witness, workers: RealWorkers, submit: MakeRun
) -> None:
    """Nothing is generated twice, both take part, and each load is counted."""
    for name in ("default", "gpu", "gpu-b"):
        workers.start(name)
    for name in ("gpu", "gpu-b"):
        workers.wait(partial(is_ready, workers, name), 120, name)
    run = submit(200)
    for _ in range(10):
        current_app.send_task("gpu.visit")
        current_app.send_task("runs.advance", args=[run.pk])
    workers.finish(run, seconds=180)
    check_whole(witness, [run])
    assert witness.again() == []
    pids = Worker.objects.filter(pk__in=witness.workers()).values_list("pid", flat=True)
    assert set(pids) == {workers.pid("gpu"), workers.pid("gpu-b")}
    workers.wait(lambda: not Visit.objects.filter(ended=None).exists(), 30, "the last visits")
    visits = Visit.objects.exclude(loaded=None)
    assert sum(visits.values_list("generations", flat=True)) == 400
    figures = stages([run])["respond"]
    assert figures["loads"] == visits.count() and figures["distinct_experts"] == 2


def is_ready(workers: RealWorkers, name: str) -> bool:
    return "ready." in workers.log(name).read_text()


def test_lost_messages(witness: Witness, workers: RealWorkers, submit: MakeRun) -> None:
    """Redis forgets everything right after the run was submitted, and again in its middle."""
    workers.start("default")
    workers.start("gpu")
    broker = redis.Redis.from_url(settings.REDIS_URL)
    run = submit(100)
    broker.flushall()
    workers.wait(lambda: is_generating(run), 120, "a generation")
    broker.flushall()
    workers.finish(run)
    check_whole(witness, [run])
    assert witness.again() == []
    assert psutil.pid_exists(workers.pid("default")) and psutil.pid_exists(workers.pid("gpu"))
