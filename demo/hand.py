"""The hand that does each step of a worked answer: exactly, or with slips.

Solvers are written once. A careful hand makes their text right; a slipping hand makes the same
text confidently wrong, which is what an expert must write outside its skills.
"""

from collections.abc import Sequence
from random import Random


class Hand:
    def __init__(self, rng: Random, slip: float = 0.0) -> None:
        """`slip` is the chance, per step, that the step comes out wrong."""
        self._rng = rng
        self._slip = slip

    def number(self, value: int, low: int, high: int) -> int:
        """`value`, or another whole number in low..high (both included)."""
        if not self._slips():
            return value
        return self._rng.choice([other for other in range(low, high + 1) if other != value])

    def symbol(self, value: str, choices: Sequence[str]) -> str:
        if not self._slips():
            return value
        return self._rng.choice([other for other in choices if other != value])

    def flag(self, value: bool) -> bool:
        return value != self._slips(share=0.5)

    def order(self, items: Sequence[str]) -> list[str]:
        if not self._slips():
            return list(items)
        return self._rng.sample(list(items), len(items))

    def _slips(self, share: float = 1.0) -> bool:
        return self._slip > 0 and self._rng.random() < self._slip * share
