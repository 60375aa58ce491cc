"""Reading annotations: the skills that an LLM names, however it writes them down.

Asked for one line "Keywords: a, b", models of 7B write bold or lower-case markers, headings,
bullets, numbers, JSON, explanations and their thinking; some answer the question instead. Found
are, in this order: the list after the last marker; a list that is all there is. Anything else lists
nothing: an output is never taken for a skill as a whole. Every rule takes linear time, and what is
read is bounded.

How the paper's scripts read annotations is `skills.listed_skills`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Any

from moe_core.skill_names import OPTION, is_skill

LONGEST_READ = 10_000  # characters, from the end: the list is asked for last
MOST_NAMED = 10  # skills of one annotation: 2 to 5 are asked for, and who loops names a hundred

# What an annotation may be held to, where an engine can (`engine.Prompt.schema`).
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "keywords": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 2,
            "maxItems": 5,
        }
    },
    "required": ["keywords"],
    "additionalProperties": False,
}

# Colons, commas, brackets, dashes and quotes of other scripts and of typography, as ASCII has them.
_SIGNS = str.maketrans(
    "\uff1a\uff0c\u3001\uff1b\uff08\uff09\u2013\u2014\u2018\u2019\u00b4\u201c\u201d\u201e\u00ab\u00bb",
    ':,,;()--\'\'\'"""""',
)
_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning)>|\[/THINK\]|◁/think▷", re.IGNORECASE)
_THINKING = re.compile(r"<(?:think|thinking|thought|reasoning)>|\[THINK\]|◁think▷", re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*```\w*[ \t]*$", re.MULTILINE)

# What a list is announced by. The first kind is asked for, so that it goes first.
_ASKED_FOR = (
    r"key[\s-]?words?|schlüsselwörter|schlagwörter|stichwörter|stichworte|mots[\s-]clés"
    r"|palabras clave|palavras-chave|parole chiave|trefwoorden|ключевые слова|关键词|关键字|關鍵詞"
    r"|キーワード|키워드"
)
_ALIKE = (
    r"(?:key |core |main |required |necessary |relevant |needed )?"
    r"(?:skills?|topics?|concepts?|subjects?|competenc(?:y|ies)|areas? of knowledge|tags?)"
    r"|fähigkeiten|compétences|habilidades|competenze|навыки|技能|スキル"
)
# "Keywords:", bold or quoted; "The keywords needed here are:", "keywords are a, b", "Skills" alone
# in its line. The last of the first kind counts, as in the paper's scripts; else of the next.
_START = r"(?:^|(?<=[\s\"'`*_#>({{\[])){words}(?!\s?\d)"
_COLON = r"[\s\"'*_`]{{0,9}}:"
_LOOSE = r"(?:[^\n:,;.]{{0,60}}:|\s(?:are|is)\s(?=[^\n]*,)|\s-\s|[\s*_]{{0,9}}(?=\n|\Z))"
_MARKERS = [
    re.compile(f"{_START}{end}".format(words=f"(?:{words})"), re.IGNORECASE | re.MULTILINE)
    for words, end in ((_ASKED_FOR, _COLON), (_ASKED_FOR, _LOOSE), (_ALIKE, _LOOSE))
]
_KEY = re.compile(f"(?:{_ASKED_FOR}|{_ALIKE}|name)", re.IGNORECASE)

_ITEM = re.compile(
    r"\s*(?:[-*•‣◦·+]|\(?\d{1,2}[.)]|(?:keyword|skill)\s?\d{1,2}\s?[.):-])\s+(?=\S)"
    r"|\s*(?:\*\*|\d{1,2}[.)])(?=\w)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[,;•|\n]|\s/\s")
_AND = re.compile(r"\s+(?:and|&)\s+")
# Names that have an "and" of their own: it parts no two skills.
_WITH_AND = re.compile(
    r"supply and demand|acids? and bases?|cause and effect|profit and loss|checks and balances"
    r"|search and seizure|assault and battery|science and technology"
)
_DECORATION = " \t\r\"'`*_<>[]{}()~$"
_EXPLAINED = re.compile(r"\s-\s|\s?[(:]|(?<=\w{3})\.\s|\s(?:because|since|needed to)\s")
_IN_BRACKETS = re.compile(r"(?<=\w)\s?\([^()]*\)")  # explanations: their commas part nothing
_ARTICLE = re.compile(r"^(?:and|or|the|an?)\s+(?=\S)")


def read_annotation(text: str) -> list[str]:
    """The skills named in one annotation, in lower case, each once, in order; perhaps none."""
    said = _THOUGHT.split(text[-LONGEST_READ:].translate(_SIGNS))[-1]
    if _THINKING.search(said):  # it never came to an end
        return []
    said = _FENCE.sub("", said)
    if (keyed := _in_json_by_key(said)) is not None:
        return _names(keyed)
    for marker in _MARKERS:
        *_, last = (None, *marker.finditer(said))
        if last is not None:
            return _names(_listed(said[last.end() :]))
    return _all_there_is(said)


def _names(items: Iterable[str]) -> list[str]:
    """Those of the items that are skills."""
    cleaned = (_cleaned(item) for item in items)
    return list(dict.fromkeys(name for name in cleaned if is_skill(name)))[:MOST_NAMED]


def _all_there_is(said: str) -> list[str]:
    """The items of a text that is a list and nothing else, perhaps after a line that says so.

    One item that is no skill, and it was something else: steps, or an answer with commas in it.
    """
    lines = [line for line in said.split("\n") if line.strip()]
    if len(lines) > 1 and lines[0].rstrip(" *_").endswith(":"):
        del lines[0]
    if (items := _json_list("\n".join(lines))) is None:
        items = list(_parted(lines[0])) if len(lines) == 1 else lines
    if len(items) > MOST_NAMED:
        return []
    names = [_cleaned(item) for item in items if item.strip(" .")]
    return _names(items) if len(names) > 1 and all(is_skill(name) for name in names) else []


def _listed(rest: str) -> Iterator[str]:
    """What stands after a marker: JSON, one line of items, or items line by line."""
    rest = rest.lstrip(" \"'*_`")
    if (items := _json_list(rest)) is not None:
        return iter(items)
    lines = rest.split("\n")
    has_items = [bool(_ITEM.match(line)) for line in lines]
    if lines[0].strip(_DECORATION) and not has_items[0]:
        return _parted(_line(lines))
    first = next((place for place, line in enumerate(lines) if line.strip(_DECORATION)), 0)
    if has_items[first]:  # blank lines may stand between them
        block = list(takewhile(lambda line: _ITEM.match(line) or not line.strip(), lines[first:]))
        if len(block) == 1:
            return _parted(block[0])
        return (part for line in block for part in _parted(_unexplained(line)))
    if _BETWEEN.search(lines[first]):
        return _parted(_line(lines[first:]))
    return takewhile(str.strip, lines[first:])


def _line(lines: list[str]) -> str:
    """The first line, with those that a comma at its end announces."""
    taken = [lines[0]]
    for line in lines[1:]:
        if not taken[-1].rstrip().endswith((",", ";", "[")) or not line.strip():
            break
        taken.append(line)
    return " ".join(taken)


def _parted(line: str) -> Iterator[str]:
    """The items of one line; in its last one "and" parts two, unless it belongs to a name."""
    *items, last = _BETWEEN.split(_IN_BRACKETS.sub("", line).rstrip(" ,;."))
    yield from items
    if _WITH_AND.search(last.lower()) or _EXPLAINED.search(last):
        yield last
    else:
        yield from _AND.split(last)


def _unexplained(line: str) -> str:
    """An item of a line of its own, without what says why: commas in that part nothing."""
    marked = _ITEM.match(line)
    return _EXPLAINED.split(line[marked.end() :] if marked else line, maxsplit=1)[0]


def _in_json_by_key(text: str) -> list[str] | None:
    """What an object, or each of a list, has under a key that says skills; None without any."""
    value = _json(text)
    found = [_under_key(of) for of in (value if isinstance(value, list) else [value])]
    return [part for of in found for part in of] or None


def _under_key(value: object) -> list[str]:
    if not isinstance(value, dict):
        return []
    of = next((of for key, of in value.items() if _KEY.fullmatch(key)), None)
    return list(_parted(of)) if isinstance(of, str) else _texts(of)


def _json_list(text: str) -> list[str] | None:
    value = _json(text)
    return _texts(value) if isinstance(value, list) else None


def _texts(value: object) -> list[str]:
    return [of for of in value if isinstance(of, str)] if isinstance(value, list) else []


def _json(text: str) -> object:
    """What a text begins with, if that is a JSON list or object; else None."""
    text = text.strip()
    if not text.startswith(("[", "{")):
        return None
    try:
        value: object = json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None
    return value


def _cleaned(item: str) -> str:
    """An item as a name: without bullet, quotes, article, explanation and full stops."""
    if marked := _ITEM.match(item):
        item = item[marked.end() :]
    item = item.strip(_DECORATION).lstrip("#").replace("_", " ").replace("**", "")
    if OPTION.match(item):  # left as it is: no skill
        return item
    name = _EXPLAINED.split(f"{item} ", maxsplit=1)[0].strip(_DECORATION)
    name = _ARTICLE.sub("", " ".join(name.lower().split()), count=1)
    return name.replace(".", "").strip(_DECORATION)
