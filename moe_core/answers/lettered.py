"""All the letters that a text answers with, where several options may be right."""

import re
from collections.abc import Iterator, Sequence
from string import ascii_uppercase

from moe_core.answers.found import stated_in

_LONGEST = 400  # characters of a line that is looked at
_LINES = 12  # looked at, the last ones
_SEPARATOR = re.compile(
    r"(?:[\s,;&/+*_()\[\]{}.:$'\"|]|\\(?:text|boxed|mathrm|mathbf)\b"
    r"|\b(?:and|or|both|options?|choices?|letters?|answers?|und|et|y|e)\b)+",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[-•*–✓✔✅]|\d+[.)])\s+")
_LETTER = re.compile(r"[A-Z](?![A-Za-z'’-])")
_SMALL = re.compile(r"\W*[a-z](?:\W+(?:and\W+)?[a-z])+\W*")
_CLOSE = re.compile(r"[\W_]*([A-Z]{2,10})[\W_]*")  # "AC"
_REASON = re.compile(r"[,;]?\s\(?(?:because|since|as|due to)\s|\.\s+(?=[A-Z][a-z])")
_AFTER = re.compile(r"\b(?:is|are|choose|select|pick|with)\b|:")
_NEGATED = re.compile(
    r"\b(?:wrong|incorrect|not|false|except|neither|nor|exclude[sd]?|eliminated?|cannot)\b|n't\b",
    re.IGNORECASE,
)


def all_letters(text: str, options: Sequence[str]) -> list[str]:
    """The letters, in order, of the last place that names them and says nothing else; [] for none.

    `options` empty: any letters, whose words are not known.
    """
    for piece in _pieces(text):
        if letters := _letters(piece, options):
            return sorted(letters)
    return []


def _pieces(text: str) -> Iterator[str]:
    stated, end = stated_in(text)
    lines = [line[:_LONGEST] for line in text[:end].strip().splitlines()[-_LINES:] if line.strip()]
    if block := _block(lines):
        yield block
    for place in reversed(stated):
        yield place.content[:_LONGEST].split("\n")[0]
    for line in reversed(lines):
        if _NEGATED.search(line):
            continue
        yield line
        for said in reversed(list(_AFTER.finditer(line))):
            yield line[said.end() :]


def _block(lines: Sequence[str]) -> str:
    """The last lines, where each is a label: as one piece; blank for fewer than two."""
    block: list[str] = []
    for line in reversed(lines):
        bare = _BULLET.sub("", line, count=1).strip("*_ ")
        if not re.match(r"\(?[A-Z](?:[).:]|$)", bare) or _NEGATED.search(bare):
            break
        block.insert(0, bare)
    return ", ".join(block) if len(block) > 1 else ""


def _letters(piece: str, options: Sequence[str]) -> set[str]:
    """Those of a piece that holds nothing but letters, their own options' words, and a reason."""
    known = ascii_uppercase[: len(options)] if options else ascii_uppercase
    piece = _REASON.split(piece, maxsplit=1)[0]
    if close := _CLOSE.fullmatch(piece):
        return set(close[1]) if set(close[1]) <= set(known) else set()
    if _SMALL.fullmatch(piece):
        piece = re.sub(r"\b[a-z]\b", lambda m: m[0].upper(), piece)
    found: set[str] = set()
    at = 0
    while at < len(piece):
        if skipped := _SEPARATOR.match(piece, at):
            at = skipped.end()
            continue
        letter = _LETTER.match(piece, at)
        if letter is None or letter[0] not in known:
            return set()
        found.add(letter[0])
        at = _after_words(piece, letter.end(), options, letter[0])
    return found


def _after_words(piece: str, at: int, options: Sequence[str], letter: str) -> int:
    """Where a piece goes on after the words of a letter's option, if they follow."""
    own = options[ascii_uppercase.index(letter)].strip() if options else ""
    space = _SEPARATOR.match(piece, at)
    begin = space.end() if space else at
    if own and piece[begin : begin + len(own)].casefold() == own.casefold():
        return begin + len(own)
    return at
