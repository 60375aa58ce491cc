"""An endpoint's answer: piece by piece, or whole, which is one large piece."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from gpu_worker.endpoint_failures import (
    BrokeOff,
    Refused,
    Withheld,
    message_in,
    no_completion,
    shown_json,
)
from moe_core.engine import AT_LIMIT, BY_ITSELF, FILTERED, Completion, Partial
from moe_core.thinking import joined

LONGEST = 50_000_000  # characters of a reply that is no stream
# What servers call the two endings that are ours.
ENDINGS = {
    **dict.fromkeys(("eos", "eos_token", "end_turn", "stop_sequence", "STOP"), BY_ITSELF),
    **dict.fromkeys(("max_tokens", "MAX_TOKENS", "model_length", "max_new_tokens"), AT_LIMIT),
}


def thinking_of(message: dict[str, Any]) -> str:
    """What came apart from the content; servers disagree on its name."""
    found = message.get("reasoning_content") or message.get("reasoning")
    return found if isinstance(found, str) else ""


@dataclass
class Growing:
    """What has come so far for one prompt.

    Thinking that came apart from the content is put before it, between the expert's marks.
    """

    id: int
    end_of_thinking: str
    thinking: str = ""
    content: str = ""
    pieces: int = 0  # about as many as tokens, of a server that does not count them
    prompt_tokens: int = 0
    counted: int = 0  # tokens of the output, as the server counts them
    finish_reason: str = ""
    is_over: bool = False  # the server says that nothing more comes
    is_whole: bool = False
    has_content: bool = False  # be it empty
    tools: list[str] = field(default_factory=list)  # that the model calls
    last: str = ""  # piece that came
    heard: float = field(default_factory=time.monotonic)  # when something last came

    async def read(self, lines: AsyncIterator[str], content_type: str) -> AsyncIterator[bool]:
        """Take what comes, as a stream or whole; yields whether there is more of the text.

        Raises a Failed that says what else came.
        """
        size = 0
        others: list[str] = []  # lines of what is no stream
        async for line in lines:
            field_name, _, value = line.partition(":")
            if field_name == "data" and not others:
                if value.strip() == "[DONE]":
                    self.is_over = True
                    break
                yield self.take(value.strip())
            elif not self.last and (others or field_name not in ("", "event", "id", "retry")):
                others.append(line)
                size += len(line)
                if size > LONGEST:
                    break
            if field_name == "data" or not self.has_begun:  # a sign of life is no token
                self.heard = time.monotonic()
        if others:
            yield self.take("\n".join(others), content_type)
            self.is_over = True
        self._look(content_type)

    def take(self, text: str, content_type: str = "text/event-stream") -> bool:
        """Add a piece, as JSON; whether there is more of the text."""
        self.last = text
        try:
            told = json.loads(text)
        except ValueError:
            raise no_completion(text, content_type) from None
        if not isinstance(told, dict):
            raise no_completion(text)
        if told.get("error"):
            code = told["error"].get("code") if isinstance(told["error"], dict) else None
            raise Refused(code if isinstance(code, int) else 0, message_in(told))
        usage, choices = told.get("usage"), told.get("choices")
        if isinstance(usage, dict):
            self.prompt_tokens = usage.get("prompt_tokens") or 0  # some send null
            self.counted = usage.get("completion_tokens") or 0
        if not isinstance(choices, list):
            if usage or told.get("object") == "chat.completion.chunk":
                return False
            raise no_completion(text)
        return self._grow(choices[0]) if choices else False

    def _grow(self, choice: Any) -> bool:
        message = choice.get("delta") or choice.get("message") if isinstance(choice, dict) else None
        if message is None:
            message = {}
        if not isinstance(choice, dict) or not isinstance(message, dict):
            raise no_completion(shown_json({"choices": [choice]}))
        self.is_whole = "message" in choice
        reason = choice.get("finish_reason")
        self.finish_reason = ENDINGS.get(str(reason), str(reason)) if reason else self.finish_reason
        thinking, content = thinking_of(message), message.get("content")
        self.thinking += thinking
        if isinstance(content, str):
            self.content += content
            self.has_content = True
        self.tools += [
            str(call["function"].get("name"))
            for call in message.get("tool_calls") or []
            if isinstance(call, dict) and isinstance(call.get("function"), dict)
            if call["function"].get("name")
        ]
        self.pieces += bool(thinking or content)
        return bool(content or (thinking and self.end_of_thinking))

    def _look(self, content_type: str) -> None:
        """Whether what came is a completion."""
        if self.finish_reason == FILTERED and not self.content:
            raise Withheld("the server's content filter withheld the answer")
        if self.tools and not self.content:
            names = ", ".join(self.tools)
            raise Withheld(
                f"the model called a tool ({names}) in place of an answer: no tools were offered,"
                " so its chat template or the server's tool parser may be wrong"
            )
        if not self.finish_reason and not self.is_over and self.pieces:
            raise BrokeOff(
                f"its stream broke off after {self.tokens:,} tokens: the server may"
                " have ended, or a proxy before it"
            )
        if self.finish_reason or self.has_content or self.thinking:
            if self.has_content or self.thinking or self.finish_reason == AT_LIMIT:
                return
            raise Withheld(
                f"the server's answer has no text: its content is null, and it ended with"
                f" {self.finish_reason!r}"
            )
        raise no_completion(self.last, content_type)

    @property
    def has_begun(self) -> bool:
        return self.pieces > 0

    @property
    def tokens(self) -> int:
        return self.counted or (0 if self.is_whole else self.pieces)

    @property
    def text(self) -> str:
        return joined(self.thinking, self.content or None, self.end_of_thinking)

    @property
    def partial(self) -> Partial:
        return Partial(self.id, self.text, self.tokens)

    @property
    def completion(self) -> Completion:
        return Completion(
            id=self.id,
            text=self.text,
            prompt_tokens=self.prompt_tokens,
            tokens=self.tokens,
            finish_reason=self.finish_reason,
        )
