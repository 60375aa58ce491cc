"""One loaded expert in a process of its own; it and `vllm_prompts` alone import vllm.

Forked from a forkserver that has imported this module, so that a load costs a second or two instead
of 20. The engine runs in this very process (no further ones), and the kernel kills it with its
parent: no engine is ever left holding the GPU.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Sequence, Set
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

import torch
from transformers import dynamic_module_utils
from transformers.utils import hub
from vllm import LLM, SamplingParams
from vllm.inputs import TokensPrompt
from vllm.outputs import RequestOutput

from gpu_worker.blame import blamed
from gpu_worker.engine_user import EngineUser
from gpu_worker.messages import (
    BEAT_SECONDS,
    STREAM_SECONDS,
    Asleep,
    Awake,
    Loaded,
    Sleep,
    Written,
)
from gpu_worker.vllm_prompts import Asked, Prompts
from moe_core.engine import Checkpoint, Completion, Partial, Prompt
from webapp.confined import end_with_parent
from webapp.experts.memory.engine import LEFT_TO_SLEEPERS
from webapp.experts.memory.sleepers import MOST, REMAINS
from webapp.machine.build import is_cuda

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


def main(
    pipe: Connection, checkpoint: Checkpoint, options: dict[str, Any], user: EngineUser | None
) -> None:
    """Load, say so, then serve until the pipe closes; `gpu_worker.messages` has what is said."""
    end_with_parent()
    if user:
        checkpoint = replace(checkpoint, source=os.path.expanduser(checkpoint.source))
        user.become()
        for module in (hub, dynamic_module_utils):  # which have read their environment already
            module.HF_MODULES_CACHE = str(user.modules)
    os.register_at_fork(after_in_child=end_with_parent)  # for the workers of tensor parallelism
    # What is made for forked children has no name that could outlast us, however we end.
    multiprocessing.set_start_method("fork", force=True)
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
    """The engine as the product runs it; `options` are what this build of vLLM needs: its own
    arguments, and on a CPU a number of `threads`."""
    options = dict(options)
    if threads := options.pop("threads", 0):
        torch.set_num_threads(threads)
    if is_cuda() and checkpoint.tensor_parallel_size == 1:  # several are forked from a clean one
        torch.cuda.init()  # type: ignore[no-untyped-call]  # says best what is wrong
    return LLM(
        model=os.path.expanduser(checkpoint.source),
        revision=checkpoint.revision or None,
        tokenizer_revision=checkpoint.revision or None,
        max_model_len=checkpoint.max_model_len or FITTED,
        trust_remote_code=checkpoint.trust_remote_code,
        quantization=checkpoint.quantization or None,
        tensor_parallel_size=checkpoint.tensor_parallel_size,
        seed=checkpoint.seed,
        load_format=checkpoint.load_format,
        tokenizer_mode=checkpoint.tokenizer_mode,
        config_format=checkpoint.config_format,
        language_model_only=True,  # of those that could see, what sees stays away
        enable_prefix_caching=True,
        use_tqdm_on_load=False,
        **options,
    )


class _Server:
    def __init__(self, llm: LLM, pipe: Connection) -> None:
        self._llm = llm
        self._engine = self._llm.llm_engine
        self._tokenizer = self._llm.get_tokenizer()
        self._prompts = Prompts(llm)
        self._in_flight: dict[str, Asked] = {}
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
                self._pipe.send(self._completions(finished))
                told = time.monotonic()
            if self._growing and time.monotonic() - streamed > STREAM_SECONDS:
                self._pipe.send(Written(tuple(map(self._partial, self._growing.values()))))
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
        for out in finished:
            self._growing.pop(out.request_id, None)
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
        for gone in ids:
            self._in_flight.pop(gone, None)
            self._growing.pop(gone, None)

    def _sleep(self, level: int) -> None:
        """Sleep until there is another message, which can only be Wake; a no-op on CPU."""
        self._abort(set(self._in_flight))
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
        asked = self._prompts.asked(prompt)
        name = str(prompt.id)
        try:
            self._engine.add_request(name, asked.tokens, asked.sampling)
        except Exception:  # of many kinds, by backend; without a schema it says what else is wrong
            if asked.sampling.structured_outputs is None:
                raise
            asked.sampling.structured_outputs = None  # no schema for this model's tokens
            self._engine.add_request(name, asked.tokens, asked.sampling)
        self._in_flight[name] = asked

    def _completions(self, finished: Sequence[RequestOutput]) -> list[Completion]:
        return [self._completion(out) for out in finished if out.request_id in self._in_flight]

    def _completion(self, out: RequestOutput) -> Completion:
        written = out.outputs[0]
        return Completion(
            id=int(out.request_id),
            text=self._prompts.text(self._in_flight.pop(out.request_id), written),
            prompt_tokens=len(out.prompt_token_ids or ()),
            tokens=len(written.token_ids),
            finish_reason=str(written.finish_reason),
            cached_tokens=out.num_cached_tokens or 0,
        )

    def _partial(self, out: RequestOutput) -> Partial:
        written = out.outputs[0]
        text = self._prompts.text(self._in_flight[out.request_id], written)
        return Partial(int(out.request_id), text, len(written.token_ids))


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
