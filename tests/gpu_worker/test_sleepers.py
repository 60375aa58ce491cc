"""Experts that sleep, as real vLLM children on the CPU, where a sleeper just stays resident:
everything but what CUDA does is as on a GPU."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from pytest_django import Settings

from gpu_worker import engines
from gpu_worker.engines import Engines
from gpu_worker.sleepers import Sleepers
from gpu_worker.vllm_engine import VllmEngine
from moe_core.engine import Checkpoint
from tests.conftest import ROOT, MakeSet
from tests.gpu_worker.engines import demo_checkpoint, prompts, write_all
from tests.gpu_worker.serving import serve
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.runs.models import Run, Visit

A, B, C = (demo_checkpoint(name) for name in ("tiny-01", "tiny-02", "tiny-03"))
ROOMY = 1024**3
GONE_SECONDS = 10  # after a kill


@pytest.fixture
def sleepers() -> Iterator[Sleepers]:
    made = Sleepers(ROOMY)
    try:
        yield made
    finally:
        made.end()


@pytest.fixture
def engine(sleepers: Sleepers) -> Iterator[VllmEngine]:
    made = VllmEngine(sleepers=sleepers)
    try:
        yield made
    finally:
        made.unload()


def load(engine: VllmEngine, checkpoint: Checkpoint) -> int:
    """Its process."""
    engine.load(checkpoint)
    assert engine._loaded is not None
    return engine._loaded.pid


def is_gone(pid: int) -> bool:
    """Within the time that a killed process may take to free what it holds."""
    until = time.monotonic() + GONE_SECONDS
    while psutil.pid_exists(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not psutil.pid_exists(pid)


def says(engine: VllmEngine) -> str:
    (completion,) = write_all(engine, prompts(["What is 12 + 30?"], max_tokens=60)).values()
    return completion.text


def test_a_sleeper_wakes_as_it_was(engine: VllmEngine, sleepers: Sleepers) -> None:
    first = load(engine, A)
    said = says(engine)
    engine.submit(prompts(["Tell me everything."] * 5, max_tokens=900))
    engine.unload()  # with all of it in flight
    assert len(sleepers) == 1 and psutil.pid_exists(first)
    assert load(engine, A) == first and len(sleepers) == 0
    assert engine.poll(0.3) == []
    assert says(engine) == said


@pytest.mark.faults
def test_a_worker_that_stops_puts_nobody_to_sleep(sleepers: Sleepers) -> None:
    stopping: list[bool] = []
    engine = VllmEngine(lambda: bool(stopping), sleepers)
    pid = load(engine, A)
    stopping.append(True)
    engine.unload()
    assert len(sleepers) == 0 and is_gone(pid)


@pytest.mark.faults
def test_the_least_recently_used_is_ended(engine: VllmEngine, sleepers: Sleepers) -> None:
    pids = {checkpoint: load(engine, checkpoint) for checkpoint in (A, B)}
    assert engine._loaded is not None
    sleepers._budget = int(2.5 * engine._loaded.loaded.weight_bytes)
    assert load(engine, A) == pids[A]  # which makes B the one that was used longest ago
    pids[C] = load(engine, C)
    engine.unload()
    assert is_gone(pids[B])
    assert all(psutil.pid_exists(pids[checkpoint]) for checkpoint in (A, C))
    assert load(engine, B) != pids[B]
    engine._loaded.loaded = replace(engine._loaded.loaded, most_asleep=1)
    engine.unload()
    assert len(sleepers) == 1 and is_gone(pids[A])


@pytest.mark.faults
def test_a_sleeper_that_died_is_loaded_anew(
    engine: VllmEngine, caplog: pytest.LogCaptureFixture
) -> None:
    pid = load(engine, A)
    said = says(engine)
    engine.unload()
    os.kill(pid, signal.SIGKILL)
    assert load(engine, A) != pid
    assert says(engine) == said
    assert "does not wake well (its process ended (exit code -9))" in caplog.text


@pytest.mark.faults
def test_weights_beyond_the_budget_are_read_again_and_checked(
    engine: VllmEngine, sleepers: Sleepers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Level 2; and a canary that differs, because other weights lie there meanwhile."""
    sleepers._budget = 1
    folder = tmp_path / "expert"
    shutil.copytree(A.source, folder)
    checkpoint = demo_checkpoint(str(folder))
    pid = load(engine, checkpoint)
    said = says(engine)
    engine.unload()
    assert load(engine, checkpoint) == pid
    assert says(engine) == said
    engine.unload()
    for file in Path(B.source).glob("*.safetensors"):
        shutil.copy(file, folder)
    assert load(engine, checkpoint) != pid
    assert is_gone(pid)
    assert "it writes something else than before" in caplog.text
    changed = says(engine)
    load(engine, B)
    assert changed == says(engine) != said


WORKER = """
import sys
from gpu_worker.sleepers import Sleepers
from gpu_worker.vllm_engine import VllmEngine
from moe_core.engine import Checkpoint
if __name__ == "__main__":
    engine = VllmEngine(sleepers=Sleepers(2**30))
    for name in ("tiny-01", "tiny-02"):
        engine.load(Checkpoint(f"demo/experts/{name}", max_model_len=1024))
        print(engine._loaded.pid, flush=True)
    sys.stdin.read()
"""


@pytest.mark.faults
@pytest.mark.parametrize("end", ["killed", "stopped"])
def test_sleepers_end_with_their_worker(end: str, tmp_path: Path) -> None:
    script = tmp_path / "worker.py"
    script.write_text(WORKER)
    worker = subprocess.Popen(
        [sys.executable, script],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None and worker.stdin is not None
    children = [psutil.Process(int(worker.stdout.readline())) for _ in range(2)]
    assert all(child.is_running() for child in children)
    if end == "killed":
        worker.kill()
    else:
        worker.stdin.close()
    assert worker.wait(GONE_SECONDS) == (-signal.SIGKILL if end == "killed" else 0)
    until = time.monotonic() + GONE_SECONDS
    while any(c.is_running() and c.status() != psutil.STATUS_ZOMBIE for c in children):
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.faults
@pytest.mark.usefixtures("alone")
@pytest.mark.django_db(transaction=True)
def test_experts_sleep_from_one_run_to_the_next(
    team: Team, pool: Pool, question_set: MakeSet, settings: Settings
) -> None:
    """The loop ends when nothing waits; the next one wakes what the last one loaded."""
    settings.SLEEP_GB = 1
    engines._sleepers.cache_clear()
    questions = question_set("test", 6)
    outputs, processes = [], []
    try:
        for _ in range(2):
            run = submit_run(team, None, pool=pool, questions=questions, method="all-experts")
            serve(Engines())
            assert Run.objects.get(pk=run.pk).status == Run.Status.DONE
            written = run.generations.order_by("answer__question", "expert")
            outputs.append(list(written.values_list("output", flat=True)))
            asleep = engines._sleepers()._asleep
            processes.append({checkpoint: process.pid for checkpoint, process in asleep.items()})
    finally:
        engines._sleepers().end()
        engines._sleepers.cache_clear()
    assert processes[0] == processes[1] and len(processes[0]) == 2
    assert outputs[0] == outputs[1]
    cold, warm = list(Visit.objects.order_by("pk"))[:2], list(Visit.objects.order_by("pk"))[2:]
    seconds = [
        sum((v.loaded - v.started).total_seconds() for v in visits if v.loaded)
        for visits in (cold, warm)
    ]
    print(f"two cold loads took {seconds[0]:.2f} s, two wakes {seconds[1]:.2f} s")
    assert seconds[1] < seconds[0]
