"""How far strengths are off where experts are not asked everything: no test question is read.

Against the shares of right answers on all 350 validation questions (of llmrouter9: on 350 drawn),
the root of the mean squared error in percentage points. Of a third of a new expert: over all
experts and 20 draws; of half of a pool: the differences between its experts, over 20 draws.
"""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit

from moe_core.anchors import HALF, THIRD, anchors
from moe_core.evidence import Floats, expected_shares
from moe_core.replay.recording import Recording

DRAWS = 20
FURTHEST = 12.0  # log-odds
Rows = NDArray[np.int_]


def strengths(known: Recording) -> dict[str, dict[str, float]]:
    """Per design: the error of plain shares, and of shares corrected for what was asked."""
    right = np.nan_to_num(known.right)
    categories = [question.category for question in known.questions]
    squares: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for draw in range(DRAWS):
        for name, asked in halves(right, categories, draw):
            for column, found in _shares(right, asked).items():
                off = found - right.mean(axis=0)
                squares[name][column].append(float(np.var(off)))
        for new in range(right.shape[1]):
            others = np.delete(right, new, axis=1)
            for name, rows in _thirds(others.mean(axis=1), categories, draw):
                asked = np.ones(right.shape, dtype=bool)
                asked[:, new] = np.isin(np.arange(len(right)), rows)
                told = _shares(right, asked) | {"by item response": _by_items(right, rows, new)}
                for column, found in told.items():
                    off = found[new] - right[:, new].mean()
                    squares[name][column].append(float(off**2))
    return {
        name: {column: round(100 * float(np.mean(of)) ** 0.5, 2) for column, of in columns.items()}
        for name, columns in squares.items()
    }


def _shares(right: Floats, asked: NDArray[np.bool_]) -> dict[str, Floats]:
    """Plain and corrected (e), where this was asked (n, e)."""
    seen = asked.astype(float)
    plain = (right * seen).sum(axis=0) / seen.sum(axis=0)
    return {"plain": plain, "corrected": expected_shares(right * seen, seen)}


def halves(
    right: Floats, categories: list[str], draw: int
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """What of n questions is asked of e experts (n, e), by the name of the design."""
    n, experts = right.shape
    rng = np.random.default_rng(draw)
    rows = anchors(categories, np.full(n, np.nan), HALF.of(n), draw)
    yield "half, the same for all", np.tile(np.isin(np.arange(n), rows)[:, None], experts)
    # Of two questions of a category one: half of the experts the first, the others the second.
    order = np.lexsort((rng.permutation(n), np.unique(categories, return_inverse=True)[1]))
    asked = np.zeros(right.shape, dtype=bool)
    for pair in (order[start : start + 2] for start in range(0, n - 1, 2)):
        first = rng.permutation(experts) < experts / 2
        asked[pair[0]], asked[pair[1]] = first, ~first
    yield "half, another one for each", asked


def _thirds(hardness: Floats, categories: list[str], draw: int) -> Iterator[tuple[str, Rows]]:
    """By what share of the others was right on each question (n)."""
    n = len(hardness)
    rng = np.random.default_rng(draw)
    third = THIRD.of(n)
    yield "a third of a new one", np.array(anchors(categories, hardness, third, draw))
    yield "a third of a new one, at random", rng.permutation(n)[:third]
    split = np.lexsort((rng.permutation(n), np.abs(hardness - 0.5)))
    yield "a third of a new one, where others are split most", split[:third]


def _by_items(right: Floats, rows: Rows, new: int) -> Floats:
    """Shares (e), that of the new one by the Rasch model: its ability from what it was asked, each
    question's difficulty from the others (as p-IRT of tinyBenchmarks, arXiv 2402.14992)."""
    others = np.delete(right, new, axis=1)
    ease = logit((others.sum(axis=1) + 0.5) / (others.shape[1] + 1))
    reached = float(right[rows, new].sum())

    def over(ability: float) -> float:
        return float(expit(ability + ease[rows]).sum()) - reached

    if over(-FURTHEST) > 0:
        ability = -FURTHEST
    elif over(FURTHEST) < 0:
        ability = FURTHEST
    else:
        ability = float(brentq(over, -FURTHEST, FURTHEST))
    told = expit(ability + ease)
    told[rows] = right[rows, new]
    found = right.mean(axis=0)
    found[new] = told.mean()
    return np.asarray(found)
