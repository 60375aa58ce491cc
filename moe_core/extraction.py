"""The answer that a response states: a letter when there are options, else free text.

One extraction for every method, so that comparisons are fair. Never raises: text without a
stated answer gives None.
"""

import re
from collections.abc import Sequence

from moe_core.options import Options
from moe_core.stated_answers import (
    Place,
    boxed,
    closing,
    closing_letters,
    closing_values,
    concluded,
    letter_line,
    repeats,
    stated,
)
from moe_core.thinking import END_OF_THINKING, part

# A base model that goes on after its answer invents the next question (measured: one does so in
# 91 % of its outputs); whatever follows is not about this question. Before any answer, the same
# words only restate the question.
_NEXT_QUESTION = re.compile(
    r"\n[ \t]*(?:#+[ \t]*)?(?:Question|Problem|Q)[ \t]*\d*[ \t]*:|<\|im_start\|>|<\|user\|>"
)


def final_text(response: str, end_of_thinking: str = END_OF_THINKING) -> str:
    """What a reader is meant to see: after the thinking, before an invented next question.

    Nothing, of thinking that never ended: what stands there is no answer yet.
    """
    return _read(response, end_of_thinking)[0]


def extract(
    response: str, options: Sequence[str] = (), end_of_thinking: str = END_OF_THINKING
) -> str | None:
    """The last stated answer: a letter of `options`, or free text without options."""
    text, said, boxes = _read(response, end_of_thinking)
    if options:
        return _letter(text, sorted([*said, *boxes]), Options(options))
    return _free_text(said, boxes)


def _read(response: str, end_of_thinking: str) -> tuple[str, list[Place], list[Place]]:
    """The final text, with each "the answer is …" and each box in it."""
    shown = part(response, end_of_thinking).text
    said, boxes = stated(shown), boxed(shown)
    answered = min((place.start for place in [*said, *boxes]), default=None)
    cut = _NEXT_QUESTION.search(shown, answered + 1) if answered is not None else None
    if cut is None:
        return shown, said, boxes
    text = shown[: cut.start()]
    return text, stated(text), boxed(text)


def _free_text(said: Sequence[Place], boxes: Sequence[Place]) -> str | None:
    filled = [box.content for box in boxes if box.content.strip()]
    if filled:
        return filled[-1].strip()
    return (said[-1].content.rstrip("*$. \t\r").lstrip("*$ \t") or None) if said else None


def _letter(text: str, places: Sequence[Place], options: Options) -> str | None:
    """What is stated outright, else what the text concludes with, the clearest way first."""
    outright = _outright(text, places, options)
    if outright is not None:
        return outright
    last = closing(text)
    named = closing_letters(last)
    ways = [letter_line(last), named if len(named) == 1 else [], concluded(text)]
    letters = [[letter for letter in way if options.known(letter)] for way in ways]
    values = [letter for value in closing_values(last) if (letter := options.exactly(value))]
    return next((way[-1] for way in [*letters, values] if way), None)


def _outright(text: str, places: Sequence[Place], options: Options) -> str | None:
    """The last stated answer; of statements that only repeat each other, the first.

    A model that does not stop after its answer goes on to state others, without a reason
    (7 of 5,600 recorded responses to MMLU-Pro's validation questions: the first is right in 2,
    the last in none).
    """
    answer: str | None = None
    before: Place | None = None
    for place in places:
        found = options.read(place.content)
        if found is None:
            continue
        if before is None or not repeats(text, before, place):
            answer = found
        before = place
    return answer
