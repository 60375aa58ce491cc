"""Cheap signs that a pattern may match, so that most texts are not searched for most of them."""

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

Rule = TypeVar("Rule")


class Cued(Generic[Rule]):
    """Rules, each with texts one of which is in every text that it matches."""

    def __init__(self, cues: Mapping[Rule, Iterable[str]]) -> None:
        pairs = [(cue, rule) for rule, of in cues.items() for cue in of]
        self._pairs = pairs
        self._ascii = [(cue, rule) for cue, rule in pairs if cue.isascii()]

    def of(self, text: str) -> list[Rule]:
        """The rules that may match a text, in their order."""
        found: dict[Rule, None] = {}
        for cue, rule in self._ascii if text.isascii() else self._pairs:
            if cue in text:
                found[rule] = None
        return list(found)
