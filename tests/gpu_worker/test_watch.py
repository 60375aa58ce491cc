"""The readings of a GPU become the energy of whoever is on it."""

from threading import Event

import pytest

from gpu_worker import watch
from tests.conftest import demo_expert
from webapp.machine.gpus import Gpu
from webapp.queue.workers import registered_worker
from webapp.runs.models import GpuReading, Visit

pytestmark = pytest.mark.django_db


class Twice(Event):
    """Stops after two rounds, and does not wait for them."""

    rounds = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.rounds += 1
        return self.rounds > 2


@pytest.mark.parametrize(("watts", "known"), [(300.0, True), (None, False)])
def test_power_by_the_time_between_readings(
    monkeypatch: pytest.MonkeyPatch, watts: float | None, known: bool
) -> None:
    clock = iter([0.0, 5.0, 11.0])
    monkeypatch.setattr("gpu_worker.watch.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("gpu_worker.watch.connection.close", lambda: None)  # the test's own
    gpu = Gpu(0, "NVIDIA H200", 10, 1, (9, 0), watts=watts, uuid="GPU-1")
    monkeypatch.setattr(watch, "gpus", lambda: [gpu])
    with registered_worker() as worker:
        visit = Visit.objects.create(worker=worker, expert=demo_expert("tiny-01"))
        watch._keep_reading(Twice())
    visit.refresh_from_db()
    assert visit.joules == (300.0 * 11 if known else None)
    assert GpuReading.objects.get().gpu["watts"] == watts
