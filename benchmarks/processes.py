"""The product's own processes on a benchmark's servers: web, `default` and `gpu`."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from webapp.processes.ports import HOST, free_port
from webapp.processes.product import product_programs, wait_for_web
from webapp.processes.program import Program

IDLE_SECONDS = 5  # until an expert leaves when nothing waits: a benchmark waits for that
STOP_SECONDS = 15


@contextmanager
def running_product(folder: Path, *, web_alone: bool = False) -> Iterator[str]:
    """Start all with the product's own commands; gives the address of the web server.

    The gpu worker's runs through `benchmarks.publishing`, which keeps the time of its messages.
    """
    port = free_port()
    url = f"http://{HOST}:{port}"
    with ExitStack() as stack:
        for program in product_programs(port):
            if web_alone and not program.name.startswith("web"):
                continue
            stack.enter_context(_running(_timed(program), folder / "logs"))
        wait_for_web(f"{url}/healthz", lambda: None)
        yield url


def _timed(program: Program) -> Program:
    if program.name != "gpu":
        return program
    module = ("benchmarks.publishing" if part == "celery" else part for part in program.command)
    return replace(program, command=tuple(module))


@contextmanager
def _running(program: Program, logs: Path) -> Iterator[None]:
    environment = os.environ | {
        "PYTHONUNBUFFERED": "1",
        "SKILLMOE_GPU_IDLE_SECONDS": str(IDLE_SECONDS),
    }
    with (logs / f"{program.name}.log").open("wb") as log:
        process = subprocess.Popen(program.argv(), env=environment, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
