"""The answer in a gold answer, as data sets have it: worked solutions, lists, boxes."""

import re

from moe_core.answers.cleaning import cleaned
from moe_core.answers.places import Place, boxed, hashed, stated

_HEADED = re.compile(r"#{1,3}\s+(\S[^\n]*)")
_QUOTED_LIST = re.compile(r"\[\s*((?:\"[^\"]*\"|'[^']*')(?:\s*,\s*(?:\"[^\"]*\"|'[^']*'))*)\s*\]")
_ITEM = re.compile(r"\"([^\"]*)\"|'([^']*)'")


def in_gold(gold: str) -> str:
    """What is to be answered: `gold` itself, unless it is a solution that ends with it."""
    text = gold.strip()
    if items := listed_in(text):
        return ", ".join(items)
    if headed := _HEADED.fullmatch(text):
        return headed[1].strip()
    if "####" in text and (marked := _last(hashed(text))):
        return marked
    if "boxed" in text and (box := _last(boxed(text))):
        return box
    if "answer" in text.casefold() and (said := stated(text)):
        return cleaned(said[-1].content) or text
    return text


def listed_in(gold: str) -> list[str]:
    """The texts of a printed list such as ["a", "b"]; [] for anything else."""
    found = _QUOTED_LIST.fullmatch(gold.strip())
    return [(m[1] or m[2] or "").strip() for m in _ITEM.finditer(found[1])] if found else []


def _last(places: list[Place]) -> str:
    return next((p.content.strip() for p in reversed(places) if p.content.strip()), "")
