"""Experts that cannot be loaded, and a prompt that kills whoever reads it."""

import json
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import DEMO
from tests.faults.conftest import MakeRun
from tests.faults.witness import Witness
from tests.gpu_worker.workers import RealWorkers
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Answer, Generation, Visit

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


def nobody_knows_it(folder: Path) -> None:
    change_config(folder, architectures=["NobodyKnowsThisModel"])


def is_cut_off(folder: Path) -> None:
    weights = next(folder.glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])


def needs_more_memory(folder: Path) -> None:
    change_config(folder, max_position_embeddings=CONTEXT)


def change_config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


CONTEXT = 4_000_000  # tokens, whose keys and values no memory here can hold
BROKEN: dict[str, tuple[Callable[[Path], None], int, str]] = {
    "unknown": (nobody_knows_it, 1024, "NobodyKnowsThisModel"),
    "cut-off": (is_cut_off, 1024, "SafetensorError"),
    "too-large": (needs_more_memory, CONTEXT, "memory"),
}


def test_broken_experts_say_why_and_leave_the_others_alone(
    pool: Pool, workers: RealWorkers, submit: MakeRun, tmp_path: Path
) -> None:
    """They break after they were checked: what is broken earlier is refused without a GPU."""
    pool.experts.remove(pool.experts.get(name="tiny-02"))
    for name, (_, context, _) in BROKEN.items():
        folder = tmp_path / name
        shutil.copytree(DEMO / "experts" / "tiny-01", folder)
        pool.experts.add(
            Expert.objects.create(name=name, source=str(folder), max_model_len=context)
        )
    run = submit(20)
    for name, (spoil, _, _) in BROKEN.items():
        spoil(tmp_path / name)
    workers.start("default")
    workers.start("gpu")
    workers.finish(run)
    assert (run.status, run.finished) == ("done", 20)
    assert not Answer.objects.filter(run=run, verdict="").exists()
    for name, (_, _, reason) in BROKEN.items():
        theirs = run.generations.filter(expert__name=name)
        assert set(theirs.values_list("status", flat=True)) == {"failed"}
        problem = Expert.objects.get(name=name).problem
        assert f"{name} does not load" in problem and reason in problem
        assert set(theirs.values_list("problem", flat=True)) == {problem}
    good = run.generations.filter(expert__name="tiny-01")
    assert set(good.values_list("status", flat=True)) == {"done"}


def test_a_poison_prompt_fails_alone(
    witness: Witness, workers: RealWorkers, submit: MakeRun
) -> None:
    """Whatever engine has it in flight is killed, until it is found out and failed."""
    workers.start("default")
    workers.start("gpu")
    run = submit(60)
    workers.wait(lambda: run.generations.count() == 120, 60, "the generations")
    poison = run.generations.order_by("pk")[30]
    deaths = []
    over = threading.Event()

    def kill_its_engine() -> None:
        while not over.is_set():
            time.sleep(0.02)
            engine = workers.engine()
            if engine and Generation.objects.filter(pk=poison.pk, status="claimed").exists():
                engine.kill()
                deaths.append(engine.pid)
                engine.wait(10)

    watcher = threading.Thread(target=kill_its_engine, daemon=True)
    watcher.start()
    workers.finish(run, seconds=240)
    over.set()
    watcher.join(10)
    poison.refresh_from_db()
    assert poison.status == "failed" and "the engine died 3 times" in poison.problem
    assert set(run.generations.exclude(pk=poison.pk).values_list("status", flat=True)) == {"done"}
    assert (run.status, run.finished) == ("done", 60)
    assert witness.rewritten() == []
    assert 3 <= len(set(deaths)) <= 5
    assert Visit.objects.filter(problem__contains="its process ended").count() == len(set(deaths))
    assert not Expert.objects.exclude(problem="").exists()
