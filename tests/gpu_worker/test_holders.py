"""Memory that others hold, as the driver tells it, and what the worker makes of that."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.gpu_worker.workers import database_url_of_tests
from tests.machine.fake_gpu import H100, fake_driver, on_fake_gpu
from webapp.queue.gpus import known_gpus

FULL = H100.replace("|512", "|70512")
# An engine that finds too little memory, on a GPU that the driver tells of.
LOAD = """
from moe_core.engine import Checkpoint, EngineError, NoRoom
from gpu_worker.vllm_engine import VllmEngine
import gpu_worker.holders
gpu_worker.holders.is_cuda = lambda: True
class Engine(VllmEngine):
    def _load(self, checkpoint): raise NoRoom("OutOfMemoryError: CUDA out of memory")
try: Engine().load(Checkpoint("x"))
except EngineError as error: print(type(error).__name__, error)
"""


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fake_driver(tmp_path_factory.mktemp("driver"))


@pytest.mark.parametrize(
    ("gpu", "kind", "words"),
    [
        (FULL, "MachineTrouble", "other programs hold 68.9 of the GPU's 79.6 GB (python"),
        (H100, "NoRoom", "OutOfMemoryError"),
    ],
)
def test_too_little_memory_is_the_machine_s_fault_where_others_hold_it(
    driver: Path, gpu: str, kind: str, words: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOAD],
        cwd=ROOT,
        env=on_fake_gpu(driver, gpu) | {"DJANGO_SETTINGS_MODULE": "webapp.config.settings"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith(kind) and words in done.stdout, done.stderr


# The worker's thread on a machine with a GPU and the build for it, until it was heard of.
WATCH = """
import django, threading
django.setup()
from gpu_worker import watch
watch.is_cuda, watch.SECONDS = (lambda: True), 0.1
stopping = threading.Event()
thread = watch.watch(stopping)
from webapp.runs.models import GpuReading
while not GpuReading.objects.exists(): pass
stopping.set(); thread.join()
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_writes_down_what_its_gpus_say(driver: Path) -> None:
    env = on_fake_gpu(driver) | {
        "DJANGO_SETTINGS_MODULE": "webapp.config.settings",
        "DATABASE_URL": database_url_of_tests(),
    }
    subprocess.run([sys.executable, "-c", WATCH], cwd=ROOT, env=env, check=True, timeout=60)
    (known,) = known_gpus()
    assert known.gpu.name == "NVIDIA H100 80GB HBM3" and known.gpu.celsius == 54
    assert known.is_fresh and known.host_bytes > 0
