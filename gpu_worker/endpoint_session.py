"""Requests to one endpoint: an event loop in a thread, and a queue of what came of them."""

import asyncio
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import openai
from openai.types.chat import ChatCompletion

from gpu_worker.endpoint_stream import Growing, thinking_of
from moe_core.engine import (
    Completion,
    Endpoint,
    EngineAway,
    EngineError,
    LoadStopped,
    Partial,
    Prompt,
)

RETRIES = 4  # of one request, after 0.5 s, 1 s, 2 s and 4 s, or what the server asks for
CONNECT_SECONDS = 10
CHECK_SECONDS = 30  # for the list of models
LOOK_SECONDS = 0.5  # between looks, while checking, at whether the worker is to stop
EXIT_SECONDS = 5
SHOWN = 10  # models in a message
ABOUT_THE_PROMPT = {400, 413, 422}  # statuses that say nothing about the server

Value = TypeVar("Value")
logging.getLogger("httpx").setLevel(logging.WARNING)  # or the log has a line per request
logging.getLogger("httpx2").setLevel(logging.WARNING)


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
        self._key = _key(endpoint.key_variable)
        self._client = openai.AsyncOpenAI(
            base_url=endpoint.address,
            api_key=self._key or "none",  # the package wants one
            timeout=openai.Timeout(endpoint.timeout_seconds, connect=CONNECT_SECONDS),
            max_retries=RETRIES,
        )
        self._places = asyncio.Semaphore(endpoint.concurrency)
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._asked: dict[int, Future[None]] = {}
        self._partials: dict[int, Partial] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def check(self, stopping: Callable[[], bool]) -> None:
        """See that the endpoint answers and has the model. Raises EngineError, or EngineAway when
        that may change by itself."""
        listing = self._start(self._models())
        while not listing.done():
            if stopping():
                raise LoadStopped("the worker is stopping")
            wait([listing], LOOK_SECONDS)
        try:
            models = listing.result()
        except Exception as error:
            kind = EngineAway if _may_come_back(error) else EngineError
            raise kind(self._refusal(error)) from error
        if self._endpoint.source not in models:
            there = ", ".join(models[:SHOWN]) + (", …" if len(models) > SHOWN else "")
            raise EngineError(
                f"{self._endpoint.address} has no model {self._endpoint.source!r}: it has"
                f" {there or 'none'}"
            )

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

    async def _models(self) -> list[str]:
        once = self._client.with_options(max_retries=1, timeout=CHECK_SECONDS)
        return sorted(model.id for model in (await once.models.list()).data)

    async def _answer(self, prompt: Prompt) -> None:
        async with self._places:
            began = time.monotonic()
            try:
                completion = await self._streamed(prompt) if prompt.streams else None
                completion = completion or await self._whole(prompt)
                outcome = Outcome(completion, began, time.monotonic())
            except Exception as error:  # servers send all sorts of things: none may lose a prompt
                outcome = self._failure(prompt.id, began, error)
        self._outcomes.put(outcome)

    async def _whole(self, prompt: Prompt) -> Completion:
        answer = await self._create(prompt)
        return _completion(prompt.id, answer, self._endpoint.end_of_thinking)

    async def _create(self, prompt: Prompt) -> ChatCompletion:
        """Asked without its schema where the server refuses that."""
        if prompt.schema is not None:
            schema = {"name": "output", "schema": prompt.schema, "strict": True}
            with suppress(openai.BadRequestError, openai.UnprocessableEntityError):
                return await self._asked_for(
                    prompt, response_format={"type": "json_schema", "json_schema": schema}
                )
        return await self._asked_for(prompt)

    async def _asked_for(self, prompt: Prompt, **others: Any) -> ChatCompletion:
        answer: ChatCompletion = await self._client.chat.completions.create(
            **self._parameters(prompt), **others
        )
        return answer

    async def _streamed(self, prompt: Prompt) -> Completion | None:
        """None: the server does not stream, so that it has to be asked for the whole."""
        growing = Growing(prompt.id, self._endpoint.end_of_thinking)
        asked = self._parameters(prompt) | {"stream_options": {"include_usage": True}}
        try:
            stream = await self._client.chat.completions.create(stream=True, **asked)
        except (openai.BadRequestError, openai.UnprocessableEntityError):
            return None
        async with stream:
            async for chunk in stream:
                if growing.take(chunk):
                    self._partials[prompt.id] = growing.partial
        self._partials.pop(prompt.id, None)
        if growing.finish_reason:
            return growing.completion
        if growing.pieces:
            raise ConnectionError("its stream broke off")
        return None

    def _parameters(self, prompt: Prompt) -> dict[str, Any]:
        options = prompt.chat_template_options
        return {
            "model": self._endpoint.source,
            "messages": [{"role": "user", "content": prompt.text}],
            "temperature": prompt.temperature,
            "max_tokens": prompt.max_tokens,
            "seed": prompt.seed,
            "stop": list(prompt.stop) or openai.omit,
            "extra_body": {"chat_template_kwargs": dict(options)} if options else None,
        }

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._client.close()

    def _failure(self, prompt_id: int, began: float, error: Exception) -> Outcome:
        status = getattr(error, "status_code", None)
        timed_out = isinstance(error, openai.APITimeoutError)
        return Outcome(
            Completion(prompt_id, error=self._said(error)),
            began,
            time.monotonic(),
            is_server_trouble=status not in ABOUT_THE_PROMPT,
            is_unreachable=isinstance(error, openai.APIConnectionError) and not timed_out,
        )

    def _refusal(self, error: Exception) -> str:
        """Why the endpoint cannot be used, and what to look at."""
        address, variable = self._endpoint.address, self._endpoint.key_variable
        said = self._said(error)
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            if variable:
                return f"{address} does not take the key in {variable}: {said}"
            return f"{address} wants a key: name the environment variable that holds it ({said})"
        if isinstance(error, openai.APIConnectionError):
            return f"nothing answers at {address}: is the server there, and the address right?"
        if isinstance(error, openai.APIStatusError) and error.status_code != 404:
            return f"{address} lists no models: {said}"
        return f"{address} lists no models: is the address right? It mostly ends in /v1 ({said})"

    def _said(self, error: Exception) -> str:
        """The error in words; some servers repeat the key, which nobody may see."""
        words = f"{type(error).__name__}: {error}"
        return words.replace(self._key, "…") if self._key else words


def _key(variable: str) -> str:
    if not variable:
        return ""
    if not (key := os.environ.get(variable, "").strip()):
        raise EngineError(f"the environment variable {variable} is not set for the gpu worker")
    return key


def _may_come_back(error: Exception) -> bool:
    """Whether it says nothing of the settings: a server that starts, restarts or is overrun."""
    status = getattr(error, "status_code", 0)
    return isinstance(error, openai.APIConnectionError) or status == 429 or status >= 500


def _completion(prompt_id: int, answer: ChatCompletion, end_of_thinking: str) -> Completion:
    """Thinking that came apart from the content is put before it, as models themselves write."""
    choice = answer.choices[0]
    text = choice.message.content or ""
    thinking = thinking_of(choice.message)
    if thinking and end_of_thinking:
        text = f"{thinking}{end_of_thinking}{text}"
    return Completion(
        id=prompt_id,
        text=text,
        prompt_tokens=(answer.usage and answer.usage.prompt_tokens) or 0,  # some send null
        tokens=(answer.usage and answer.usage.completion_tokens) or 0,
        finish_reason=str(choice.finish_reason or ""),
    )
