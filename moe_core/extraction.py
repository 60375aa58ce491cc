"""The answer that a response states: a letter when there are options, else free text.

One extraction for every method, so that comparisons are fair. Never raises: text without a
stated answer gives None. The rules are moe_core.answers'.
"""

from collections.abc import Sequence

from moe_core.answers.final import RUN_ON, after_reasoning, reasoning
from moe_core.answers.letters import read_letter
from moe_core.answers.options import options_of
from moe_core.answers.outright import common, rarer
from moe_core.answers.places import Place
from moe_core.answers.reading import NOTHING, Reading
from moe_core.answers.spelling import plain
from moe_core.answers.text import Text
from moe_core.answers.values import read_value
from moe_core.thinking import END_OF_THINKING, Parted, part

_LONGEST_BARE = 120  # characters of an answer that is one line


def final_text(response: str, end_of_thinking: str = END_OF_THINKING) -> str:
    """What a reader is meant to see: after the thinking, before an invented next question.

    Nothing, of thinking that never ended: what stands there is no answer yet.
    """
    shown = parted(response, end_of_thinking).text
    return shown[: _stated(plain(shown))[1]]


def parted(response: str, end_of_thinking: str = END_OF_THINKING) -> Parted:
    """What was thought, without the marks around it, and what follows; also where reasoning is
    marked in another way than the expert's own."""
    found = part(response, end_of_thinking)
    more, text = reasoning(found.text), after_reasoning(found.text)
    thinking = "\n\n".join(filter(None, (found.thinking, more)))
    has_ended = bool(text.strip()) or not more
    return Parted(thinking, text, is_finished=found.is_finished and has_ended)


def extract(
    response: str, options: Sequence[str] = (), end_of_thinking: str = END_OF_THINKING
) -> str | None:
    """The last stated answer: a letter of `options`, or free text without options."""
    return read(response, options, end_of_thinking).answer


def read(
    response: str, options: Sequence[str] = (), end_of_thinking: str = END_OF_THINKING
) -> Reading:
    """The last stated answer, as `extract` gives it, with the name of the rule that found it."""
    shown = plain(after_reasoning(part(response, end_of_thinking).text))
    choices = options_of(tuple(options)) if options else None

    def reading(of: str, stated: Sequence[Place]) -> Reading:
        text = Text(of)
        return read_letter(text, stated, choices) if choices else read_value(text, stated)

    # A base model may write its answer and nothing else before it invents the next question.
    cut = RUN_ON.search(shown, 1, _LONGEST_BARE)
    if cut and "\n" not in shown[: cut.start()].strip():
        bare = reading(shown[: cut.start()], [])
        if bare != NOTHING:
            return bare
    stated, end = _stated(shown)
    return reading(shown[:end], stated)


def _stated(shown: str) -> tuple[list[Place], int]:
    """What a text states outright before an invented next question, and where that begins.

    In the common ways, or, where it does not, in the rarer ones.
    """
    stated = common(shown) or rarer(shown)
    cut = RUN_ON.search(shown, stated[0].start + 1) if stated else None
    if cut is None:
        return stated, len(shown)
    text = shown[: cut.start()]
    return common(text) or rarer(text), cut.start()
