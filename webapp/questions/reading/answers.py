"""The gold answers in a cell: one, several, or the last line of a worked solution.

"… #### 42"                       42: GSM8K
"… \\boxed{42}"                    42: MATH's solutions
"… The answer is: 42"             42: MetaMath's
["12", "twelve"]                  several
{"value": "12", "aliases": […]}   several; also {"text": […]}, {"spans": […]}
true                              true, or yes
"equals:42"                       42: what promptfoo expects
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from moe_core.answers.places import boxed
from webapp.files.errors import RowRefused, short
from webapp.questions.reading.cells import text_of, whole
from webapp.questions.reading.names import plain

MOST_ANSWERS = 100
WORKED, BOXED, STATED = "####", "\\boxed{}", "The answer is"  # ways in which a solution ends
_STATED = re.compile(r"\banswer(?: is|:)[ :]*(\S[^\n]{0,80}?)\.?\s*$", re.IGNORECASE)
_HEADING = re.compile(r"#+ +(\S.*)")
_PRINTED = re.compile(r"""\[\s*['"].*['"]\s*\]""", re.DOTALL)
_EXPECTED = re.compile(r"([a-z]+(?:-[a-z]+)*)\s*:\s*(.*)", re.DOTALL)
_EQUAL = {"equals", "is", "iequals"}
_INNER = (
    *("value", "text", "texts", "spans", "answer", "answers", "number", "label", "letter", "key"),
    "index",
)
_OTHERS = ("aliases", "alias")
PROSE = 12  # words
LAST = 200  # characters of a solution, in which it states its answer


@dataclass(frozen=True)
class Answers:
    """What counts as right; `way` says how it was found, where that is not plain."""

    texts: Sequence[str] = ()
    way: str = ""


def answers_of(cell: Any, column: str = "") -> Answers:
    """All gold answers in a cell. Raises RowRefused."""
    if isinstance(cell, bool):
        return Answers(("true", "yes") if cell else ("false", "no"))
    if isinstance(cell, str) and _PRINTED.fullmatch(cell.strip()):
        cell = _listed(cell.strip())
    if isinstance(cell, list):
        if len(cell) > MOST_ANSWERS:
            raise RowRefused(f"There are {len(cell):,} answers; {MOST_ANSWERS} are allowed.")
        found = [answers_of(inner, column) for inner in cell]
        texts = [text for answers in found for text in answers.texts]
        return Answers(list(dict.fromkeys(texts)), found[0].way if found else "")
    if isinstance(cell, dict):
        return _inside(cell, column)
    text = text_of(cell, "answer")
    if column.startswith("__"):
        text = _expected(text)
    return _worked(text) if text else Answers()


def _listed(text: str) -> Any:
    """A list of texts that stands in a text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        inner = text[1:-1].strip()
        single = re.fullmatch(r"'([^']*)'(?:\s*,\s*'([^']*)')*", inner)
        return re.findall(r"'([^']*)'", inner) if single else text


def _inside(cell: dict[str, Any], column: str) -> Answers:
    places = {plain(key): value for key, value in cell.items()}
    if isinstance(kind := places.get("type"), str) and "value" in places:
        return answers_of(_expected(f"{kind}:{text_of(places['value'], 'answer')}"))
    for name in _INNER:
        if places.get(name) not in (None, "", []):
            found = list(answers_of(places[name], column).texts)
            for others in _OTHERS:
                found += answers_of(places.get(others) or [], column).texts
            return Answers(list(dict.fromkeys(found)))
    raise RowRefused('The answer is an object without a "value" or "text": give text.')


def _worked(text: str) -> Answers:
    """The result of a worked solution; any other text as it is."""
    solution, mark, result = text.rpartition(WORKED)
    before, result = solution.rstrip(" \t"), result.strip()
    if mark and result and "\n" not in result and (not before or before.endswith("\n")):
        return Answers([result], WORKED)
    if found := _HEADING.fullmatch(text):
        return Answers([found[1]], WORKED)
    if "\\boxed" in text and len(text.split()) >= PROSE:
        boxes = [place.content.strip() for place in boxed(text)]
        if boxes and boxes[-1]:
            return Answers([boxes[-1]], BOXED)
    if is_prose(text) and (found := _STATED.search(text[-LAST:])):
        return Answers([found[1].strip(" $*")], STATED)
    return Answers([whole(text)])


def _expected(text: str) -> str:
    """What promptfoo expects, where that is one text."""
    found = _EXPECTED.fullmatch(text)
    if found is None:
        return text
    if found[1] not in _EQUAL:
        raise RowRefused(
            f"The answer is expected to pass {short(found[1])}, and only “equals” can be graded:"
            " leave the row out, or give the answer alone."
        )
    return found[2].strip()


def is_prose(gold: str) -> bool:
    """Whether an open answer reads like sentences, which no answer will equal."""
    return len(gold.split()) >= PROSE or "\n" in gold
