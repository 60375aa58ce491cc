"""Which answer a final text gives to an open question.

What is marked as the answer comes first, then what is stated in words, then RULES in their order.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from moe_core.answers.cleaning import boxed_value, cleaned
from moe_core.answers.conclusions import is_own, withdrawn_at
from moe_core.answers.outright import MARKED, rarer
from moe_core.answers.places import Place
from moe_core.answers.reading import NOTHING, TAKEN_BACK, Reading
from moe_core.answers.repeating import is_filler, repeats
from moe_core.answers.text import Text

_BETWEEN_BOXES = re.compile(
    r"\}[ \t$;\\()\[\]]*(?:,[ \t$\\]*(?:and|or)?|and|or)[ \t$\\()\[\]]*(?:\w[ \t]*=[ \t]*)?\Z"
)

# With its currency, thousands apart, or as a fraction or a share.
NUMBER = re.compile(
    r"(?<![\w.])(-?[$€£]?-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:/\d+)?(?:\s?%)?)(?![\d^])"
)
_NAMED_NUMBER = r"[A-Za-z]\w{0,5}\s?=\s?-?[\d./]{1,20}(?<!\.)"
_SOLUTIONS = re.compile(rf"{_NAMED_NUMBER}(?:(?:,\s?|,?\s(?:and|or)\s){_NAMED_NUMBER}){{1,9}}")
_INSTEAD = re.compile(r"(?:not\b|n't\b)[^.]*\b(?:it's|it\sis|but)\s")
# A line that is a number or a formula, and perhaps a unit of it.
_VALUE_LINE = re.compile(
    r"(?:(?:[A-Za-z]{1,12}:|[=∴])\s*)?"
    r"((?:[A-Za-z]\w{0,5}\s*=\s*)?[-+]?[$€£]?[\d.,]*\d[\d.,/:]*\s?(?:%|°|[A-Za-z]{1,12}(?:/[a-z]{1,4})?)?"
    r"|\$[^$]{1,120}\$|\\\(.{1,120}\\\)|\\\[.{1,120}\\\])\.?"
)
_WORD_LINE = re.compile(r"\*\*([^*]{1,60})\*\*\.?|((?:yes|no|true|false)\b)\.?", re.IGNORECASE)
_WORDS = re.compile(r"[^\s\d.!?\\]{1,30}(?:\s[^\s\d.!?\\]{1,30}){0,2}[.!]?")
_NO_NAME = re.compile(r"\b(?:is|are|was|answer|not|no|here|solution|none)\b|n't\b", re.IGNORECASE)
_FIRST_WORD = re.compile(r"[*_\s]*(yes|no|true|false)\b\**[,.:;!—–-]", re.IGNORECASE)
_MATHS = re.compile(r"\$([^$]{1,200})\$|\\\((.{1,200}?)\\\)")
_BARE_MATHS = re.compile(r"=\s?([^=\n$\s]{0,60}\\[a-z]{2,10}[^=\n$()]{0,60}?)(?:\\[)\]])?\.?$")
_PROSE = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")
_SAYS = re.compile(
    r"=|≈|\b(?:is|are|was|were|be|equals?|makes?|gives?|leaves?|gets?|has|have|earns?|costs?|pays?"
    r"|needs?|totals?|spends?|takes?|saves?|owes?|sells?|contains?)\b"
)
_DOUBT = re.compile(
    r"\?|\b(?:cannot|can't|unable|not|n't|unclear|unknown|impossible|sorry|insufficient|no answer"
    r"|perhaps|maybe|either|[Ss]tep|[Qq]uestion|[Pp]roblem|I)\b|n't\b|\bor\s[$\d]"
)


@dataclass(frozen=True)
class Rule:
    """One way to find an answer; `reads` is what it finds in the example."""

    name: str
    example: str
    reads: str
    find: Callable[[Text], str | None]


def read_value(text: Text, stated: Sequence[Place]) -> Reading:
    """The answer that a text gives, and by which rule.

    `stated` is what it says outright in the common ways, or else in the rarer ones.
    """
    places = sorted({*stated, *rarer(text.whole)} if stated else [])
    marked = [place for place in places if place.rule in MARKED]
    said = [place for place in places if place.rule not in MARKED]
    for found in (_marked(text.whole, marked), _said(text.whole, said)):
        if found is None:
            continue
        place, value = found
        if (back := withdrawn_at(text.whole, place.content_start)) is None:
            return Reading(value, place.rule)
        instead = _otherwise(Text(text.whole[back:]))
        return instead if instead.answer else TAKEN_BACK
    return _otherwise(text)


def _marked(text: str, places: Sequence[Place]) -> tuple[Place, str] | None:
    """The last one; boxes that stand side by side are a list."""
    filled = [(place, value) for place in places if (value := _value(place))]
    if not filled:
        return None
    last, value = filled[-1]
    values = [value]
    following = last
    for place, before in reversed(filled[:-1]):
        end = place.content_start + len(place.content)
        if last.rule != place.rule or following.start - end > 60:
            break
        if not _BETWEEN_BOXES.match(text[end : following.start]):
            break
        values.insert(0, before)
        following = place
    return last, ", ".join(dict.fromkeys(values))


def _value(place: Place) -> str | None:
    if place.rule == "a box":
        return boxed_value(place.content)
    return cleaned(place.content)


def _said(text: str, places: Sequence[Place]) -> tuple[Place, str] | None:
    """The last statement; of those that only repeat each other, the first."""
    found: tuple[Place, str] | None = None
    for place in reversed(places):
        if found and not repeats(text, place, found[0], numbers=True):
            break
        value = cleaned(place.content)
        if value and not is_filler(value) and is_own(text, place.start):
            found = place, value
    return found


def _otherwise(text: Text) -> Reading:
    for rule in RULES:
        value = rule.find(text)
        if value:
            return Reading(value, rule.name)
    return NOTHING


def _line(text: Text) -> str | None:
    line = text.last_line.strip("*_# ")
    if _SOLUTIONS.fullmatch(line.strip(".$")):
        return line.strip(".$")
    if value := _VALUE_LINE.fullmatch(line):
        return cleaned(value[1])
    word = _WORD_LINE.fullmatch(text.last_line)
    return (word[1] or word[2]).rstrip(".") if word else None


def _all(text: Text) -> str | None:
    written = text.stripped
    if not text.is_one_line or not _WORDS.fullmatch(written):
        return None
    if (_NO_NAME.search(written) and not _WORD_LINE.fullmatch(written)) or _DOUBT.search(written):
        return None
    return cleaned(written)


def _first_word(text: Text) -> str | None:
    found = _FIRST_WORD.match(text.first_line or text.stripped[:20])
    return found[1] if found else None


def _last_maths(text: Text) -> str | None:
    """The formula with which the last sentence ends, after its last sign of equality."""
    bare = _BARE_MATHS.search(text.ended)
    if bare and not _PROSE.search(bare[1]):
        return None if _DOUBT.search(text.ended) else bare[1].strip()
    found = list(_MATHS.finditer(text.ended))
    if not found or text.ended[found[-1].end() :].strip(" .!*)") or _DOUBT.search(text.ended):
        return None
    formula = found[-1][1] or found[-1][2]
    return formula.rpartition("=")[2].strip(" .") or None


def _last_number(text: Text) -> str | None:
    """The number that the last sentence says something is, else its last one."""
    sentence = text.ended
    if solutions := _SOLUTIONS.search(sentence):
        return solutions[0]
    if instead := _INSTEAD.search(sentence):
        sentence = sentence[instead.end() :]
    if _DOUBT.search(sentence):
        return None
    numbers = list(NUMBER.finditer(sentence))
    if not numbers:
        return None
    said = [m.end() for m in _SAYS.finditer(sentence) if m.end() <= numbers[-1].start()]
    after = [number for number in numbers if said and number.start() >= said[-1]]
    return (after[0] if after else numbers[-1])[1]


RULES = (
    Rule("the last line", "Twice 9 are sold.\n\n**18**", "18", _line),
    Rule("all that is written", "Monday.", "Monday", _all),
    Rule("yes or no at the beginning", "Yes, since 18 is even.", "Yes", _first_word),
    Rule("the formula at the end", "Hence we get $x = 18$.", "18", _last_maths),
    Rule("last number of the last line", "So he makes 18 dollars.", "18", _last_number),
)
