"""`LLM.generate` in a child of its own, loaded as the product's child is; knows no Django."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from gpu_worker.vllm_engine import engine_options, start_forkserver
from moe_core.engine import Checkpoint, Prompt


@dataclass(frozen=True)
class Generated:
    """What it took, without loading."""

    seconds: float
    prompt_tokens: int
    tokens: int


def generate(checkpoint: Checkpoint, prompts: Sequence[Prompt]) -> Generated:
    """All prompts in one call. Raises EOFError when the child dies."""
    context = start_forkserver()
    ours, theirs = context.Pipe()
    child = context.Process(
        target=_child,
        args=(theirs, checkpoint, engine_options(checkpoint, sleeping=False), prompts),
        daemon=True,
    )
    child.start()
    theirs.close()
    generated: Generated = ours.recv()
    child.join()
    return generated


def _child(
    pipe: Connection, checkpoint: Checkpoint, options: dict[str, Any], prompts: Sequence[Prompt]
) -> None:
    from vllm import SamplingParams

    from gpu_worker.vllm_child import load

    llm = load(checkpoint, options)
    template = llm.get_tokenizer().apply_chat_template
    texts = [
        template(
            [{"role": "user", "content": prompt.text}],
            add_generation_prompt=True,
            tokenize=False,
            **prompt.chat_template_options,
        )
        for prompt in prompts
    ]
    sampling = [
        SamplingParams(
            temperature=p.temperature, max_tokens=p.max_tokens, seed=p.seed, stop=list(p.stop)
        )
        for p in prompts
    ]
    started = time.perf_counter()
    outputs = llm.generate(texts, sampling, use_tqdm=False)
    seconds = time.perf_counter() - started
    read = sum(len(out.prompt_token_ids or ()) for out in outputs)
    pipe.send(Generated(seconds, read, sum(len(out.outputs[0].token_ids) for out in outputs)))
