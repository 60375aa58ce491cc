"""What seats say, as numbers: RIGHT, NOTHING, and from 1 on the other answers of the question
(moe_core.contributions). All at once, as there may be millions."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from moe_core.contributions import NOTHING, RIGHT, Bools, Ints
from moe_core.grading import canonical


class Table:
    """Puts what stands of all questions in one row each, whose seats are `sizes` many."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.rows = np.repeat(np.arange(len(sizes)), sizes)
        self._seats = np.arange(len(self.rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        self._shape = len(sizes), max(sizes)

    def laid_out(self, values: Sequence[int] | Ints, fill: int) -> Ints:
        """(n, the most seats); `fill` where a question has fewer."""
        table = np.full(self._shape, fill)
        table[self.rows, self._seats] = values
        return table


def coded(rows: Ints, texts: Sequence[str | None], is_right: Bools) -> tuple[Ints, list[list[str]]]:
    """The numbers of what is said in seats, and how each number is spelled, by question. `rows`:
    the questions of the seats, ascending from 0; none is left out."""
    numbers = _Numbers()
    said = np.array([numbers[text] for text in texts], dtype=np.int64)
    codes = np.where(said == NOTHING, NOTHING, RIGHT)
    spellings = [[""] for _ in range(int(rows[-1]) + 1)]
    rights = np.flatnonzero(is_right & (said != NOTHING))
    for seat in rights[np.unique(rows[rights], return_index=True)[1]].tolist():
        spellings[rows[seat]][RIGHT] = texts[seat] or ""
    others = np.flatnonzero(~is_right & (said != NOTHING))
    _, first, which = np.unique(
        rows[others] * len(numbers) + said[others], return_index=True, return_inverse=True
    )
    by_appearance = np.argsort(first)
    seats = others[first[by_appearance]]
    counted = np.empty(len(seats), dtype=np.int64)
    counted[by_appearance] = np.arange(len(seats)) - np.searchsorted(rows[seats], rows[seats])
    codes[others] = RIGHT + 1 + counted[which]
    for seat in seats.tolist():
        spellings[rows[seat]].append(texts[seat] or "")
    return codes, spellings


def code(text: str | None, is_right: bool, spellings: list[str]) -> int:
    """The number of what one more says of a question; a new one where nobody has said it yet."""
    if text is None:
        return NOTHING
    if is_right:
        spellings[RIGHT] = spellings[RIGHT] or text
        return RIGHT
    others = [_spelled(one) for one in spellings[RIGHT + 1 :]]
    if _spelled(text) not in others:
        spellings.append(text)
        return len(spellings) - 1
    return RIGHT + 1 + others.index(_spelled(text))


class _Numbers(dict[str | None, int]):
    """Texts as numbers, alike ones as the same; NOTHING for none."""

    def __init__(self) -> None:
        super().__init__({None: NOTHING})
        self._of: dict[str, int] = {}

    def __missing__(self, text: str | None) -> int:
        assert text is not None
        self[text] = found = self._of.setdefault(canonical(text), len(self._of))
        return found


@lru_cache(maxsize=10_000)  # most responses state one of a few letters
def _spelled(text: str) -> str:
    return canonical(text)
