"""What a server takes, as its refusals have taught: one session's memory."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gpu_worker.endpoint_failures import Refused, TooLong
from gpu_worker.endpoint_limits import Limits, limits_in

NEEDED = {"model", "messages"}
LIMIT, NEW_LIMIT = "max_tokens", "max_completion_tokens"
NOT_TAKEN = (
    r"unsupported|not support|n't support|unknown|unrecogni[sz]ed|not recogni[sz]ed|not permitted"
    r"|not allowed|deprecated|extra_forbidden|extra (?:fields|inputs)|cannot find field|unexpected"
    r"|invalid (?:field|argument|parameter)"
)


@dataclass
class Terms:
    """`context` is what its list of models says, in tokens; 0: nothing."""

    context: int = 0
    output: int = 0  # the most tokens that it writes; 0: not known
    limit: str = LIMIT  # what it calls the limit of an output
    left_out: set[str] = field(default_factory=set)

    @property
    def streams(self) -> bool:
        return "stream" not in self.left_out

    def body(self, asked: Mapping[str, Any], room: int | None = None) -> dict[str, Any]:
        """What is sent for a prompt; `room`: tokens that are left for its output, 0 for as many as
        the server finds."""
        body = {name: value for name, value in asked.items() if name not in self.left_out}
        if not self.streams:
            body.pop("stream_options", None)
        most = body.pop(LIMIT, None)
        if most is None or room == 0 or self.limit in self.left_out:
            return body
        if self.context and most >= self.context and room is None:
            return body  # it could never be used up: what is left of the context is the limit
        return body | {self.limit: min(filter(None, (most, self.output, room)))}

    def learn(self, refused: Refused, body: Mapping[str, Any]) -> str:
        """What it does not take of what was sent, in a sentence; empty: nothing new."""
        said = refused.message
        if NEW_LIMIT in said and LIMIT in body and re.search(NOT_TAKEN, said, re.IGNORECASE):
            self.limit = NEW_LIMIT
            return f"it wants {NEW_LIMIT} in place of {LIMIT}"
        if "stream" in said and "stream" in body:
            name = "stream_options" if "stream_options" in body and "_options" in said else "stream"
            self.left_out.add(name)
            return f"it takes no {name}, which is left out"
        if name := self._named(said, body):
            self.left_out.add(name)
            return f"it takes no {name}, which is left out: its own default counts"
        return ""

    def room(self, refused: Refused, body: Mapping[str, Any]) -> int | None:
        """What is left for the output, where the refusal is about that: 0 for as many as the server
        finds; None: it is about something else. Raises TooLong."""
        asked = body.get(self.limit, 0)
        limits = limits_in(refused.message, asked)
        if limits is None or _is_not_taken(self.limit, refused.message):
            return None
        if limits.is_prompt_too_long or (limits.context and not asked):
            raise TooLong(_too_long(limits, refused))
        if limits.output and asked > limits.output:
            self.output = limits.output
            return limits.output
        if asked and limits.context:
            return limits.room if limits.is_exact and 0 < limits.room < asked else 0
        return 0 if asked and _is_about_output(refused.message) else None

    def _named(self, said: str, body: Mapping[str, Any]) -> str:
        names = sorted(body.keys() - NEEDED, key=len, reverse=True)
        return next((name for name in names if _is_not_taken(name, said)), "")


def _is_not_taken(name: str, said: str) -> bool:
    is_named = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said)
    return bool(is_named and re.search(NOT_TAKEN, said, re.IGNORECASE))


def _is_about_output(said: str) -> bool:
    return bool(re.search(r"max_\w*tokens", said))


def _too_long(limits: Limits, refused: Refused) -> str:
    least = "" if limits.is_exact else "at least "
    prompt = f"of {least}{limits.prompt:,} tokens " if limits.prompt else ""
    said = "" if limits.prompt else f" ({refused})"
    return (
        f"the prompt {prompt}does not fit the server's context of {limits.context:,} tokens: serve"
        f" the model with a longer context, or ask for something shorter{said}"
    )
