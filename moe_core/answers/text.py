"""A final text, and the parts of it where an answer may stand without being announced."""

import re
from functools import cached_property

_LONGEST_CLOSING = 600  # characters of a last sentence
_LONGEST_LINE = 200  # characters of a line that is an answer and nothing else
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
_FENCE = re.compile(r"\A```\w{0,20}\n")
_ENDED = re.compile(r"[.!*$][)\"'*]*$")


class Text:
    """Lines and sentences are looked for when they are needed, in a piece of bounded length."""

    def __init__(self, text: str) -> None:
        self.whole = text

    @cached_property
    def stripped(self) -> str:
        """Without spaces, and without the fences of a block of code that is all, or ends it."""
        text = self.whole.strip()
        return _FENCE.sub("", text.removesuffix("```")).strip() if text.endswith("```") else text

    @cached_property
    def last_sentence(self) -> str:
        """Nothing of one that is longer than any."""
        sentence = _SENTENCE.split(self.stripped[-_LONGEST_CLOSING:])[-1]
        return sentence if len(sentence) < _LONGEST_CLOSING else ""

    @cached_property
    def ended(self) -> str:
        """The last sentence, if it ends: output that was cut off does not."""
        return self.last_sentence if _ENDED.search(self.last_sentence) else ""

    @cached_property
    def first_line(self) -> str:
        """Nothing of one that is longer than an answer."""
        return _line(self.stripped[: _LONGEST_LINE + 1].partition("\n")[0])

    @cached_property
    def last_line(self) -> str:
        """Nothing of one that is longer than an answer."""
        return _line(self.stripped[-_LONGEST_LINE - 1 :].rpartition("\n")[2])

    @cached_property
    def is_one_line(self) -> bool:
        """Whether there is nothing else but that line."""
        return len(self.stripped) <= _LONGEST_LINE and "\n" not in self.stripped


def _line(found: str) -> str:
    return found.strip() if len(found) <= _LONGEST_LINE else ""
