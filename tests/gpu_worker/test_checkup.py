"""What `manage.py doctor --gpu` measures, as far as a CPU has it: a real load, real outputs."""

import json

from gpu_worker.checkup import PROMPTS, Checkup
from moe_core.engine import Checkpoint
from tests.gpu_worker.engines import demo_checkpoint


def test_every_step_is_timed_and_what_it_takes_is_told() -> None:
    said: list[str] = []
    found = Checkup(demo_checkpoint(), said.append).run()
    assert found["problem"] == ""
    assert said == ["import …", "load …", "generate …"], "nothing sleeps on a CPU"
    assert all(found["seconds"][step] > 0 for step in ("import", "load", "generate"))
    phases = found["phases_of_the_load"]
    assert list(phases) == ["device", "weights", "profiling", "cache", "warming up"]
    assert 0 < sum(phases.values()) <= found["seconds"]["load"]
    assert list(found["memory"]) == ["before", "import", "load", "generate", "after"]
    assert found["context_tokens"] == 1024 and found["outputs"] == PROMPTS
    assert found["tokens_per_second"] > 0
    json.dumps(found)


def test_a_fault_is_part_of_the_report() -> None:
    found = Checkup(Checkpoint("/nowhere"), lambda _: None).run()
    assert found["problem"].startswith("EngineError: ") and "nowhere" in found["problem"]
    assert "load" not in found["seconds"] and "after" in found["memory"]
