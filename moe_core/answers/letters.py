"""Which option a final text chooses.

What is stated outright comes first; where nothing is, RULES are tried in their order.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from moe_core.answers.conclusions import concluded, is_own, withdrawn_at
from moe_core.answers.options import SEVERAL, Options
from moe_core.answers.outright import rarer
from moe_core.answers.places import Place
from moe_core.answers.reading import NOTHING, SEVERAL_CHOSEN, TAKEN_BACK, Reading
from moe_core.answers.repeating import repeats
from moe_core.answers.text import Text

_BETWEEN_BOXES = re.compile(r"\}[ \t$.,;&\\()\[\]]*(?:and|or)?[ \t$\\(\[]*\Z")

_STATED_LETTER = re.compile(r"[^A-Za-z]{0,20}[A-Z](?![a-z])")
_GOES_ON = re.compile(r"\w")

_LABELLED_LINE = re.compile(r"^[ \t*]*\(?([A-Za-z])[).:]", re.MULTILINE)
_FIRST = re.compile(
    r"[*_`\"'$\s]*(?:(?:option|choice)\s)?(?:\(([A-Z])\)|([A-Z])(?:[).:,]|\s[–—-](?=\s)|(?=\*|$)|\s(?=because|since)))"
    r"[\s*_`\"'$.:]*(.*)",
    re.IGNORECASE,
)
_REASON = re.compile(r",?\s(?:because|since|as)\b|[.:;]\s|\s[–—-]\s")
_LETTERED = re.compile(
    r"[(\[](?:[Oo]ption\s)?([A-Z])[)\]]|\b(?:[Oo]ption|[Cc]hoice|[Aa]nswer)\s\**([A-Z])\b"
)
_REJECTED = re.compile(
    r"\**\s(?:is|are|was|does|can|could)\s?(?:not\b|n't\b|incorrect|wrong|false"
    r"|(?:be\s)?(?:ruled|excluded|eliminated|dismissed|rejected|out\b))"
)
_REJECTING = re.compile(r"(?:is|are|was|does|cannot|can't|isn't|would|and|or|vs)\b")
_EQUALS = re.compile(r"\b(?:is|are|was|be|equals)\b(?:\s(?:approximately|about)\b)?|'s\s|[=≈]")
_LETTER_LINE = re.compile(r"[ \t*_]*\(?([A-Z])\)?[ \t*_.!]*")

# "The best rule is (C).", "which is option D.": anywhere in a text that states nothing outright.
_CONCLUDED = re.compile(
    r"\(([A-Z])\)\**(?=\s*(?:\.|\n|\Z))"
    r"|(?:option|choice|answer)\s+\**\(?([A-Z])\b(?=\)?\**(?:[.,]|\s*(?:\n|\Z)))"
)
_CONCLUDING = re.compile(r"\b(?:is|are|be|was|as|to|or|illustrates?):?\s\**$")


@dataclass(frozen=True)
class Rule:
    """One way to find an option; the example chooses C, of four colours."""

    name: str
    example: str
    find: Callable[[Text, Options], str | None]


def read_letter(text: Text, stated: Sequence[Place], options: Options) -> Reading:
    """The option that a text chooses, and by which rule.

    `stated` is what it says outright in the common ways, or else in the rarer ones.
    """
    last = _last(text.whole, stated, options)
    start = _after(text.whole, last[0]) if last else 0
    if _GOES_ON.search(text.whole, start):
        later = _last(text.whole, rarer(text.whole, start), options) if stated else None
        if later and last and repeats(text.whole, last[0], later[0]):
            later = None
        chosen = _chosen(text.whole, start, options)
        last = max(filter(None, (last, later, chosen)), default=None)
    if last is None:
        return _otherwise(text, options)
    place, letter = last
    if letter == SEVERAL:
        return SEVERAL_CHOSEN
    if (back := withdrawn_at(text.whole, place.content_start)) is not None:
        instead = _otherwise(Text(text.whole[back:]), options)
        return instead if instead.answer else TAKEN_BACK
    return Reading(letter, place.rule)


def _after(text: str, place: Place) -> int:
    """Where a text goes on after a letter that is stated."""
    letter = _STATED_LETTER.match(text, place.content_start)
    return letter.end() if letter else place.content_start


def _otherwise(text: Text, options: Options) -> Reading:
    for rule in RULES:
        letter = rule.find(text, options)
        if letter == SEVERAL:
            return SEVERAL_CHOSEN
        if letter:
            return Reading(letter, rule.name)
    return NOTHING


def _last(text: str, stated: Sequence[Place], options: Options) -> tuple[Place, str] | None:
    """The last stated answer that is an option; of those that only repeat each other, the first.

    A model that does not stop after its answer goes on to state others, without a reason
    (7 of 5,600 recorded responses to MMLU-Pro's validation questions: the first is right in 2,
    the last in none).
    """
    found: tuple[Place, str] | None = None
    for place in reversed(stated):
        beside = found is not None and _is_next_box(text, place, found[0])
        if found and not beside and not repeats(text, place, found[0]):
            break
        letter = options.read(place.content)
        if letter is None or not is_own(text, place.start):
            continue
        if found and beside and letter != found[1]:
            return place, SEVERAL
        found = place, letter
    return found


def _is_next_box(text: str, place: Place, following: Place) -> bool:
    """Whether two boxes stand side by side."""
    end = place.content_start + len(place.content)
    between = text[end : following.start] if following.start - end <= 40 else ""
    return place.rule == following.rule == "a box" and bool(_BETWEEN_BOXES.match(between))


def _chosen(text: str, start: int, options: Options) -> tuple[Place, str] | None:
    """The last sentence that chooses an option in other words, from `start` on."""
    for place in reversed(concluded(text, start)):
        letter = options.read(place.content)
        if letter and is_own(text, place.start):
            return place, letter
    return None


def _first(text: Text, options: Options) -> str | None:
    """A letter that begins the text, alone or before its reason; not the first of a list."""
    found = _FIRST.match(text.first_line)
    letter = options.known((found[1] or found[2]).upper()) if found else None
    if found is None or letter is None:
        return None
    if _is_list(text, letter):
        return None
    line, rest = text.first_line, found[3]
    if options.labelled(line) == letter or not rest:
        return letter
    is_capital = (found[1] or found[2]).isupper()
    if not is_capital or (letter in "AI" and not found[1]) or _REJECTING.match(rest):
        return None
    return None if _LETTERED.search(rest) else letter


def _is_list(text: Text, letter: str) -> bool:
    """Whether a line of its own follows for the next letter, as where options are repeated."""
    following = chr(ord(letter) + 1)
    return any(m[1].upper() == following for m in _LABELLED_LINE.finditer(text.stripped[:4000], 1))


def _first_option(text: Text, options: Options) -> str | None:
    """The words of an option that begin the text, alone or before their reason."""
    words = _REASON.split(text.first_line, maxsplit=1)[0]
    return options.exactly(words) or options.word_for_word(words)


def _letter_line(text: Text, options: Options) -> str | None:
    found = _LETTER_LINE.fullmatch(text.last_sentence)
    return options.known(found[1]) if found else None


def _option_line(text: Text, options: Options) -> str | None:
    """A last line that is an option, with or without its letter; not the last of a list."""
    line = text.last_line
    letter = options.whole(line)
    if letter is None or letter == SEVERAL:
        return letter if text.is_one_line else None
    label = _LABELLED_LINE.match(line)
    if label and label[1] not in "Aa" and _has_label(text, chr(ord(label[1].upper()) - 1)):
        return None
    return letter


def _has_label(text: Text, letter: str) -> bool:
    return any(m[1].upper() == letter for m in _LABELLED_LINE.finditer(text.stripped[-4000:]))


def _named(text: Text, options: Options) -> str | None:
    """The one option that the last sentence names by letter and does not reject."""
    named = {
        m[1] or m[2]
        for m in _LETTERED.finditer(text.ended)
        if not _REJECTED.match(text.ended, m.end())
    }
    return options.known(named.pop()) if len(named) == 1 else None


def _anywhere(text: Text, options: Options) -> str | None:
    whole, found = text.whole, None
    for named in _CONCLUDED.finditer(whole):
        if _CONCLUDING.search(whole[max(0, named.start() - 16) : named.start()]):
            found = options.known(named[1] or named[2]) or found
    return found


def _value(text: Text, options: Options) -> str | None:
    """What the last sentence says that something is or equals."""
    said = [text.ended[m.end() :] for m in _EQUALS.finditer(text.ended)]
    found = [letter for value in said if (letter := options.exactly(value))]
    return found[-1] if found else None


RULES = (
    Rule("a letter at the beginning", "C. blue\n\nExplanation: only short waves pass.", _first),
    Rule("a letter on the last line", "Only blue is left.\n\n**C**", _letter_line),
    Rule("an option on the last line", "Only one is left.\n\n**Blue**", _option_line),
    Rule("a letter in the last sentence", "Only blue light passes (option C).", _named),
    Rule("which is option …", "It corresponds to option C. Red does not pass.", _anywhere),
    Rule("the value in the last sentence", "So the colour is blue.", _value),
    Rule("an option at the beginning", "Blue, because long waves are absorbed.", _first_option),
)
