"""Whether a text contains another one, in whole words and numbers."""

import re
import unicodedata

from moe_core.answers.spelling import plain

_GROUPED = re.compile(r"(?<=\d)[,'\u202f\xa0 ](?=\d{3}(?!\d))")
# What makes another number of one that it stands before, or behind.
_NUMBER_BEFORE = re.compile(r"(?:[\w/^-]|\d[.,])$")
_NUMBER_AFTER = re.compile(r"[\w%^]|[.,/]\d|\s?(?:\\times|\\cdot|[\u00d7\u00b7*^/]|x\s?10\b)")
# Scripts that write words without spaces, or join endings to them.
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1100, 0x11FF),  # Hangul
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x9FFF),  # Chinese, Japanese
    (0xAC00, 0xD7FF),  # Hangul
    (0xF900, 0xFAFF),  # Chinese
)


def contains(text: str, part: str) -> bool:
    """Apart from capitals, spaces, typographic signs and commas in numbers: 7 is neither in 17,
    -7, 7.5, 7/8 nor 7%."""
    whole, wanted = _spelled(text), _spelled(part).rstrip(".")
    if not wanted:
        return False
    place = whole.find(wanted)
    while place >= 0:
        end = place + len(wanted)
        before, after = whole[max(0, place - 2) : place], whole[end : end + 8]
        if not (_joined_before(before, wanted[0]) or _joined_after(after, wanted[-1])):
            return True
        place = whole.find(wanted, end)
    return False


def _spelled(text: str) -> str:
    one = " ".join(unicodedata.normalize("NFC", plain(text)).casefold().split())
    return _GROUPED.sub("", one)


def _joined_before(before: str, edge: str) -> bool:
    """Whether what stands before a match is of its word or number."""
    if edge.isdigit():
        return _NUMBER_BEFORE.search(before) is not None
    if edge in "-.":
        return before[-1:].isalnum()
    return _is_of_a_word(edge) and _is_of_a_word(before[-1:])


def _joined_after(after: str, edge: str) -> bool:
    if edge.isdigit():
        return _NUMBER_AFTER.match(after) is not None
    return _is_of_a_word(edge) and _is_of_a_word(after[:1])


def _is_of_a_word(sign: str) -> bool:
    """Whether a sign joins others to a word; in unspaced scripts none does."""
    if not sign or any(first <= ord(sign) <= last for first, last in _UNSPACED):
        return False
    return sign.isalnum() or unicodedata.category(sign).startswith("M")
