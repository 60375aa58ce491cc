"""Options that stand in the question's text.

"… The options are: (A) red (B) blue"    the paper's files; also "Options:", "Answer choices:"
"… Options:\n- red\n- blue"               BIG-bench hard, where an answer is an option's text
"… A) red B) blue"                       without an announcement, if the answer is a letter
"""

import re
from collections.abc import Sequence
from string import ascii_uppercase

from webapp.questions.reading.options.lettered import split_lettered

_ANNOUNCED = re.compile(
    r"\bthe options are:|(?:^|(?<=\n)|(?<=[.?!] ))[ \t]*(?:answer )?(?:options|choices)[ \t]*:",
    re.IGNORECASE,
)
_DASHED = re.compile(r"\s*(?:[-*•] \S[^\n]*(?:\n|$)\s*){2,}")
_ASKS = re.compile(r"\b(?:the )?(?:correct )?answer(?: is)?\s*:\s*$", re.IGNORECASE)


def announces_options(text: str) -> bool:
    """Whether a text says that options follow, whether or not they can be found."""
    # Most texts do not, and looking for plain text is many times faster.
    lower = text.lower()
    told = "options" in lower or "choices" in lower
    return told and _ANNOUNCED.search(text) is not None


def options_in_text(text: str, answer: str) -> tuple[str, list[str], bool]:
    """Question, options, and whether these have letters; no options where none are listed."""
    stem, options = split_inline(text)
    if options:
        return stem, options, True
    announced = [m.end() for m in _ANNOUNCED.finditer(text)] if announces_options(text) else []
    if announced and _DASHED.fullmatch(text, announced[-1]):
        lines = filter(None, map(str.strip, text[announced[-1] :].splitlines()))
        options = [line[1:].strip() for line in lines]
        return _without_announcement(text[: announced[-1]]), options, False
    letter = _ONE_LETTER.fullmatch(answer)
    if letter is None:
        return text, [], False
    for start in reversed([found.start() for found in _FIRST.finditer(text)][-MOST_STARTS:]):
        options = split_lettered(_ASKS.sub("", text[start:]))
        if letter[1].upper() in ascii_uppercase[: len(options)] and all(options):
            stem = text[:start].strip()
            return (_without_announcement(stem) if stem else ""), options, True
    return text, [], False


def _without_announcement(text: str) -> str:
    found = list(_ANNOUNCED.finditer(text))
    ends = bool(found) and found[-1].end() == len(text)
    return (text[: found[-1].start()] if ends else text).strip()


_ONE_LETTER = re.compile(r"\(?([A-Za-z])[).:]?")
_FIRST = re.compile(r"(?:^|(?<=\s))(?:\(\s*[Aa]\s*\)|[Aa]\s?[).:、])")
MOST_STARTS = 20  # places at which the options may begin, from the last


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
