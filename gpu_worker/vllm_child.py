"""One loaded expert in a process of its own: the only file that imports vllm.

Forked from a forkserver that has imported this module, so that a load costs 2 to 3 s instead of 20.
The engine runs in this very process (no further ones), and the kernel kills it with its parent:
no engine is ever left holding the GPU.
"""

import os
import signal
import textwrap
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from vllm import LLM, SamplingParams
from vllm.inputs import TokensPrompt
from vllm.outputs import RequestOutput

from gpu_worker.parent_death import end_with_parent
from moe_core.engine import Checkpoint, Completion, Prompt

REASON = 400  # characters


def main(pipe: Connection, checkpoint: Checkpoint, options: dict[str, Any]) -> None:
    """Load, say so, then serve until the pipe closes.

    To the parent go: "loaded", lists of Completions, or an Exception; from it come lists of
    Prompts to add, and sets of ids to abort.
    """
    end_with_parent()
    os.register_at_fork(after_in_child=end_with_parent)  # for the workers of tensor parallelism
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    try:
        server = _Server(checkpoint, options)
        pipe.send("loaded")
        server.serve(pipe)
    except EOFError:
        pass  # the parent is done with this expert
    except Exception as error:
        pipe.send(RuntimeError(_reason(error)))
    os._exit(0)  # nothing to save; interpreter shutdown would only cost seconds


class _Server:
    def __init__(self, checkpoint: Checkpoint, options: dict[str, Any]) -> None:
        self._llm = LLM(
            model=os.path.expanduser(checkpoint.source),
            revision=checkpoint.revision or None,
            tokenizer_revision=checkpoint.revision or None,
            max_model_len=checkpoint.max_model_len,
            dtype=checkpoint.dtype,
            trust_remote_code=checkpoint.trust_remote_code,
            quantization=checkpoint.quantization or None,
            tensor_parallel_size=checkpoint.tensor_parallel_size,
            seed=checkpoint.seed,
            load_format="safetensors",
            enable_prefix_caching=True,
            **options,
        )
        self._engine = self._llm.llm_engine
        self._tokenizer = self._llm.get_tokenizer()

    def serve(self, pipe: Connection) -> None:
        while True:
            while not self._engine.has_unfinished_requests() or pipe.poll():
                self._take(pipe.recv(), pipe)
            finished = [out for out in self._engine.step() if out.finished]
            if finished:
                pipe.send([_completion(out) for out in finished if isinstance(out, RequestOutput)])

    def _take(self, message: Sequence[Prompt] | frozenset[int], pipe: Connection) -> None:
        if isinstance(message, frozenset):
            self._engine.abort_request([str(i) for i in message])
            return
        refused = []
        for prompt in message:
            try:
                self._add(prompt)
            except Exception as error:  # too long, or a chat template that refuses its options
                refused.append(Completion(prompt.id, error=str(error)))
        if refused:
            pipe.send(refused)

    def _add(self, prompt: Prompt) -> None:
        tokens = self._tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt.text}],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=False,
            **prompt.chat_template_options,
        )
        room = self._llm.model_config.max_model_len - len(tokens)
        if room < 1:
            raise ValueError(
                f"the prompt has {len(tokens)} tokens, the expert's context holds"
                f" {self._llm.model_config.max_model_len}: shorten the question or raise the"
                " context length"
            )
        sampling = SamplingParams(
            temperature=prompt.temperature,
            max_tokens=min(prompt.max_tokens, room),
            seed=prompt.seed,
            stop=list(prompt.stop),
        )
        self._engine.add_request(str(prompt.id), TokensPrompt(prompt_token_ids=tokens), sampling)


def _completion(out: RequestOutput) -> Completion:
    written = out.outputs[0]
    return Completion(
        id=int(out.request_id),
        text=written.text,
        prompt_tokens=len(out.prompt_token_ids or ()),
        tokens=len(written.token_ids),
        finish_reason=str(written.finish_reason),
        cached_tokens=out.num_cached_tokens or 0,
    )


def _reason(error: BaseException) -> str:
    """The innermost cause: what a person can act on, without the engine's layers around it.

    In a few lines: of a model that it does not know, vLLM lists the hundreds that it knows.
    """
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return textwrap.shorten(f"{type(error).__name__}: {error}", REASON, placeholder=" …")
