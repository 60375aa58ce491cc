"""A run that is served: one expert is sometimes right, the other says nothing."""

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from tests.execution import serving
from webapp.runs.models import Run

MARK = "</think>"


def write(checkpoint: Checkpoint, prompt: Prompt) -> str:
    if checkpoint.source.endswith("tiny-02"):
        return "I cannot say <b>it</b>."
    return f"Digits first.{MARK}Then *all*:\n\n$x<1$ so \\boxed{{14}}.\n\nQuestion: another?"


def serve(run: Run, engine: FakeEngine | None = None) -> Run:
    return serving.serve(run, engine or FakeEngine(write))
