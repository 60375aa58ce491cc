"""What people and models wrote is text, also where it spells a control token of the model's.

A chat template's rendering is tokenized with its marks (`<|im_end|>`, `</s>`) as control tokens.
Whoever writes one into a question or a response would end the turn, or speak as somebody else.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

Message = Mapping[str, str]
Places = Callable[[str], Iterable[tuple[int, int]]]

# Not every tokenizer calls its marks special: <think> and <tool_call> often are not. What is no
# mark, such as the runs of spaces that some have, is text and stays one token.
_MARK = re.compile(r"\s*[<\[◁].*[>\]▷]\s*", re.DOTALL)

# As published models spell theirs, for servers whose tokenizer nobody here can ask.
_KNOWN = re.compile(
    r"<(?=[|\uff5c][^\s<>]{1,40}[|\uff5c]>|/?s>|(?:start|end)_of_turn>|/?(?:bos|eos|pad|unk)>|<SYS>>|</SYS>>"
    r"|\|?turn\|?>|\|?channel\|?>)"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_RESULTS|TOOL_CALLS)\])"
)
WORD_JOINER = "\u2060"


class ControlTokens:
    """Of one tokenizer of transformers', or what vLLM puts in its place."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def encoded(
        self, messages: Sequence[Message], options: Mapping[str, Any], room: int
    ) -> list[int]:
        """The tokens of a conversation, rendered by the chat template.

        Without a mark in the messages they are the template's own, token by token. Raises an error
        of any kind where the template refuses them, a mark cannot be written as text, or there are
        more marks than a context of `room` tokens holds.
        """
        marks = _Marks()
        harmless = [
            {**message, "content": marks.hidden(message["content"], self._places)}
            for message in messages
        ]
        render = self._tokenizer.apply_chat_template
        if not marks.texts:
            told: list[int] = render(
                messages, add_generation_prompt=True, tokenize=True, return_dict=False, **options
            )
            return told
        if len(marks.texts) > room:
            raise ValueError(
                f"the prompt spells {len(marks.texts):,} control tokens, the expert's context holds"
                f" {room:,} tokens: shorten the question"
            )
        rendered = render(harmless, add_generation_prompt=True, tokenize=False, **options)
        as_text = cache(self._as_text)
        tokens: list[int] = []
        for place, text in enumerate(marks.parted(rendered)):
            tokens += as_text(text) if place % 2 else self._encode(text) if text else []
        return tokens

    def _places(self, content: str) -> Iterator[tuple[int, int]]:
        """Where the tokenizer itself would see a control token."""
        if not self._may_hold_one(content):
            return
        if not self._tokenizer.is_fast:  # it does not tell where
            yield from (found.span() for found in self._pattern.finditer(content))
            return
        if self._marks.keys().isdisjoint(self._encode(content)):  # places take four times as long
            return
        told = self._tokenizer(content, add_special_tokens=False, return_offsets_mapping=True)
        for token, (start, end) in zip(told["input_ids"], told["offset_mapping"], strict=True):
            if end > start and self._is_mark(token, content[start:end]):
                yield start, end

    def _may_hold_one(self, content: str) -> bool:
        """Without asking the tokenizer, which takes as long as encoding it: in ASCII, none begins
        without its first character. Others may be folded to one."""
        return not content.isascii() or not self._beginnings.isdisjoint(content)

    def _is_mark(self, token: int, text: str) -> bool:
        """Whether a token that comes of a text is control: what is unknown is only not known."""
        if token == self._tokenizer.unk_token_id and text.strip() != self._marks.get(token):
            return False
        return token in self._marks

    def _as_text(self, mark: str) -> list[int]:
        """The tokens of its letters: it is parted until no part of it is a control token."""
        tokens = self._encode(mark, split_special_tokens=True)
        if not any(self._is_mark(token, mark) for token in tokens):
            return tokens
        if len(mark) < 2:
            raise ValueError(f"the prompt holds {mark!r}, which the model has as a control token")
        middle = len(mark) // 2
        return [*self._as_text(mark[:middle]), *self._as_text(mark[middle:])]

    def _encode(self, text: str, **options: Any) -> list[int]:
        told: list[int] = self._tokenizer.encode(text, add_special_tokens=False, **options)
        return told

    @cached_property
    def _marks(self) -> dict[int, str]:
        """Id → text. Mistral's own tokenizers have none: they never read one in a text."""
        added = getattr(self._tokenizer, "added_tokens_decoder", {})
        texts = {key: str(token) for key, token in added.items()}
        return {
            key: text
            for key, text in texts.items()
            if getattr(added[key], "special", True) or _MARK.fullmatch(text)
        }

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        """Of the marks; what tokenizers write for a blank is one in a text."""
        return frozenset(text[0].replace("\u2581", " ") for text in self._marks.values() if text)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self._marks.values(), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)))


class _Marks:
    """The marks of some texts, each with a word in its place that nobody can guess."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._secret = secrets.token_hex(8)

    def hidden(self, content: str, places: Places) -> str:
        parts, last = [], 0
        for start, end in places(content):
            parts += [content[last:start], f"x{self._secret}{len(self.texts):x}x"]
            self.texts.append(content[start:end])
            last = end
        return "".join([*parts, content[last:]])

    def parted(self, rendered: str) -> list[str]:
        """Texts and marks in turn, beginning with a text."""
        parts = re.split(f"x{self._secret}([0-9a-f]+)x", rendered)
        parts[1::2] = [self.texts[int(number, 16)] for number in parts[1::2]]
        return parts


def disarmed(text: str) -> str:
    """A text for a server: marks of known models are parted by a character that nobody sees."""
    return _KNOWN.sub(rf"\g<0>{WORD_JOINER}", text)
