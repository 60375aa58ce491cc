"""One loaded expert in a process of its own: the only file that imports vllm.

Forked from a forkserver that has imported this module, so that a load costs 2 to 3 s instead of 20.
The engine runs in this very process (no further ones), and the kernel kills it with its parent:
no engine is ever left holding the GPU.
"""

import os
import signal
import threading
import time
from collections.abc import Sequence, Set
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

import torch
from vllm import LLM, SamplingParams
from vllm.inputs import TokensPrompt
from vllm.outputs import RequestOutput
from vllm.sampling_params import RequestOutputKind, StructuredOutputsParams

from gpu_worker.blame import blamed
from gpu_worker.messages import (
    BEAT_SECONDS,
    STREAM_SECONDS,
    Asleep,
    Awake,
    Loaded,
    Sleep,
    Written,
)
from gpu_worker.parent_death import end_with_parent
from moe_core.engine import Checkpoint, Completion, Partial, Prompt
from webapp.experts.memory.engine import LEFT_TO_SLEEPERS
from webapp.experts.memory.sleepers import MOST, REMAINS
from webapp.machine.build import is_cuda

# The text is built once and not at every step, unless somebody watches it grow.
_FINAL_ONLY, _CUMULATIVE = RequestOutputKind.FINAL_ONLY, RequestOutputKind.CUMULATIVE
FITTED = -1  # as vLLM says: as many tokens as fit the memory, at most the model's own
CANARY = "One, two, three, four:"
CANARY_TOKENS = 8
PHASES = {  # of a load: methods of vLLM's worker, in their order
    "init_device": "device",
    "load_model": "weights",
    "determine_available_memory": "profiling",
    "initialize_from_config": "cache",
    "compile_or_warm_up_model": "warming up",
}


def main(pipe: Connection, checkpoint: Checkpoint, options: dict[str, Any]) -> None:
    """Load, say so, then serve until the pipe closes; `gpu_worker.messages` has what is said."""
    end_with_parent()
    os.register_at_fork(after_in_child=end_with_parent)  # for the workers of tensor parallelism
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    try:
        phases = _timed(_worker_class())
        server = _Server(load(checkpoint, options), pipe)
        pipe.send(server.loaded(phases))
        server.serve()
    except EOFError:
        pass  # the parent is done with this expert
    except Exception as error:
        pipe.send(blamed(error, checkpoint.source))
    os._exit(0)  # nothing to save; interpreter shutdown would only cost seconds


def load(checkpoint: Checkpoint, options: dict[str, Any]) -> LLM:
    """The engine as the product runs it; `options` are what this build of vLLM needs."""
    if is_cuda() and checkpoint.tensor_parallel_size == 1:  # several are forked from a clean one
        torch.cuda.init()  # type: ignore[no-untyped-call]  # says best what is wrong
    return LLM(
        model=os.path.expanduser(checkpoint.source),
        revision=checkpoint.revision or None,
        tokenizer_revision=checkpoint.revision or None,
        max_model_len=checkpoint.max_model_len or FITTED,
        dtype=checkpoint.dtype,
        trust_remote_code=checkpoint.trust_remote_code,
        quantization=checkpoint.quantization or None,
        tensor_parallel_size=checkpoint.tensor_parallel_size,
        seed=checkpoint.seed,
        load_format="safetensors",
        enable_prefix_caching=True,
        **options,
    )


class _Server:
    def __init__(self, llm: LLM, pipe: Connection) -> None:
        self._llm = llm
        self._engine = self._llm.llm_engine
        self._tokenizer = self._llm.get_tokenizer()
        self._in_flight: set[str] = set()
        self._growing: dict[str, RequestOutput] = {}  # of what streams, since it was told last
        self._canary: list[int] | None = None  # what it writes before it first sleeps
        self._pipe = pipe
        self._inbox: SimpleQueue[Any] = SimpleQueue()
        threading.Thread(target=_take_in, args=(pipe, self._inbox), daemon=True).start()

    def loaded(self, phases: dict[str, float]) -> Loaded:
        weights = sum(self._llm.collective_rpc(_weight_bytes))
        return Loaded(weights, _most_asleep(), self._llm.model_config.max_model_len, phases)

    def serve(self) -> None:
        told = streamed = 0.0
        while True:
            while not self._engine.has_unfinished_requests() or not self._inbox.empty():
                self._take(self._next())
            finished = self._step()
            if finished or time.monotonic() - told > BEAT_SECONDS:
                self._pipe.send([_completion(out) for out in finished])
                told = time.monotonic()
            if self._growing and time.monotonic() - streamed > STREAM_SECONDS:
                self._pipe.send(Written(tuple(map(_partial, self._growing.values()))))
                self._growing, streamed = {}, time.monotonic()

    def _next(self) -> Any:
        """The next message. Raises EOFError when the worker has closed the pipe."""
        message = self._inbox.get()
        if message is None:
            raise EOFError
        return message

    def _step(self) -> list[RequestOutput]:
        outputs = [out for out in self._engine.step() if isinstance(out, RequestOutput)]
        finished = [out for out in outputs if out.finished]
        self._growing |= {out.request_id: out for out in outputs if not out.finished}
        self._forget({out.request_id for out in finished})
        return finished

    def _take(self, message: Sequence[Prompt] | frozenset[int] | Sleep) -> None:
        if isinstance(message, Sleep):
            self._sleep(message.level)
        elif isinstance(message, frozenset):
            self._abort({str(i) for i in message})
        elif refused := self._add_all(message):
            self._pipe.send(refused)

    def _abort(self, ids: Set[str]) -> None:
        self._engine.abort_request(list(ids))
        self._forget(ids)

    def _forget(self, ids: Set[str]) -> None:
        self._in_flight -= ids
        for growing in self._growing.keys() & ids:
            del self._growing[growing]

    def _sleep(self, level: int) -> None:
        """Sleep until there is another message, which can only be Wake; a no-op on CPU."""
        self._abort(self._in_flight.copy())
        if self._canary is None:
            self._canary = self._sing()
        self._llm.sleep(level=level)
        self._pipe.send(Asleep())
        self._next()
        if level == 1:
            self._llm.wake_up()
        else:
            self._llm.wake_up(tags=["weights"])
            self._llm.collective_rpc("reload_weights")
            self._llm.wake_up(tags=["kv_cache"])
        self._pipe.send(Awake(self._sing() == self._canary))

    def _sing(self) -> list[int]:
        """What is written for a fixed prompt, greedily and alone: the same, if nothing is broken.

        The prompt is shorter than a block, so that no cache of prefixes hides what is wrong.
        """
        prompt = self._tokenizer.encode(CANARY)[:CANARY_TOKENS] or [0]
        sampling = SamplingParams(temperature=0, max_tokens=CANARY_TOKENS, seed=0, ignore_eos=True)
        self._engine.add_request("canary", TokensPrompt(prompt_token_ids=prompt), sampling)
        while not (finished := self._step()):
            pass
        return list(finished[0].outputs[0].token_ids)

    def _add_all(self, prompts: Sequence[Prompt]) -> list[Completion]:
        """Returns those that are refused."""
        refused = []
        for prompt in prompts:
            try:
                self._add(prompt)
            except Exception as error:  # too long, or a chat template that refuses its options
                refused.append(Completion(prompt.id, error=str(error)))
        return refused

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
            output_kind=_CUMULATIVE if prompt.streams else _FINAL_ONLY,
        )
        if prompt.schema is not None:
            sampling.structured_outputs = StructuredOutputsParams(json=dict(prompt.schema))
        self._begin(str(prompt.id), TokensPrompt(prompt_token_ids=tokens), sampling)
        self._in_flight.add(str(prompt.id))

    def _begin(self, name: str, prompt: TokensPrompt, sampling: SamplingParams) -> None:
        """Where this model's tokens can be held to no schema, it writes freely."""
        try:
            self._engine.add_request(name, prompt, sampling)
        except Exception:  # of many kinds, by backend; without a schema it says what else is wrong
            if sampling.structured_outputs is None:
                raise
            sampling.structured_outputs = None
            self._engine.add_request(name, prompt, sampling)


def _worker_class() -> Any:
    """Imported no sooner: it looks for the GPU's kernels."""
    module = "gpu_worker" if is_cuda() else "cpu_worker"
    worker = import_module(f"vllm.v1.worker.{module}")
    return worker.Worker if is_cuda() else worker.CPUWorker


def _timed(worker: Any) -> dict[str, float]:
    """Have the phases of a load, each a method of vLLM's worker, write down their seconds."""
    seconds: dict[str, float] = {}

    def timed(phase: str, method: Any) -> Any:
        def measure(*args: Any, **kwargs: Any) -> Any:
            began = time.monotonic()
            try:
                return method(*args, **kwargs)
            finally:
                seconds[phase] = round(time.monotonic() - began, 3)

        return measure

    for name, phase in PHASES.items():
        setattr(worker, name, timed(phase, getattr(worker, name)))
    return seconds


def _take_in(pipe: Connection, inbox: "SimpleQueue[Any]") -> None:
    """Read whatever comes at once: or worker and engine could wait for each other's pipe to have
    room. None: nothing comes any more."""
    with suppress(EOFError, OSError):
        while True:
            inbox.put(pipe.recv())
    inbox.put(None)


def _weight_bytes(worker: Any) -> int:
    return sum(weights.nbytes for weights in worker.model_runner.model.parameters())


def _most_asleep() -> int:
    """Each keeps a CUDA context and some workspace on the GPU, for which 10 % are left free."""
    if not torch.cuda.is_available():
        return MOST
    _, total = torch.cuda.mem_get_info()
    return min(MOST, int(total * LEFT_TO_SLEEPERS) // REMAINS)


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


def _partial(out: RequestOutput) -> Partial:
    written = out.outputs[0]
    return Partial(int(out.request_id), written.text, len(written.token_ids))
