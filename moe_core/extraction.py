"""The answer that a response states: a letter when there are options, else free text.

One extraction for every method, so that comparisons are fair. Never raises: text without a
stated answer gives None. The rules are moe_core.answers', or those of a scorer that is named.
"""

from collections.abc import Sequence

from moe_core.answers.final import after_reasoning, reasoning
from moe_core.answers.found import find, stated_in
from moe_core.answers.reading import Reading
from moe_core.answers.spelling import plain
from moe_core.scorers import read_by
from moe_core.thinking import END_OF_THINKING, Parted, part
from moe_core.values import FOUND, Scoring


def final_text(response: str, end_of_thinking: str = END_OF_THINKING) -> str:
    """What a reader is meant to see: after the thinking, before an invented next question.

    Nothing, of thinking that never ended: what stands there is no answer yet.
    """
    return said(parted(response, end_of_thinking))


def said(response: Parted) -> str:
    """The final text of a response that is parted already."""
    return response.text[: stated_in(plain(response.text))[1]]


def parted(response: str, end_of_thinking: str = END_OF_THINKING) -> Parted:
    """What was thought, without the marks around it, and what follows; also where reasoning is
    marked in another way than the expert's own."""
    found = part(response, end_of_thinking)
    more, text = reasoning(found.text), after_reasoning(found.text)
    thinking = "\n\n".join(filter(None, (found.thinking, more)))
    has_ended = bool(text.strip()) or not more
    return Parted(thinking, text, is_finished=found.is_finished and has_ended)


def extract(
    response: str,
    options: Sequence[str] = (),
    end_of_thinking: str = END_OF_THINKING,
    scoring: Scoring = FOUND,
) -> str | None:
    """The last stated answer: a letter of `options`, or free text without options."""
    return read(response, options, end_of_thinking, scoring).answer


def read(
    response: str,
    options: Sequence[str] = (),
    end_of_thinking: str = END_OF_THINKING,
    scoring: Scoring = FOUND,
) -> Reading:
    """The last stated answer, as `extract` gives it, with the name of the rule that found it."""
    shown = plain(after_reasoning(part(response, end_of_thinking).text))
    if not scoring.scorer:
        return find(shown, options)
    return read_by(scoring, shown, options)
