"""The answer that a response states: a letter when there are options, else free text.

One extraction for every method, so that comparisons are fair. Never raises: text without a
stated answer gives None.
"""

import re
from collections.abc import Sequence
from string import ascii_uppercase

END_OF_THINKING = "</think>"

# No pattern below has two neighbours that match the same characters: a model that repeats itself
# for 32,768 tokens (spaces, newlines, opened boxes) is read in linear time.

# A base model that goes on after its answer invents the next question (measured: one does so in
# 91 % of its outputs); whatever follows is not about this question. Before any answer, the same
# words only restate the question.
_NEXT_QUESTION = re.compile(
    r"\n[ \t]*(?:#+[ \t]*)?(?:Question|Problem|Q)[ \t]*\d*[ \t]*:|<\|im_start\|>|<\|user\|>"
)
_STATED = re.compile(r"(?:answer|option|choice)[\s*]*(?:is|:|=)[\s*:]*(?=[^\s*:])", re.IGNORECASE)
_LETTER = re.compile(
    r"[\s*_`\"'$(\[]*(?:\\(?:text|mathrm|mathbf|textbf)\s*\{[\s(\[]*)?"
    r"([A-Z])(?=[\s)\]}.,:;*_`\"'$]|$)"
)
_LETTER_LINE = re.compile(r"^[ \t*_]*\(?([A-Z])\)?[ \t*_.]*$", re.MULTILINE)
_BRACE = re.compile(r"\\f?boxed\s*\{|[{}]")
_LONGEST = 2000  # characters of a stated answer
_LONGEST_OPTION = 400  # characters of a stated letter or option, with what surrounds it


Place = tuple[int, str]  # where an answer is stated, and what is stated there


def final_text(response: str, end_of_thinking: str = END_OF_THINKING) -> str:
    """What a reader is meant to see: after the thinking, before an invented next question."""
    return _read(response, end_of_thinking)[0]


def _read(response: str, end_of_thinking: str) -> tuple[str, list[Place], list[Place]]:
    """The final text, with each "the answer is …" and each box in it."""
    shown = response.rpartition(end_of_thinking)[2] if end_of_thinking else response
    stated, boxed = _stated(shown), _boxed(shown)
    answered = min((start for start, _ in [*stated, *boxed]), default=None)
    cut = _NEXT_QUESTION.search(shown, answered + 1) if answered is not None else None
    if cut is None:
        return shown, stated, boxed
    text = shown[: cut.start()]
    return text, _stated(text), _boxed(text)


def extract(
    response: str, options: Sequence[str] = (), end_of_thinking: str = END_OF_THINKING
) -> str | None:
    """The last stated answer: a letter of `options`, or free text without options."""
    text, stated, boxed = _read(response, end_of_thinking)
    if options:
        return _letter(text, sorted([*stated, *boxed], reverse=True), options)
    return _free_text(stated, boxed)


def _free_text(stated: Sequence[Place], boxed: Sequence[Place]) -> str | None:
    filled = [content for _, content in boxed if content.strip()]
    if filled:
        return filled[-1].strip()
    return (stated[-1][1].rstrip("*$. \t\r").lstrip("*$ \t") or None) if stated else None


def _letter(text: str, places: Sequence[Place], options: Sequence[str]) -> str | None:
    """`places` from the last one back."""
    letters = ascii_uppercase[: len(options)]
    for _, whole in places:
        content = whole[:_LONGEST_OPTION]
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


def _stated(text: str) -> list[Place]:
    """Start and rest of the line of each "the answer is …"; a line may state several."""
    return [
        (m.start(), text[m.end() : m.end() + _LONGEST].partition("\n")[0])
        for m in _STATED.finditer(text)
    ]


def _boxed(text: str) -> list[Place]:
    r"""Start and content of each \boxed{…}, braces balanced; an unclosed one is not an answer.

    In the order in which they end, so that the outer of two boxes is the later one. What is
    longer than any answer is left out.
    """
    opened: list[re.Match[str]] = []
    found: list[Place] = []
    for brace in _BRACE.finditer(text):
        if brace[0] != "}":
            opened.append(brace)
        elif opened:
            start = opened.pop()
            if start[0] != "{" and brace.start() - start.end() <= _LONGEST:
                found.append((start.start(), text[start.end() : brace.start()]))
    return found
