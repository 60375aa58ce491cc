"""Lists and objects as Python and NumPy print them: ['a', 'b'], ['a' 'b'], {'text': array(['a'])}.

Python's own reader would take ['a' 'b'], as NumPy prints two texts, for the one text "ab".
"""

import ast
import re
from typing import Any

DEEPEST = 5  # brackets inside brackets
_TEXT = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_TOKEN = re.compile(
    rf"""\s*(?:({_TEXT})|([-+]?[\d.]+(?:e[-+]?\d+)?|None|True|False|nan)|(array\()|([][{{}}(),:]))""",
    re.DOTALL,
)
_DTYPE = re.compile(r"\s*,\s*dtype=\w+\s*\)|\s*\)")
_CONSTANTS = {"None": None, "nan": None, "True": True, "False": False}


class NotPrinted(ValueError):
    """The text is no list or object as Python prints it."""


def printed(text: str) -> Any:
    """The list or object that a text prints; its numbers as they are written. Raises NotPrinted."""
    reader = _Printed(text)
    value = reader.value(0)
    if text[reader.at :].strip() or not isinstance(value, list | dict):
        raise NotPrinted
    return value


class _Printed:
    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def value(self, depth: int) -> Any:
        text, word, array, sign = self._next()
        if text:
            return _unquoted(text)
        if word:
            return _CONSTANTS.get(word, word)
        if depth >= DEEPEST:
            raise NotPrinted
        if array:
            value = self.value(depth + 1)
            self._past(_DTYPE)
            return value
        if sign == "[":
            return self._list(depth)
        if sign == "{":
            return self._object(depth)
        raise NotPrinted

    def _list(self, depth: int) -> list[Any]:
        """Elements that are all divided in one way: by commas, or by white space."""
        found: list[Any] = []
        dividers: set[bool] = set()
        while not self._take("]"):
            if found:
                comma = self._take(",")
                if not comma and not self._text[self.at : self.at + 1].isspace():
                    raise NotPrinted
                dividers.add(comma)
            found.append(self.value(depth + 1))
        if len(dividers) > 1:
            raise NotPrinted
        return found

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not self._take("}"):
            if found and not self._take(","):
                raise NotPrinted
            key = self.value(DEEPEST)
            if not isinstance(key, str) or key in found or not self._take(":"):
                raise NotPrinted
            found[key] = self.value(depth + 1)
        return found

    def _next(self) -> tuple[str, str, str, str]:
        found = _TOKEN.match(self._text, self.at)
        if found is None:
            raise NotPrinted
        self.at = found.end()
        return found[1] or "", found[2] or "", found[3] or "", found[4] or ""

    def _take(self, sign: str) -> bool:
        found = _TOKEN.match(self._text, self.at)
        if found is None or found[4] != sign:
            return False
        self.at = found.end()
        return True

    def _past(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self.at)
        if found is None:
            raise NotPrinted
        self.at = found.end()


def _unquoted(text: str) -> str:
    if "\\" not in text:
        return text[1:-1]
    try:
        return str(ast.literal_eval(text))
    except (SyntaxError, ValueError):
        return text[1:-1]
