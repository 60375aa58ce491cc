"""The GPUs of a machine, read from a fake driver through the real library."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.machine.fake_gpu import H100, fake_driver, on_fake_gpu
from webapp.machine.gpus import driver_version, gpus, holders

ASK = (
    "import json, dataclasses as d; from webapp.machine import gpus as g;"
    "print(json.dumps([g.driver_version(), [d.asdict(one) for one in g.gpus()],"
    " [d.asdict(one) for one in g.holders()]]))"
)
MIB = 1024**2


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fake_driver(tmp_path_factory.mktemp("driver"))


def ask(driver: Path, gpu: str = H100, **more: str) -> Any:
    """Driver, GPUs and holders, as a process sees them that has the fake driver."""
    env = on_fake_gpu(driver, gpu) | more
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_a_gpu_is_read_from_its_driver(driver: Path) -> None:
    version, (gpu,), (holder,) = ask(driver)
    assert version == "580.65.06"
    assert gpu["name"] == "NVIDIA H100 80GB HBM3" and gpu["capability"] == [9, 0]
    assert (gpu["total_bytes"], gpu["used_bytes"]) == (81559 * MIB, 512 * MIB)
    assert (gpu["use_percent"], gpu["celsius"], gpu["watts"]) == (37, 54, 312.5)
    assert holder["pid"] == os.getpid() and holder["used_bytes"] == 512 * MIB


@pytest.mark.parametrize(
    ("chosen", "count"), [("0", 1), ("1", 0), ("", 0), ("GPU-5ca1ab1e", 1), ("GPU-beef", 0)]
)
def test_only_those_that_may_be_used(driver: Path, chosen: str, count: int) -> None:
    _, found, _ = ask(driver, CUDA_VISIBLE_DEVICES=chosen)
    assert len(found) == count


def test_a_driver_that_says_little(driver: Path) -> None:
    _, (gpu,), held = ask(driver, "Thing|570.1|unknown|1000|0")
    assert gpu["capability"] is None and held == []


@pytest.mark.skipif(os.path.exists("/dev/nvidiactl"), reason="this machine has a GPU")
def test_without_a_driver_there_is_none() -> None:
    assert gpus() == [] and driver_version() == "" and holders() == []
