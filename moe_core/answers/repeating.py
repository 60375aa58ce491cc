"""Statements that only repeat each other: a model that does not stop after its answer."""

import re

from moe_core.answers.places import Place

# What a model says between two statements when it only repeats itself, without a reason.
_WORDS = r"\b(?:[A-Z]|(?i:the|final|correct|answer|response|is|text|boxed))\b"
_FILLER = re.compile(rf"(?:\W|{_WORDS})*")
_FILLER_WITH_NUMBERS = re.compile(rf"(?:[\W\d]|{_WORDS})*")
_LONGEST_FILLER = 600


def repeats(text: str, place: Place, following: Place, *, numbers: bool = False) -> bool:
    """Whether nothing but filler stands between two statements; `numbers` are the answers."""
    between = text[place.content_start : following.start]
    filler = _FILLER_WITH_NUMBERS if numbers else _FILLER
    return len(between) <= _LONGEST_FILLER and filler.fullmatch(between) is not None


def is_filler(text: str) -> bool:
    """Whether a text is such words only, as between "Final answer:" and "the final answer is"."""
    return " " in text and _FILLER.fullmatch(text) is not None
