"""Answers of several parts: lists, sets, tuples, intervals and relations that are intervals."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Same = Callable[[str, str], bool | None]  # (gold, answer) → whether they are the same, if known

_MOST = 20  # parts
_OPENING, _CLOSING = "([{", ")]}"
_AND = re.compile(r"\s*,?\s*\b(?:and|or)\b\s*")
_SIGN = re.compile(r"\\pm\s?")
_SIMPLE = r"-?[^<>=|]{1,60}?"
_BOUNDS = re.compile(rf"(?:({_SIMPLE})\s?(<|\\le)\s?)?[A-Za-z]\s?(<|>|\\le|\\ge)\s?({_SIMPLE})")
_BUILDER = re.compile(r"\\?\{\s?[A-Za-z]\s?(?:\\mid|\\vert|\||:)(.*)\\?\}")


@dataclass(frozen=True)
class Parts:
    """The parts between an opening and a closing bracket; none around a bare list."""

    items: tuple[str, ...]
    opening: str = ""
    closing: str = ""

    @property
    def is_ordered(self) -> bool:
        return self.opening in ("(", "[")


def parts(spelled: str) -> Parts | None:
    """What an answer consists of; None where it is one thing."""
    text = spelled.strip()
    opening, closing = text[:1], text[-1:]
    if text.startswith("\\{") and text.endswith("\\}"):
        return Parts(_split(text[2:-2]), "{", "}")
    if opening in ("(", "[", "{") and closing in _CLOSING and len(text) > 2 and _is_around(text):
        items = _split(text[1:-1])
        if len(items) > 1:
            return Parts(items, opening, closing)
    items = _split(_AND.sub(", ", text))
    if len(items) == 1 and text.count("\\pm") == 1:  # of several, each would double the work
        items = (_SIGN.sub("+", text, 1).removeprefix("+"), _SIGN.sub("-", text, 1))
    return Parts(items) if len(items) > 1 else None


def _is_around(text: str) -> bool:
    """Whether the first bracket closes with the last one."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if depth == 0:
            return place == len(text) - 1
    return False


def _split(text: str) -> tuple[str, ...]:
    """At the commas and semicolons that stand in no bracket."""
    items, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if depth == 0 and sign in ",;":
            items.append(text[start:place].strip())
            start = place + 1
    return tuple(item for item in (*items, text[start:].strip()) if item)


def interval(spelled: str) -> Parts | None:
    """A relation such as x < 3 or -2 ≤ x < 1 as an interval."""
    builder = _BUILDER.fullmatch(spelled)
    found = _BOUNDS.fullmatch((builder[1] if builder else spelled).strip().rstrip("\\").strip())
    if found is None:
        return None
    lower, closed_below, sign, bound = found.groups()
    if lower is not None:
        if sign not in ("<", "\\le"):
            return None
        opening = "[" if closed_below == "\\le" else "("
        return Parts((lower.strip(), bound.strip()), opening, "]" if sign == "\\le" else ")")
    if sign in ("<", "\\le"):
        return Parts(("-\\infty", bound.strip()), "(", "]" if sign == "\\le" else ")")
    return Parts((bound.strip(), "\\infty"), "[" if sign == "\\ge" else "(", ")")


def same_parts(gold: Parts, answer: Parts, same: Same) -> bool | None:
    """Part by part; without order where neither has brackets that order them."""
    if len(gold.items) != len(answer.items):
        return False
    if len(gold.items) > _MOST:
        return None
    if gold.is_ordered and answer.is_ordered:
        if (gold.opening, gold.closing) != (answer.opening, answer.closing):
            return False
        return _all(gold.items, answer.items, same)
    if gold.is_ordered or answer.is_ordered:
        if {gold.opening, answer.opening} & {"{"}:
            return False
        return _all(gold.items, answer.items, same)
    return _in_any_order(gold.items, answer.items, same)


def _all(gold: Sequence[str], answer: Sequence[str], same: Same) -> bool | None:
    is_known = True
    for pair in zip(gold, answer, strict=True):
        found = same(*pair)
        if found is False:
            return False
        is_known = is_known and found is not None
    return True if is_known else None


def _in_any_order(gold: Sequence[str], answer: Sequence[str], same: Same) -> bool | None:
    """Whether each part has one of its own among the others; equal parts are taken in turn."""
    left, is_known = list(answer), True
    for part in gold:
        is_other = True
        for place, other in enumerate(left):
            found = same(part, other)
            if found:
                del left[place]
                break
            is_other = is_other and found is False
        else:
            if is_other:
                return False
            is_known = False
    return True if is_known else None
