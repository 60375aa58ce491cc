"""Where a text says outright what its answer is, and what it says there.

No pattern has two neighbours that match the same characters, and each looks at a bounded piece
after what it begins with: a model that repeats itself for 32,768 tokens is read in linear time.
"""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from moe_core.answers import languages

LONGEST = 2000  # characters of a stated answer
MOST = 5000  # stated answers of one kind that are looked at, the last ones

# "answer" may be followed by a few words: "The correct answer among the given options is C".
# The first letter stands apart so that the search can skip to the next one of the three.
_NOUN = (
    r"[AaOoCc](?:(?<=[Aa])(?i:nswer)(?:,?\s[a-z]{1,12}){0,8}?,?"
    r"|(?<=[Oo])(?i:ption)|(?<=[Cc])(?i:hoice))"
)
_COPULA = (
    r"(?i:is|would\sbe|should\sbe|must\sbe|has\sto\sbe|will\sbe|(?:seems|appears)(?:\sto\sbe)?)\b"
    r"|:|=|→|—|–|(?<=\s)-(?=\s)"
)
_STATED = re.compile(rf"{_NOUN}[\s*_]*(?:{_COPULA})[\s*_:]*+(?:→\s*)?(?=[^\s*:])")
_HEADING = re.compile(r"[Aa](?i:nswer)[*_:]*[ \t]*\n[\s*_]*(?=[^\s*])")
_BEFORE_HEADING = re.compile(r"[#*_ \t\d.]*(?:(?i:the|my|final|correct|best|your) ?)*$")
_SHORT = re.compile(r"\b(?:Ans|ANS)[.:]+\s*(?=\S)")
_PLURAL = re.compile(r"\b(?:answers|solutions)\s*(?:are\b|:)[\s*_:]*(?=[^\s*:])", re.IGNORECASE)

_BRACE = re.compile(r"\\(?:f?boxed|framebox|fbox)\s*\{|b(?<![\\\w]b)oxed\s*\{|[{}]")
_BARE_BOX = re.compile(r"\\boxed ?(\w)(?!\w)")
_TAG = re.compile(r"[<\[](/?)(?:final[ _-]?)?(?:answer|choice|solution|result)[>\]]", re.IGNORECASE)
_KEY = re.compile(
    r"[\"'](?:\w{1,12}[ _-]){0,2}(?:answer|choice|option|result|solution)"
    r"(?:[ _-](?:letter|choice|option|key|value))?[\"'][ \t]*:\s*",
    re.IGNORECASE,
)
_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'", re.DOTALL)
_LIST = re.compile(r"\[([^\[\]]*)\]")
_ITEM = re.compile(r"[\"']([^\"']*)[\"']|([^\s,\"']+)")
_UNQUOTED = re.compile(r"[^\s,}\]\"'][^,}\]\n]*")
_UNESCAPED_LATEX = re.compile(r"(?<!\\)\\[bfnrt][a-z]{2}")
_HASHES = re.compile(r"####[ \t]*(?=\S)")
_TWO_BRACKETS = re.compile(r"\[\[(\w{1,3})\]\]")


class Place(NamedTuple):
    """Where an answer is stated, what is stated there, and the rule that found it."""

    start: int
    content_start: int
    content: str
    rule: str = ""


def stated(text: str) -> list[Place]:
    """Each "the answer is …" with the rest of its line, up to the next one."""
    return _until_the_next(text, list(_STATED.finditer(text)))


def shortly(text: str) -> list[Place]:
    """Each "Ans: …", with the rest of its line."""
    return _until_the_next(text, list(_SHORT.finditer(text)))


def stated_together(text: str) -> list[Place]:
    """Each "the answers are …", with the rest of its line."""
    return _until_the_next(text, list(_PLURAL.finditer(text)))


def headed(text: str) -> list[Place]:
    """What stands under each line that holds nothing but "Final answer"."""
    found = [m for m in _HEADING.finditer(text) if _begins_its_line(text, m.start())]
    return _until_the_next(text, found)


def _begins_its_line(text: str, place: int) -> bool:
    start = max(text.rfind("\n", 0, place) + 1, place - 40)
    return _BEFORE_HEADING.match(text[start:place]) is not None


def in_other_languages(text: str) -> list[Place]:
    """Each "Die Antwort ist …", "答案是…" and the like, with the rest of its line."""
    found = languages.STATED.finditer(text)
    return _until_the_next(text, [m for m in found if not languages.NEGATED.search(m[0])])


def _until_the_next(text: str, found: list[re.Match[str]]) -> list[Place]:
    ends = [m.start() for m in found[1:]] + [len(text)]
    return [
        Place(m.start(), m.end(), _line(text[m.end() : min(end, m.end() + LONGEST)]))
        for m, end in zip(found, ends, strict=False)
    ]


def _line(rest: str) -> str:
    """The rest of a line, or the whole of a formula that stands in lines of its own."""
    for opening, closing in (("\\[", "\\]"), ("$$", "$$")):
        if rest.startswith(opening) and (end := rest.find(closing, 2)) > 0:
            return rest[: end + 2]
    return rest.partition("\n")[0]


def boxed(text: str) -> list[Place]:
    r"""Each \boxed{…}, braces balanced; an unclosed one is not an answer.

    Of a box within another, only the outer one. What is longer than any answer is left out.
    """
    opened: list[re.Match[str]] = []
    found: list[Place] = []
    for brace in _BRACE.finditer(text):
        if brace[0] != "}":
            opened.append(brace)
        elif opened:
            start = opened.pop()
            if start[0] != "{" and brace.start() - start.end() <= LONGEST:
                content = text[start.end() : brace.start()]
                found.append(Place(start.start(), start.end(), content))
    return list(_outermost(sorted(found)))


def _outermost(boxes: list[Place]) -> Iterator[Place]:
    end = 0
    for box in boxes:
        if box.start >= end:
            yield box
            end = box.content_start + len(box.content)


def bare_boxes(text: str) -> list[Place]:
    r"""Each \boxed 7, without braces."""
    return [Place(m.start(), m.start(1), m[1]) for m in _BARE_BOX.finditer(text)]


def tagged(text: str) -> list[Place]:
    """Each <answer>…</answer>; the prompt may have opened it, and a stop string closed it."""
    return list(_tagged(text))


def _tagged(text: str) -> Iterator[Place]:
    opened: re.Match[str] | None = None
    for tag in _TAG.finditer(text):
        if not tag[1]:
            opened = tag
            continue
        start = opened.end() if opened else _line_before(text, tag.start())
        if tag.start() - start <= LONGEST:
            yield Place(start, start, text[start : tag.start()])
        opened = None
    if opened:
        yield Place(opened.start(), opened.end(), text[opened.end() : opened.end() + LONGEST])


def _line_before(text: str, end: int) -> int:
    """Where the last line before `end` begins."""
    piece = text[max(0, end - LONGEST) : end].rstrip()
    return end - len(text[max(0, end - LONGEST) : end]) + piece.rfind("\n") + 1


def keyed(text: str) -> list[Place]:
    """Each {"answer": …}, up to the end of the value as JSON has it, or of the line."""
    keys = list(_KEY.finditer(text))
    following = [*(key.start() for key in keys), len(text)][1:]
    return [
        Place(m.start(), m.end(), _json_value(text[m.end() : m.end() + LONGEST], end - m.end()))
        for m, end in zip(keys, following, strict=True)
    ]


def _json_value(piece: str, following: int) -> str:
    """The value that a piece of JSON, or of a printed dictionary, begins with, as plain text.

    Without quotes it ends where the next key begins, as of one object in another.
    """
    if found := _STRING.match(piece):
        return _unescaped(found[1] or found[2] or "")
    if found := _LIST.match(piece):
        return ", ".join(item[1] or item[2] for item in _ITEM.finditer(found[1]))
    found = _UNQUOTED.match(piece, 0, max(0, following))
    return "" if found is None or found[0] in ("null", "None") else found[0]


def _unescaped(text: str) -> str:
    """Without JSON's escapes; LaTeX that was not escaped stays as it is."""
    if "\\" not in text or _UNESCAPED_LATEX.search(text):
        return text
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except json.JSONDecodeError:
        return text


def hashed(text: str) -> list[Place]:
    """Each "#### 18", as GSM8K's solutions end, with the rest of its line."""
    return _until_the_next(text, list(_HASHES.finditer(text)))


def in_two_brackets(text: str) -> list[Place]:
    """Each [[C]]."""
    return [Place(m.start(), m.start(1), m[1]) for m in _TWO_BRACKETS.finditer(text)]
