"""Reads JSON that programs send, as strictly as Postgres will take it."""

import json
from math import isfinite
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

DEEPEST = 50  # levels of lists and objects


class Unfit(ValueError):
    """JSON, but nothing that could be stored."""


def strict_json(text: str | bytes) -> Any:
    """Raises Unfit, or ValueError or RecursionError for what is no JSON."""
    value = json.loads(text, parse_constant=_no_number, parse_float=_number)
    waiting = [(value, 0)]
    while waiting:
        part, depth = waiting.pop()
        if depth > DEEPEST:
            raise Unfit(f"it is nested more than {DEEPEST} deep")
        if isinstance(part, str):
            _check_text(part)
        elif isinstance(part, dict):
            waiting += [(inner, depth + 1) for pair in part.items() for inner in pair]
        elif isinstance(part, list):
            waiting += [(inner, depth + 1) for inner in part]
    return value


class StrictParser(Parser):
    """Django Ninja answers 400 to whatever this raises."""

    def parse_body(self, request: HttpRequest) -> Any:
        return strict_json(request.body)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise Unfit("it holds the character U+0000")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise Unfit("it holds half of a surrogate pair")


def _number(text: str) -> int | float:
    """3.0 is 3: JSON has one kind of number."""
    number = float(text)
    if not isfinite(number):
        raise Unfit(f"{text} is too large a number")
    return int(number) if number.is_integer() else number


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")
