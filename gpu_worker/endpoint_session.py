"""Requests to one endpoint: an event loop in a thread, and a queue of what came of them."""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from gpu_worker.control_tokens import disarmed
from gpu_worker.endpoint_client import Client
from gpu_worker.endpoint_failures import Failed, Refused, Silent
from gpu_worker.endpoint_stream import Growing
from gpu_worker.endpoint_terms import Terms
from moe_core.engine import (
    Completion,
    Endpoint,
    EngineAway,
    EngineError,
    LoadStopped,
    Partial,
    Prompt,
)

RETRIES = 4  # of what failed before anything was generated, after 0.5 s, 1 s, 2 s and 4 s,
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0  # or what the server asks for, up to so many seconds
MAY_BE_LEARNT = {0, 400, 413, 422, 500}  # 500 is what llama.cpp said of a prompt that is too long
LESSONS = 8  # times that one prompt is asked otherwise, because the server refuses something
RETRIED_WITHIN = 30.0  # seconds: what failed later was long, and is not begun anew
QUEUED = 10  # times its time limit that a prompt may wait at a server that is seen to live
WHOLE_SECONDS = 600  # for the answer of a server that does not stream
LOOK_SECONDS = 0.5  # between looks, while checking, at whether the worker is to stop
EXIT_SECONDS = 5
SHOWN = 10  # models in a message

Value = TypeVar("Value")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What became of a prompt; a failure may be the prompt's own or the server's."""

    completion: Completion
    began: float  # on the monotonic clock
    ended: float
    is_server_trouble: bool = False
    is_unreachable: bool = False  # then nobody answered at all


class Session:
    """Asks an endpoint, so many prompts at once as it takes, until it is closed."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Raises EngineError when the key is not there; asks nothing yet."""
        self._endpoint = endpoint
        self._client = Client(endpoint)
        self._terms = Terms()
        self._places = asyncio.Semaphore(endpoint.concurrency)
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._asked: dict[int, Future[None]] = {}
        self._partials: dict[int, Partial] = {}
        self._heard = 0.0  # when a token last came, for whatever prompt
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def check(self, stopping: Callable[[], bool]) -> None:
        """See that the endpoint answers and has the model. Raises EngineError, or EngineAway when
        that may change by itself."""
        listing = self._start(self._client.models())
        while not listing.done():
            if stopping():
                raise LoadStopped("the worker is stopping")
            wait([listing], LOOK_SECONDS)
        try:
            models = listing.result()
        except Failed as error:
            kind = EngineAway if _may_come_back(error) else EngineError
            raise kind(self._client.refusal(error)) from error
        if self._endpoint.source not in models:
            names = sorted(models)
            there = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
            raise EngineError(
                f"{self._endpoint.address} has no model {self._endpoint.source!r}: it has"
                f" {there or 'none'}"
            )
        self._terms.context = models[self._endpoint.source]

    def ask(self, prompt: Prompt) -> None:
        self._asked[prompt.id] = self._start(self._answer(prompt))

    def outcomes(self, seconds: float) -> Iterator[Outcome]:
        """What has come, waiting up to `seconds` for the first; nothing that was forgotten."""
        try:
            while True:
                outcome = self._outcomes.get(timeout=seconds) if seconds else self._next()
                if self._asked.pop(outcome.completion.id, None):
                    yield outcome
                seconds = 0
        except queue.Empty:
            return

    def partials(self) -> list[Partial]:
        """What is new of prompts that stream; other threads may add to it meanwhile."""
        return [self._partials.pop(prompt_id) for prompt_id in list(self._partials)]

    def forget(self, ids: Iterable[int]) -> None:
        """Cancel requests: their connections are closed, and servers then stop generating."""
        for prompt_id in ids:
            if asked := self._asked.pop(prompt_id, None):
                asked.cancel()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is asked for whose outcome has not been handed over."""
        return not self._asked

    def close(self) -> None:
        self._asked = {}
        with suppress(NotYet):  # the thread is a daemon: it keeps nobody
            self._start(self._end()).result(EXIT_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(EXIT_SECONDS)
        if not self._thread.is_alive():
            self._loop.close()

    def _next(self) -> Outcome:
        return self._outcomes.get_nowait()

    def _start(self, work: Coroutine[Any, Any, Value]) -> Future[Value]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _answer(self, prompt: Prompt) -> None:
        async with self._places:
            began = time.monotonic()
            try:
                completion = await self._completed(prompt)
                outcome = Outcome(completion, began, time.monotonic())
            except Failed as error:
                outcome = self._failure(prompt.id, began, error)
            except Exception as error:  # servers send all sorts of things: none may lose a prompt
                logger.exception("a reply that nobody thought of")
                unforeseen = Failed(f"its reply cannot be read ({type(error).__name__}: {error})")
                outcome = self._failure(prompt.id, began, unforeseen)
        self._outcomes.put(outcome)

    async def _completed(self, prompt: Prompt) -> Completion:
        """Asked otherwise where the server refuses something that it can be asked without."""
        asked, room = parameters(self._endpoint, prompt), None
        for _ in range(LESSONS):
            body = self._terms.body(asked, room)
            try:
                return await self._patiently(prompt, body)
            except Refused as refused:
                fitted = None
                if refused.status in MAY_BE_LEARNT:
                    fitted = self._terms.room(refused, body)
                if fitted is not None and fitted != room:
                    room = fitted
                elif refused.status and not refused.is_of_prompt:
                    raise
                elif learnt := self._terms.learn(refused, body):
                    logger.warning("%s: %s", self._endpoint.source, learnt)
                elif "response_format" in asked:  # in which words it says so, nobody knows
                    del asked["response_format"]
                else:
                    raise
        return await self._patiently(prompt, self._terms.body(asked, room))

    async def _patiently(self, prompt: Prompt, body: Mapping[str, Any]) -> Completion:
        """Asked again, after a pause, where nothing was generated and that may pass."""
        for again in range(RETRIES + 1):
            growing, began = Growing(prompt.id, self._endpoint.end_of_thinking), time.monotonic()
            try:
                return await self._within_time(prompt, body, growing)
            except Failed as error:
                pause = FIRST_PAUSE * 2**again if error.after is None else error.after
                is_long = growing.has_begun or time.monotonic() - began > RETRIED_WITHIN
                if not error.may_pass or is_long or again == RETRIES or pause > LONGEST_PAUSE:
                    raise
            await asyncio.sleep(pause)
        raise AssertionError("the last time returns or raises")

    async def _within_time(
        self, prompt: Prompt, body: Mapping[str, Any], growing: Growing
    ) -> Completion:
        work = asyncio.ensure_future(self._read(prompt, body, growing))
        began = time.monotonic()
        try:
            while not work.done():
                left = self._deadline(growing, began, streams="stream" in body) - time.monotonic()
                if left <= 0:
                    raise self._silence(growing, streams="stream" in body)
                await asyncio.wait([work], timeout=left)
            await work
        finally:
            work.cancel()
            self._partials.pop(prompt.id, None)
        return growing.completion

    async def _read(self, prompt: Prompt, body: Mapping[str, Any], growing: Growing) -> None:
        async with self._client.asking(body) as (lines, content_type):
            async for is_more in growing.read(lines, content_type):
                self._heard = time.monotonic()
                if is_more and prompt.streams:
                    self._partials[prompt.id] = growing.partial

    def _deadline(self, growing: Growing, began: float, *, streams: bool) -> float:
        """A server that still writes for others, or says that it lives, has put a prompt into its
        queue: it may wait for its first token, but not for ever."""
        seconds = self._endpoint.timeout_seconds
        if not streams:
            return began + max(seconds, WHOLE_SECONDS)
        if growing.has_begun:
            return growing.heard + seconds
        return min(max(began, growing.heard, self._heard) + seconds, began + QUEUED * seconds)

    def _silence(self, growing: Growing, *, streams: bool) -> Silent:
        seconds = self._endpoint.timeout_seconds
        if not streams:
            return Silent(f"no answer came within {max(seconds, WHOLE_SECONDS)} s")
        said = "no token came"
        if growing.has_begun:
            said = f"after {growing.tokens:,} tokens no more came"
        return Silent(
            f"timed out: {said} for {seconds} s, the time limit of this endpoint: the server hangs,"
            " or has more to do than it can (raise the limit, or ask it for fewer at once)"
        )

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._client.close()

    def _failure(self, prompt_id: int, began: float, error: Failed) -> Outcome:
        return Outcome(
            Completion(prompt_id, error=self._client.without_key(str(error))),
            began,
            time.monotonic(),
            is_server_trouble=not error.is_of_prompt,
            is_unreachable=error.is_unreachable,
        )


def parameters(endpoint: Endpoint, prompt: Prompt) -> dict[str, Any]:
    """What a prompt is asked with, before the server refuses any of it."""
    asked: dict[str, Any] = {
        "model": endpoint.source,
        "messages": [
            message | {"content": disarmed(message["content"])} for message in prompt.messages
        ],
        "max_tokens": prompt.max_tokens,
        "seed": prompt.seed,
        "stream": True,
        "stream_options": {"include_usage": True},
        **prompt.sampling,
    }
    if prompt.temperature is not None:  # else as the server has it
        asked["temperature"] = prompt.temperature
    if prompt.stop:
        asked["stop"] = list(prompt.stop)
    if prompt.chat_template_options:
        asked["chat_template_kwargs"] = dict(prompt.chat_template_options)
    if prompt.schema is not None:
        schema = {"name": "output", "schema": prompt.schema, "strict": True}
        asked["response_format"] = {"type": "json_schema", "json_schema": schema}
    return asked


def _may_come_back(error: Failed) -> bool:
    """Whether it says nothing of the settings: a server that starts, restarts or is overrun."""
    status = error.status if isinstance(error, Refused) else 0
    return error.is_unreachable or isinstance(error, Silent) or status == 429 or status >= 500
