"""Streaming completions and committing them, against `LLM.generate` on the same prompts."""

from multiprocessing.connection import Connection
from statistics import median
from typing import Any

from benchmarks.ground import Ground, finish
from benchmarks.worker.bare import Batch, by_visit
from gpu_worker.vllm_engine import _options, start_forkserver
from moe_core.engine import Checkpoint, Prompt
from webapp.runs.models import Visit
from webapp.runs.submit import submit_run

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
    (batch,) = by_visit(run)
    visit = Visit.objects.filter(served__run=run).distinct().get()
    seconds, prompt_tokens, tokens = _generate(batch)
    streamed, generated = visit.tokens / visit.busy_seconds, tokens / seconds
    return {
        "stream_over_generate": round(streamed / generated, 4),
        "expert": batch.expert.name,
        "prompts": len(batch.prompts),
        "stream_tokens": visit.tokens,
        "stream_seconds": round(visit.busy_seconds, 3),
        "stream_tokens_per_second": round(streamed),
        "generate_tokens": tokens,
        "generate_seconds": round(seconds, 3),
        "generate_tokens_per_second": round(generated),
        "prompt_tokens_differ": prompt_tokens
        - sum(run.generations.values_list("prompt_tokens", flat=True)),
    }


def _generate(batch: Batch) -> tuple[float, int, int]:
    """Seconds, tokens of prompts and tokens written, measured in a child of its own."""
    context = start_forkserver()
    ours, theirs = context.Pipe()
    arguments = (theirs, batch.expert.checkpoint, _options(), batch.prompts)
    child = context.Process(target=_child, args=arguments, daemon=True)
    child.start()
    theirs.close()
    measured: tuple[float, int, int] = ours.recv()
    child.join()
    return measured


def _child(
    pipe: Connection, checkpoint: Checkpoint, options: dict[str, Any], prompts: list[Prompt]
) -> None:
    """Loads as the product's child does, then gives `LLM.generate` all prompts as texts."""
    import time

    from vllm import SamplingParams

    from gpu_worker.vllm_child import _Server

    server = _Server(checkpoint, options)
    tokenizer = server._llm.get_tokenizer()
    texts = [
        tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt.text}],
            add_generation_prompt=True,
            tokenize=False,
            **prompt.chat_template_options,
        )
        for prompt in prompts
    ]
    sampling = [
        SamplingParams(temperature=p.temperature, max_tokens=p.max_tokens, seed=p.seed)
        for p in prompts
    ]
    started = time.perf_counter()
    outputs = server._llm.generate(texts, sampling, use_tqdm=False)
    seconds = time.perf_counter() - started
    read = sum(len(out.prompt_token_ids or ()) for out in outputs)
    pipe.send((seconds, read, sum(len(out.outputs[0].token_ids) for out in outputs)))
