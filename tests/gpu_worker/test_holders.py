"""Memory that others hold, as the driver tells it, and what the worker makes of that."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.gpu_worker.workers import RealWorkers
from tests.machine.fake_gpu import H100, fake_driver, on_fake_gpu
from webapp.queue.gpus import known_gpus

FULL = H100.replace("|512", "|70512")
# An engine that finds too little memory, on a GPU that the driver tells of.
LOAD = """
from moe_core.engine import Checkpoint, EngineError, NoRoom
from gpu_worker.vllm_engine import VllmEngine
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


@pytest.mark.django_db(transaction=True)
def test_a_worker_writes_down_what_its_gpus_say(driver: Path, tmp_path: Path) -> None:
    env = on_fake_gpu(driver)
    running = RealWorkers(tmp_path, LD_LIBRARY_PATH=env["LD_LIBRARY_PATH"], FAKE_GPU=H100)
    running.start("gpu")
    try:
        running.wait(lambda: bool(known_gpus()), 60, "a reading")
    finally:
        running.stop()
    (known,) = known_gpus()
    assert known.gpu.name == "NVIDIA H100 80GB HBM3" and known.gpu.celsius == 54
    assert known.is_fresh and known.host_bytes > 0
