"""Files with a row for each option: rows of one question follow each other, one of them is right.

The option has a column of its own, or ends the question: "Which is a metal? iron".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from webapp.files.readers import Columns
from webapp.questions.reading.kinds import is_filled, is_mark
from webapp.questions.reading.names import NAMES, ROW_OPTION, plain

_ENDING = re.compile(r"(.*[?:])\s+(\S.*)", re.DOTALL)


def stem_and_option(text: str) -> tuple[str, str]:
    """A question and the option that follows its last question mark or colon; "" for none."""
    found = _ENDING.fullmatch(text.strip())
    return (found[1], found[2].strip()) if found else (text.strip(), "")


def found_in(sample: Sequence[Mapping[str, Any]], known: Columns, names: Sequence[str]) -> Columns:
    """The columns of such a file, in place of those that were found for another one."""
    question = known.get("question")
    mark = next(_marks(sample, names), "")
    if not isinstance(question, str) or "options" in known or not mark or len(sample) < 2:
        return {}
    texts = [str(row.get(question) or "").strip() for row in sample]
    option = _option(sample, [name for name in names if name not in (mark, question)])
    if option and _repeats(texts):
        return {"right": mark, "options": option, **_off("answer", "answer_index")}
    stems, options = zip(*map(stem_and_option, texts), strict=True)
    if all(options) and _repeats(stems):
        return {"right": mark, **_off("answer", "answer_index")}
    return {}


def _off(*roles: str) -> Columns:
    return {role: [] for role in roles}


def _marks(sample: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Iterator[str]:
    for alias in map(plain, NAMES["right"]):
        for name in names:
            if plain(name) == alias and sample and all(is_mark(row.get(name)) for row in sample):
                yield name


def _option(sample: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    for alias in ROW_OPTION:
        for name in names:
            cells = [row.get(name) for row in sample]
            if plain(name) == alias and all(isinstance(c, str) and is_filled(c) for c in cells):
                return name
    return ""


def _repeats(texts: Sequence[str]) -> bool:
    """Whether most rows are of the same question as the one before or after them."""
    same = [before == after for before, after in pairwise(texts)]
    alone = sum(not (a or b) for a, b in zip([False, *same], [*same, False], strict=True))
    return alone * 4 <= len(texts)
