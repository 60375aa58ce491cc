"""Where a response states its answer, and what is stated there."""

import re
from dataclasses import dataclass

# No pattern below has two neighbours that match the same characters: a model that repeats itself
# for 32,768 tokens (spaces, newlines, opened boxes) is read in linear time.

_STATED = re.compile(r"(?:answer|option|choice)[\s*]*(?:is|:|=)[\s*:]*(?=[^\s*:])", re.IGNORECASE)
_BRACE = re.compile(r"\\f?boxed\s*\{|[{}]")
_LONGEST = 2000  # characters of a stated answer

# What a model says between two statements when it only repeats itself, without a reason.
_FILLER = re.compile(r"(?:\W|\b(?:[A-Z]|(?i:the|final|correct|answer|response|is|text|boxed))\b)*")

# "The best rule is (C).", "which is option D.", "So B is correct."
_IS = r"\b(?:is|are|be|was|as):?\s+\**\(([A-Z])\)\**(?=\s*(?:\.|\n|$))"
_OPTION = (
    r"\b(?:is|be|to|or|as|illustrates?)\s+(?:option|choice|answer)\s+\**\(?([A-Z])\b"
    r"(?=\)?\**(?:[.,]|\s*$))"
)
_RIGHT = (
    r"(?:^|[.!?][\s*]{0,4}|\b(?:[Oo]ption|[Aa]nswer|[Ss]o|[Tt]hus|[Hh]ence|[Tt]herefore),?\s)"
    r"\(?([A-Z])\)?\**\sis\s(?:the\s)?(?:most\s)?(?:correct|right|best|accurate)\b"
)
_CONCLUDED = re.compile(f"{_IS}|{_OPTION}|{_RIGHT}", re.MULTILINE)

_LONGEST_CLOSING = 600  # characters of a last sentence
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
_ENDED = re.compile(r"[.!*$][)\"'*]*$")
_LETTERED = re.compile(
    r"[(\[](?:[Oo]ption\s)?([A-Z])[)\]]|\b(?:[Oo]ption|[Cc]hoice|[Aa]nswer)\s\**([A-Z])\b"
)
_REJECTED = re.compile(r"\**\s(?:is|are|was|does|can)\s?(?:not\b|n't\b|incorrect|wrong|false)")
_EQUALS = re.compile(r"\b(?:is|are|was|be|equals)\b(?:\s(?:approximately|about)\b)?|[=≈]")
_LETTER_LINE = re.compile(r"[ \t*_]*\(?([A-Z])\)?[ \t*_.]*")


@dataclass(frozen=True, order=True)
class Place:
    """Where an answer is stated, and what is stated there."""

    start: int
    content_start: int
    content: str


def stated(text: str) -> list[Place]:
    """Each "the answer is …" with the rest of its line, up to the next one."""
    found = list(_STATED.finditer(text))
    ends = [m.start() for m in found[1:]] + [len(text)]
    return [
        Place(m.start(), m.end(), text[m.end() : min(end, m.end() + _LONGEST)].partition("\n")[0])
        for m, end in zip(found, ends, strict=False)
    ]


def boxed(text: str) -> list[Place]:
    r"""Each \boxed{…}, braces balanced; an unclosed one is not an answer.

    In the order in which they end, so that the outer of two boxes is the later one. What is
    longer than any answer is left out.
    """
    opened: list[re.Match[str]] = []
    found: list[Place] = []
    for brace in _BRACE.finditer(text):
        if brace[0] != "}":
            opened.append(brace)
        elif opened:
            start = opened.pop()
            if start[0] != "{" and brace.start() - start.end() <= _LONGEST:
                content = text[start.end() : brace.start()]
                found.append(Place(start.start(), start.end(), content))
    return found


def repeats(text: str, place: Place, following: Place) -> bool:
    """Whether nothing but filler stands between two statements."""
    between = text[place.content_start : following.start]
    return len(between) <= _LONGEST_CLOSING and _FILLER.fullmatch(between) is not None


def concluded(text: str) -> list[str]:
    """The letters that a text concludes with, anywhere in it."""
    return [next(filter(None, m.groups())) for m in _CONCLUDED.finditer(text)]


def closing(text: str) -> str:
    """The last sentence; nothing of one that does not end."""
    sentence = _SENTENCE.split(text.rstrip()[-_LONGEST_CLOSING:])[-1]
    return sentence if len(sentence) < _LONGEST_CLOSING else ""


def letter_line(sentence: str) -> list[str]:
    """The letter of a last line that holds nothing else."""
    found = _LETTER_LINE.fullmatch(sentence)
    return [found[1]] if found else []


def closing_letters(sentence: str) -> list[str]:
    """The options that a last sentence names by letter and does not reject, each once."""
    if _ENDED.search(sentence) is None:
        return []
    named = _LETTERED.finditer(sentence)
    return sorted({m[1] or m[2] for m in named if not _REJECTED.match(sentence, m.end())})


def closing_values(sentence: str) -> list[str]:
    """What a last sentence says that something is or equals, up to its end."""
    if _ENDED.search(sentence) is None:
        return []
    return [sentence[m.end() :] for m in _EQUALS.finditer(sentence)]
