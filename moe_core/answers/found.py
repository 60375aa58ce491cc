"""The answer that a final text states, found by all rules; and where the text goes on past it."""

from collections.abc import Sequence

from moe_core.answers.final import RUN_ON
from moe_core.answers.letters import read_letter
from moe_core.answers.options import options_of
from moe_core.answers.outright import common, rarer
from moe_core.answers.places import Place
from moe_core.answers.reading import NOTHING, Reading
from moe_core.answers.text import Text
from moe_core.answers.values import read_value

_LONGEST_BARE = 120  # characters of an answer that is one line


def find(shown: str, options: Sequence[str]) -> Reading:
    """A letter of `options`, or a value without options. `shown` is in plain signs."""
    bare = _bare(shown)
    if bare is not None:
        reading = _read(bare, [], options)
        if reading != NOTHING:
            return reading
    stated, end = stated_in(shown)
    return _read(shown[:end], stated, options)


def without_run_on(shown: str) -> str:
    """The text without a question that it invents after its answer."""
    bare = _bare(shown)
    return shown[: stated_in(shown)[1]] if bare is None else bare


def stated_in(shown: str) -> tuple[list[Place], int]:
    """What a text states outright before an invented next question, and where that begins.

    In the common ways, or, where it does not, in the rarer ones.
    """
    stated = common(shown) or rarer(shown)
    cut = RUN_ON.search(shown, stated[0].start + 1) if stated else None
    if cut is None:
        return stated, len(shown)
    text = shown[: cut.start()]
    return common(text) or rarer(text), cut.start()


def _bare(shown: str) -> str | None:
    """A base model may write its answer and nothing else before it invents the next question."""
    cut = RUN_ON.search(shown, 1, _LONGEST_BARE)
    is_bare = cut is not None and "\n" not in shown[: cut.start()].strip()
    return shown[: cut.start()] if cut and is_bare else None


def _read(shown: str, stated: Sequence[Place], options: Sequence[str]) -> Reading:
    text = Text(shown)
    if options:
        return read_letter(text, stated, options_of(tuple(options)))
    return read_value(text, stated)
