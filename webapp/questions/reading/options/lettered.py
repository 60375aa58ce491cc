"""Options with their letters before them: "A) 2", "(B) red", "c. blue", alone or in one text."""

import re
from collections.abc import Sequence
from string import ascii_uppercase

_LABEL = re.compile(r"\s*(?:\(\s*([A-Za-z])\s*\)|([A-Za-z])\s?[).:、])\s*")
_DIVIDED = re.compile(r"[\n|;]")


def without_letters(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Texts without their letters, and the letters; no letters unless all have them, A to Z."""
    found = [_LABEL.match(text) for text in texts]
    letters = [(m[1] or m[2]).upper() if m else "" for m in found]
    if len(texts) < 2 or letters != list(ascii_uppercase[: len(texts)]):
        return list(texts), []
    return [text[m.end() :].strip() for text, m in zip(texts, found, strict=True) if m], letters


def split_lettered(text: str) -> list[str]:
    """The options of "A) 2 B) 3", in order; [] where the letters do not begin the text."""
    starts: list[tuple[int, int]] = []
    at = 0
    for letter in ascii_uppercase:
        found = _marker(letter).search(text, at)
        if found is None or (not starts and text[: found.start()].strip()):
            break
        starts.append(found.span())
        at = found.end()
    if len(starts) < 2:
        return []
    ends = [*(start for start, _ in starts[1:]), len(text)]
    return [
        text[start:end].strip().rstrip(",;|").strip()
        for (_, start), end in zip(starts, ends, strict=True)
    ]


def split_divided(text: str) -> list[str]:
    """The texts between line breaks, bars or semicolons; [] where there are none of them."""
    found = [piece for piece in map(str.strip, _DIVIDED.split(text)) if piece]
    return found if len(found) > 1 else []


def _marker(letter: str) -> re.Pattern[str]:
    """A letter with its sign, at the beginning or after white space or a divider."""
    either = f"[{letter}{letter.lower()}]"
    return re.compile(rf"(?:^|(?<=[\s,;|]))(?:\(\s*{either}\s*\)|{either}\s?[).:、])(?=\s|[^\s)])")
