"""A machine with an NVIDIA GPU, as far as its driver's library says so."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("fake_driver.c")
H100 = "NVIDIA H100 80GB HBM3|580.65.06|9.0|81559|512"


def fake_driver(folder: Path) -> Path:
    """The folder with both libraries, for LD_LIBRARY_PATH; skips where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler to make the fake driver with")
    for name in ("libnvidia-ml.so.1", "libcuda.so.1"):
        command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(folder / name), str(SOURCE)]
        subprocess.run(command, check=True)
    return folder


def on_fake_gpu(folder: Path, gpu: str = H100) -> dict[str, str]:
    """The environment of a process that is to see the GPU."""
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("LD_LIBRARY_PATH")]))
    return {**os.environ, "LD_LIBRARY_PATH": path, "FAKE_GPU": gpu}
