"""Options that stand in the question's text, as the paper's files have them."""

import re
from collections.abc import Sequence
from string import ascii_uppercase

_ANNOUNCED = re.compile(r"\bthe options are:", re.IGNORECASE)


def announces_options(text: str) -> bool:
    """Whether a text says that options follow, whether or not they can be found."""
    # Most texts do not, and looking for plain text is many times faster.
    return "options are:" in text.lower() and _ANNOUNCED.search(text) is not None


def split_inline(text: str) -> tuple[str, list[str]]:
    """Cut "… The options are: (A) … (B) …" into question and options; [] when nothing is listed.

    An option may itself name one, as in "both (A) and (B)". So the letters are found from the
    last one back: a mention of an earlier option then stands outside the place where that
    letter is looked for.
    """
    if not announces_options(text):
        return text, []
    announced = list(_ANNOUNCED.finditer(text))
    listed = text[announced[-1].end() :]
    for apart in (True, False):
        starts = _backwards(listed, _count(listed, apart), apart)
        if len(starts) >= 2:
            return text[: announced[-1].start()].strip(), _cut(listed, starts)
    return text, []


def _marker(letter: str, apart: bool) -> re.Pattern[str]:
    """A letter in brackets: the (R) of "P(R)" is none, nor, if `apart`, the (E) of "(E)-butene"."""
    return re.compile(rf"(?<!\S)\({letter}\)" + (r"(?!\S)" if apart else ""))


def _count(listed: str, apart: bool) -> int:
    """How many letters, from A on, are there one after the other."""
    position = 0
    for number, letter in enumerate(ascii_uppercase):
        found = _marker(letter, apart).search(listed, position)
        if found is None:
            return number
        position = found.end()
    return len(ascii_uppercase)


def _backwards(listed: str, count: int, apart: bool) -> list[tuple[int, int]]:
    """Start and end of each letter's brackets, in order."""
    places: list[tuple[int, int]] = []
    before = len(listed)
    for letter in reversed(ascii_uppercase[:count]):
        found = [m for m in _marker(letter, apart).finditer(listed) if m.end() <= before]
        places.insert(0, found[-1].span())
        before = found[-1].start()
    return places


def _cut(listed: str, starts: Sequence[tuple[int, int]]) -> list[str]:
    ends = [*(start for start, _ in starts[1:]), len(listed)]
    options = [listed[start:end].strip() for (_, start), end in zip(starts, ends, strict=True)]
    return [*options[:-1], _without_full_stop(options)]


def _without_full_stop(options: Sequence[str]) -> str:
    """The last option without the full stop that ends the whole list in the paper's files."""
    *others, last = options
    ends_list = last.endswith(".") and not last.endswith("...")
    if ends_list and (last.endswith("..") or not any(o.endswith(".") for o in others)):
        return last[:-1].rstrip()
    return last
