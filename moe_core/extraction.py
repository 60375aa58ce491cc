"""The answer that a response states: a letter when there are options, else free text.

One extraction for every method, so that comparisons are fair. Never raises: text without a
stated answer gives None.
"""

import re
from collections.abc import Iterator, Sequence
from string import ascii_uppercase

END_OF_THINKING = "</think>"

# A base model that goes on after its answer invents the next question (measured: one does so in
# 91 % of its outputs); whatever follows is not about this question.
_NEXT_QUESTION = re.compile(
    r"\n\s*(?:#+\s*)?(?:Question|Problem|Q)\s*\d*\s*:|<\|im_start\|>|<\|user\|>"
)
_STATED = re.compile(
    r"(?:final\s+)?(?:answer|option|choice)\s*(?:\**)\s*(?:is|:|=)\s*(?:\**)\s*:?\s*(?P<answer>[^\n]+)",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"^[\s*_`\"'$]*(?:\\(?:text|mathrm|mathbf|textbf)\s*\{)?[\s(\[]*([A-Z])(?=[\s)\]}.,:;*_`\"'$]|$)"
)
_LETTER_LINE = re.compile(r"^[\s*_]*\(?([A-Z])\)?[\s*_.]*$", re.MULTILINE)


def final_text(response: str, end_of_thinking: str = END_OF_THINKING) -> str:
    """What a reader is meant to see: after the thinking, before an invented next question."""
    shown = response.rpartition(end_of_thinking)[2] if end_of_thinking else response
    cut = _NEXT_QUESTION.search(shown, 1) if shown else None
    return shown[: cut.start()] if cut else shown


def extract(
    response: str, options: Sequence[str] = (), end_of_thinking: str = END_OF_THINKING
) -> str | None:
    """The last stated answer: a letter of `options`, or free text without options."""
    text = final_text(response, end_of_thinking)
    return _letter(text, options) if options else _free_text(text)


def _free_text(text: str) -> str | None:
    boxed = [content for content in _boxed(text) if content.strip()]
    if boxed:
        return boxed[-1].strip()
    stated = [match["answer"] for match in _STATED.finditer(text)]
    return (stated[-1].strip().strip("*$").rstrip(".").strip() or None) if stated else None


def _letter(text: str, options: Sequence[str]) -> str | None:
    letters = ascii_uppercase[: len(options)]
    stated = [(m.start(), m["answer"]) for m in _STATED.finditer(text)]
    stated += [(text.rfind(content), content) for content in _boxed(text)]
    for _, content in sorted(stated, reverse=True):
        found = _LETTER.match(content)
        if found and found[1] in letters:
            return found[1]
        named = [i for i, option in enumerate(options) if _same(option, content)]
        if len(named) == 1:
            return letters[named[0]]
    alone = [m[1] for m in _LETTER_LINE.finditer(text) if m[1] in letters]
    return alone[-1] if alone else None


def _same(option: str, content: str) -> bool:
    return option.strip().casefold() == content.strip().rstrip(".").strip("$*").casefold()


def _boxed(text: str) -> Iterator[str]:
    r"""The contents of each \boxed{…}, braces balanced; an unclosed one is not an answer."""
    for start in re.finditer(r"\\f?boxed\s*\{", text):
        depth = 1
        for position in range(start.end(), len(text)):
            depth += {"{": 1, "}": -1}.get(text[position], 0)
            if depth == 0:
                yield text[start.end() : position]
                break
