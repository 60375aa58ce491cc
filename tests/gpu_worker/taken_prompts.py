"""Which tokens the engine's process hands to vLLM, in a child like the product's; no Django."""

from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from gpu_worker.vllm_engine import engine_options, start_forkserver
from moe_core.engine import Checkpoint, Prompt

Taken = list[list[int]]


def taken(checkpoint: Checkpoint, prompts: Sequence[Prompt]) -> Taken:
    """The token ids of each prompt. Raises EOFError when the child dies."""
    context = start_forkserver()
    ours, theirs = context.Pipe()
    options = engine_options(checkpoint, sleeping=False)
    child = context.Process(target=_child, args=(theirs, checkpoint, options, prompts), daemon=True)
    child.start()
    theirs.close()
    found: Taken = ours.recv()
    child.join()
    return found


def _child(
    pipe: Connection, checkpoint: Checkpoint, options: dict[str, Any], prompts: Sequence[Prompt]
) -> None:
    """What vLLM itself says, once it has answered, that each prompt was."""
    from gpu_worker.vllm_child import _Server, load

    llm = load(checkpoint, options)
    server = _Server(llm, pipe)
    refused = server._add_all(prompts)
    assert not refused, refused
    found: dict[int, list[int]] = {}
    while llm.llm_engine.has_unfinished_requests():
        found |= {int(out.request_id): list(out.prompt_token_ids) for out in server._step()}
    pipe.send([found[prompt.id] for prompt in prompts])
