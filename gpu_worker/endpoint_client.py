"""One endpoint's server: who asks it, with which key, and what its refusals mean."""

import json
import logging
import os
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from email.utils import parsedate_to_datetime
from typing import Any

import openai

from gpu_worker.endpoint_failures import (
    BrokeOff,
    Failed,
    Forbidden,
    NoCompletion,
    Refused,
    Silent,
    Unreachable,
    no_completion,
    refusal_of,
)
from moe_core.engine import Endpoint, EngineError
from webapp.outbound import NotAllowed, watched_async

CONNECT_SECONDS = 10
CHECK_SECONDS = 30  # for the list of models

for _name in ("httpx", "httpx2"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # or the log has a line per request


class Client:
    """Asks each thing once; whatever goes wrong is a Failed."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Raises EngineError when the key is not there."""
        self._endpoint = endpoint
        self._key = _key(endpoint.key_variable)
        self._client = openai.AsyncOpenAI(
            base_url=endpoint.address,
            api_key=self._key or "none",  # the package wants one
            max_retries=0,
            http_client=openai.DefaultAsyncHttpxClient(
                timeout=openai.Timeout(None, connect=CONNECT_SECONDS),  # whoever asks has a limit
                follow_redirects=False,
                event_hooks={"request": [watched_async]},
            ),
        )

    async def models(self) -> dict[str, int]:
        """Name → its context in tokens, 0 where the server does not tell."""
        with _failures():
            once = self._client.with_options(max_retries=1, timeout=CHECK_SECONDS)
            response = await once.models.with_raw_response.list()
        text = response.text
        try:
            listed = json.loads(text)["data"]
            return {str(model["id"]): _tokens(model.get("max_model_len")) for model in listed}
        except (ValueError, TypeError, KeyError, AttributeError):
            raise no_completion(text, response.headers.get("content-type", "")) from None

    @asynccontextmanager
    async def asking(
        self, body: Mapping[str, Any]
    ) -> AsyncIterator[tuple[AsyncIterator[str], str]]:
        """The lines of a reply as they come, and of which type they say they are."""
        others = {name: value for name, value in body.items() if name not in ("model", "messages")}
        create = self._client.chat.completions.with_streaming_response.create
        with _failures():
            async with create(
                model=body["model"], messages=body["messages"], extra_body=others
            ) as response:
                yield _lines(response.iter_lines()), response.headers.get("content-type", "")

    async def close(self) -> None:
        await self._client.close()

    def refusal(self, error: Failed) -> str:
        """Why the endpoint cannot be used, and what to look at."""
        address, variable = self._endpoint.address, self._endpoint.key_variable
        said = self.without_key(str(error))
        status = error.status if isinstance(error, Refused) else 0
        if status in (401, 403):
            if variable:
                return f"{address} does not take the key in {variable}: {said}"
            return f"{address} wants a key: name the environment variable that holds it ({said})"
        if error.is_unreachable:
            return f"nothing answers at {address}: is the server there, and the address right?"
        if isinstance(error, NoCompletion | Silent) or status not in (0, 404):
            return f"{address} lists no models: {said}"
        return f"{address} lists no models: is the address right? It mostly ends in /v1 ({said})"

    def without_key(self, said: str) -> str:
        """Some servers repeat the key, which nobody may see."""
        return said.replace(self._key, "…") if self._key else said


def _key(variable: str) -> str:
    if not variable:
        return ""
    if not (key := os.environ.get(variable, "").strip()):
        raise EngineError(
            f"the environment variable {variable} is not set for the endpoints worker"
        )
    return key


def _tokens(told: object) -> int:
    return told if isinstance(told, int) and told > 0 else 0


@contextmanager
def _failures() -> Iterator[None]:
    """The package's errors as ours."""
    try:
        yield
    except openai.APITimeoutError as error:
        if "Connect" in type(error.__cause__).__name__:
            raise Unreachable("nobody answers: the connection is not made") from error
        raise Silent("no reply came in time") from error
    except openai.APIConnectionError as error:
        if isinstance(error.__cause__, NotAllowed):
            raise Forbidden(str(error.__cause__)) from error
        why = f": {error.__cause__}" if error.__cause__ and str(error.__cause__) else ""
        raise Unreachable(f"nobody answers{why}") from error
    except openai.APIStatusError as error:
        raise refusal_of(error, _retry_after(error.response.headers)) from error


async def _lines(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    try:
        async for line in lines:
            yield line
    except Exception as error:  # of the HTTP package, which has many
        raise BrokeOff(f"its reply broke off: {error or type(error).__name__}") from error


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, or a moment, or milliseconds as OpenAI says it."""
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(0.0, float(milliseconds) / 1000)
        asked = headers.get("retry-after")
        if not asked:
            return None
        if asked.replace(".", "", 1).isdecimal():
            return float(asked)
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except ValueError:
        return None
