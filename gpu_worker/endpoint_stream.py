"""An endpoint's answer that comes piece by piece."""

from dataclasses import dataclass

from openai.types.chat import ChatCompletionChunk

from moe_core.engine import Completion, Partial


def thinking_of(message: object) -> str:
    """What came apart from the content; servers disagree on its name, and the package has none."""
    found = getattr(message, "reasoning_content", None) or getattr(message, "reasoning", None)
    return found if isinstance(found, str) else ""


@dataclass
class Growing:
    """What has come so far for one prompt.

    Thinking that came apart from the content is put before it, as models themselves write.
    """

    id: int
    end_of_thinking: str
    thinking: str = ""
    content: str = ""
    pieces: int = 0  # about as many as tokens, of a server that does not count them
    prompt_tokens: int = 0
    tokens: int = 0
    finish_reason: str = ""

    def take(self, chunk: ChatCompletionChunk) -> bool:
        """Whether there is more of the text."""
        if chunk.usage:
            self.prompt_tokens = chunk.usage.prompt_tokens or 0  # some send null
            self.tokens = chunk.usage.completion_tokens or 0
        before = len(self.text)
        for choice in chunk.choices[:1]:
            self.finish_reason = str(choice.finish_reason or self.finish_reason)
            self.thinking += thinking_of(choice.delta)
            self.content += choice.delta.content or ""
        is_more = len(self.text) > before
        self.pieces += is_more
        return is_more

    @property
    def text(self) -> str:
        if not self.thinking or not self.end_of_thinking:
            return self.content
        between = self.end_of_thinking if self.content else ""
        return f"{self.thinking}{between}{self.content}"

    @property
    def partial(self) -> Partial:
        return Partial(self.id, self.text, self.tokens or self.pieces)

    @property
    def completion(self) -> Completion:
        return Completion(
            id=self.id,
            text=self.text,
            prompt_tokens=self.prompt_tokens,
            tokens=self.tokens or self.pieces,
            finish_reason=self.finish_reason,
        )
