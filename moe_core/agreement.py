"""How far people agree on what they judge: shares, kappas, and Krippendorff's alpha.

Items are given as `{rater: value}` each, values compared for being the same (nominal). Items that
fewer than two have judged say nothing. Sources: J. Cohen, Educational and Psychological Measurement
20 (1960); J. L. Fleiss, Psychological Bulletin 76 (1971); K. Krippendorff, Computing Krippendorff's
Alpha-Reliability (2011). Intervals are bootstrapped over items.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Item = Mapping[Any, Hashable]  # rater → value
Table = NDArray[np.float64]
DRAWS = 1_000  # of a bootstrap
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Agreement:
    """A figure with its interval; None where there is nothing to tell it by."""

    value: float | None
    low: float | None
    high: float | None
    items: int  # it goes by


def raw(items: Sequence[Item]) -> float | None:
    """Share of the pairs of judgements on one item that say the same; None without a pair."""
    pairs = _pairs(items)
    return _one(_shares(pairs.sum(axis=0, keepdims=True))) if len(pairs) else None


def cohen(items: Sequence[Item], first: Hashable, second: Hashable) -> float | None:
    """Cohen's kappa of two raters, over the items that both have judged.

    None without such items, or where both always say one and the same.
    """
    both = [(item[first], item[second]) for item in items if first in item and second in item]
    if not both:
        return None
    n = len(both)
    observed = sum(a == b for a, b in both) / n
    left, right = Counter(a for a, _ in both), Counter(b for _, b in both)
    expected = sum(left[value] * right[value] for value in left) / n**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def fleiss(items: Sequence[Item]) -> float | None:
    """Fleiss' kappa; it asks for as many judgements of each item, so the most frequent number
    counts, and other items do not. None without two items, or where all say one and the same."""
    judged = [item for item in items if len(item) > 1]
    if not judged:
        return None
    numbers = Counter(len(item) for item in judged)
    n = max(numbers, key=lambda number: (numbers[number], number))
    counts = _counts([item for item in judged if len(item) == n])
    if len(counts) < 2:
        return None
    observed = ((counts**2).sum(axis=1) - n).mean() / (n * (n - 1))
    expected = float(((counts.sum(axis=0) / counts.sum()) ** 2).sum())
    return None if expected == 1 else float((observed - expected) / (1 - expected))


def alpha(items: Sequence[Item]) -> float | None:
    """Krippendorff's alpha of nominal values; None where there is nothing to disagree on."""
    return _one(_alphas(_sums(items).sum(axis=0, keepdims=True)))


def with_interval(items: Sequence[Item], seed: int = 0) -> Agreement:
    """Krippendorff's alpha with its 95 % interval."""
    return _with_interval(_sums(items), _alphas, seed)


def raw_with_interval(items: Sequence[Item], seed: int = 0) -> Agreement:
    """The share of agreeing pairs with its 95 % interval."""
    return _with_interval(_pairs(items), _shares, seed)


def of_one(items: Sequence[Item], rater: Hashable) -> Agreement:
    """How often others say the same as one rater, on the items that they share, with its interval
    over items."""
    rows = [
        (
            sum(value == item[rater] for other, value in item.items() if other != rater),
            len(item) - 1,
        )
        for item in items
        if rater in item and len(item) > 1
    ]
    return _with_interval(np.array(rows, dtype=float).reshape(-1, 2), _shares, 0)


def _pairs(items: Sequence[Item]) -> Table:
    """(items, 2): pairs that say the same, and all; of items with a pair."""
    rows = []
    for item in items:
        if (n := len(item)) > 1:
            same = sum(m * (m - 1) for m in Counter(item.values()).values())
            rows.append((same / 2, n * (n - 1) / 2))
    return np.array(rows, dtype=float).reshape(-1, 2)


def _shares(sums: Table) -> Table:
    found: Table = sums[:, 0] / sums[:, 1]
    return found


def _counts(items: Sequence[Item]) -> Table:
    """(items, values): how often each value was given; of items that two or more have judged."""
    judged = [Counter(item.values()) for item in items if len(item) > 1]
    values = {value: at for at, value in enumerate(sorted({v for c in judged for v in c}, key=str))}
    counts = np.zeros((len(judged), len(values)))
    for row, counter in enumerate(judged):
        for value, n in counter.items():
            counts[row, values[value]] = n
    return counts


def _sums(items: Sequence[Item]) -> Table:
    """(items, 1 + values): how far each item is disagreed on, and its counts; alpha needs no more
    than their sums."""
    counts = _counts(items)
    judged = counts.sum(axis=1)
    disagreed = (judged**2 - (counts**2).sum(axis=1)) / (judged - 1)
    return np.column_stack([disagreed, counts])


def _alphas(sums: Table) -> Table:
    """Of each row of sums; not a number where only one value was given."""
    each = sums[:, 1:]
    total = each.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = (total**2 - (each**2).sum(axis=1)) / (total - 1)
        found: Table = 1 - sums[:, 0] / expected
    return found


def _with_interval(rows: Table, figure: Callable[[Table], Table], seed: int) -> Agreement:
    """Over drawn items. A draw in which nobody could disagree counts as full agreement."""
    n = len(rows)
    value = _one(figure(rows.sum(axis=0, keepdims=True))) if n else None
    if value is None or n < 2:
        return Agreement(value, None, None, n)
    # Items that say the same are drawn together, however many there are.
    kinds, times = np.unique(rows, axis=0, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(n, times / n, size=DRAWS) @ kinds
    found = np.nan_to_num(figure(drawn), nan=1.0)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(found, [tail, 1 - tail])
    return Agreement(value, float(low), float(high), n)


def _one(values: Table) -> float | None:
    return None if np.isnan(values[0]) else float(values[0])
