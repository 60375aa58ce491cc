"""Streaming completions and committing them, against `LLM.generate` on the same prompts."""

from statistics import median
from typing import Any

from benchmarks.ground import Ground, finish
from benchmarks.worker.bare import by_visit
from benchmarks.worker.generating import generate
from moe_core.engine import Checkpoint
from webapp.execution.start import submit_run
from webapp.runs.models import Run, Visit

SAMPLES = 8  # of each question, so that one expert has enough to do


def streaming(ground: Ground, repeat: int) -> dict[str, Any]:
    """The two in turn, one pair for each repetition."""
    pairs = [_pair(ground, seed) for seed in range(repeat)]
    ratio = round(median(pair["stream_over_generate"] for pair in pairs), 4)
    return {"stream_over_generate": ratio, "streaming": {"pairs": pairs}}


def _pair(ground: Ground, seed: int) -> dict[str, Any]:
    run = submit_run(
        ground.team,
        None,
        pool=ground.pool,
        questions=ground.questions,
        method="self-consistency",
        k=SAMPLES,
        seed=seed,
    )
    finish([run])
    return compared(run)


def compared(run: Run) -> dict[str, Any]:
    """A run that one stay of one expert has served, and the same prompts without the product."""
    (batch,) = by_visit(run)
    visit = Visit.objects.filter(served__run=run).distinct().get()
    checkpoint = batch.expert.checkpoint
    assert isinstance(checkpoint, Checkpoint)
    whole = generate(checkpoint, batch.prompts)
    assert whole.prompt_tokens == sum(run.generations.values_list("prompt_tokens", flat=True))
    streamed, generated = visit.tokens / visit.busy_seconds, whole.tokens / whole.seconds
    return {
        "stream_over_generate": round(streamed / generated, 4),
        "expert": batch.expert.name,
        "prompts": len(batch.prompts),
        "stream_tokens": visit.tokens,
        "stream_seconds": round(visit.busy_seconds, 3),
        "stream_tokens_per_second": round(streamed),
        "generate_tokens": whole.tokens,
        "generate_seconds": round(whole.seconds, 3),
        "generate_tokens_per_second": round(generated),
    }
