"""Whom of a pool's experts one needs, told by the questions of its profile.

A subset answers as `ours` recruits: on each question by its k experts that are likeliest to be
right, weighed by how likely. Chances are forecast for questions that had no part in the forecast. A
subset is chosen on some of the questions and judged on others, each of which is judged once: so the
best of hundreds of subsets is not thought better for being the luckiest.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from moe_core.contributions import RIGHT, Ballots, Bools, Floats, Ints
from moe_core.evidence import Evidence
from moe_core.forecast import Forecast
from moe_core.votes import OPEN_CHOICES

SEATS = 3
FOLDS = 5  # in which questions are judged
INNER_FOLDS = 3  # in which subsets are chosen for each of them
MOST_TRIED = 600  # subsets of one size; of more, only the best smaller ones are extended
EXTENDED = 4  # of the best smaller ones
PARTS = (1 / 2, 1 / 4)  # of what the whole pool costs: within these, subsets are looked for

Subset = tuple[int, ...]  # columns, ascending
Allows = Callable[[Subset, Floats], bool]  # by the mean seats (e) of a question, too
Cost = Callable[[Subset, Floats], float | None]  # None: not known


@dataclass(frozen=True)
class Table:
    """n questions and e experts. `chances` (n, e): of being right, forecast without the question.
    `said` (n, e): RIGHT, 1, 2, … or NOTHING. `choices` (n): answers that there are.
    """

    chances: Floats
    said: Ints
    choices: Floats

    def seats(self, subset: Subset, k: int) -> Ints:
        """(n, k) the columns of those who sit."""
        columns = np.array(subset)
        order = np.argsort(-self.chances[:, columns], axis=1, kind="stable")
        return columns[order[:, :k]]

    def right(self, subset: Subset, k: int) -> Bools:
        """(n) whether the vote of the seats is right."""
        seats = self.seats(subset, k)
        rows = np.arange(len(seats))[:, None]
        p = self.chances[rows, seats]
        weights = np.log(p / (1 - p)) + np.log(np.maximum(self.choices, 2) - 1)[:, None]
        found: Bools = Ballots(seats, self.said[rows, seats], weights).elected() == RIGHT
        return found


@dataclass(frozen=True)
class Choice:
    """`subset` was chosen on all questions; `right` (n) is what the choices made without each
    question make of it. `seats` (e): mean seats of a question."""

    subset: Subset
    right: Bools
    seats: Floats


@dataclass(frozen=True)
class Step:
    """From this budget on, `choice` is the best, up to the next step's."""

    budget: float
    choice: Choice


@dataclass(frozen=True)
class Advice:
    """`sizes`: the best subset of each size, from one on; the last is the whole pool. `limits`: the
    best subset within each limit; None where it allows none. `budgets`: the best subset for any
    budget of each cost. `without`, `added`: the pool without each of its experts, and with each of
    the others."""

    sizes: Sequence[Choice]
    limits: Mapping[str, Choice | None]
    budgets: Mapping[str, Sequence[Step]]
    without: Mapping[int, Bools]  # column → (n)
    added: Mapping[int, Bools]

    @property
    def whole(self) -> Choice:
        return self.sizes[-1]


def advise(
    evidence: Evidence,
    pool: int,
    limits: Mapping[str, Allows] | None = None,
    costs: Mapping[str, Cost] | None = None,
    k: int = SEATS,
) -> Advice:
    """The first `pool` experts of the evidence are the pool; the others could be added to it.

    Questions without a gold answer are left out, and all but those that every expert was asked tell
    only how likely each is right; at least FOLDS have to be left.
    """
    evidence = evidence.graded()
    table = crossed(evidence, FOLDS)
    judged = _Judged(pool, len(table.chances), limits or {}, costs or {})
    for test, _, rest in evidence.folds(FOLDS):
        known = crossed(rest, INNER_FOLDS)
        judged.judge(_Search(known, pool, k), _only(table, test), test, k)
    whole: Subset = tuple(range(pool))
    others = range(pool, len(evidence.experts))
    return Advice(
        *judged.choices(_Search(table, pool, k)),
        without={
            out: table.right(tuple(c for c in whole if c != out), k) for out in whole if pool > 1
        },
        added={other: table.right((*whole, other), k) for other in others},
    )


def crossed(evidence: Evidence, folds: int) -> Table:
    """The questions that every expert was asked, forecast fold by fold by all others."""
    rows = evidence.asked_of_all
    chances = np.zeros((len(rows), len(evidence.experts)))
    for test, asked, others in evidence.folds(folds):
        forecast = Forecast(others)
        chances[test] = forecast.chances([evidence.asked(row) for row in asked]).right
    options = [len(evidence.questions[row].options) or OPEN_CHOICES for row in rows]
    return Table(chances, evidence.said[rows], np.array(options, dtype=float))


def _only(table: Table, rows: NDArray[np.int_]) -> Table:
    return Table(table.chances[rows], table.said[rows], table.choices[rows])


@dataclass
class _Search:
    """The best subsets by what one table shows; each is tried once."""

    table: Table
    experts: int
    k: int
    _tried: dict[Subset, tuple[float, Floats]] = field(default_factory=dict)

    def best(self, allows: Allows | None = None) -> dict[int, Subset]:
        """Of each size; of equals the one that was met first."""
        found: dict[int, Subset] = {}
        best: list[Subset] = [()]
        for size in range(1, self.experts + 1):
            wanted = [one for one in self._of_size(size, best) if self._is_allowed(one, allows)]
            best = sorted(wanted, key=lambda one: -self._try(one)[0])[:EXTENDED]
            if not best:
                break
            found[size] = best[0]
        return found

    def best_of_all(self, allows: Allows) -> Subset | None:
        """Of any size; of equals the smallest."""
        found = self.best(allows).values()
        return max(found, key=lambda one: (self._try(one)[0], -len(one)), default=None)

    def seats(self, subset: Subset) -> Floats:
        return self._try(subset)[1]

    def front(self, cost: Cost) -> list[tuple[float, Subset]]:
        """What each costs, and the subset: those that are better than all cheaper ones."""
        everybody = tuple(range(self.experts))
        whole = cost(everybody, self.seats(everybody))
        if whole is not None:
            for part in PARTS:
                self.best(_within(cost, part * whole))
        priced = [
            (price, -accuracy, len(subset), subset)
            for subset, (accuracy, seats) in self._tried.items()
            if (price := cost(subset, seats)) is not None
        ]
        found: list[tuple[float, Subset]] = []
        best = 1.0
        for price, wrong, _, subset in sorted(priced):
            if wrong < best:
                found.append((price, subset))
                best = wrong
        return found

    def _of_size(self, size: int, smaller: Sequence[Subset]) -> Iterable[Subset]:
        everybody = range(self.experts)
        if comb(self.experts, size) <= MOST_TRIED:
            return combinations(everybody, size)
        extended = (tuple(sorted({*one, more})) for one in smaller for more in everybody)
        return dict.fromkeys(one for one in extended if len(one) == size)

    def _is_allowed(self, subset: Subset, allows: Allows | None) -> bool:
        return allows is None or allows(subset, self._try(subset)[1])

    def _try(self, subset: Subset) -> tuple[float, Floats]:
        if subset not in self._tried:
            seats = self.table.seats(subset, self.k)
            mean = np.bincount(seats.ravel(), minlength=self.experts) / len(seats)
            self._tried[subset] = float(self.table.right(subset, self.k).mean()), mean
        return self._tried[subset]


def _within(cost: Cost, budget: float) -> Allows:
    def allows(subset: Subset, seats: Floats) -> bool:
        price = cost(subset, seats)
        return price is not None and price <= budget

    return allows


# Rows, and what each step of a front makes of them.
_Fold = tuple[Ints, list[tuple[float, Bools]]]


class _Judged:
    """What became of each question, by subsets that were chosen without it."""

    def __init__(
        self, pool: int, n: int, limits: Mapping[str, Allows], costs: Mapping[str, Cost]
    ) -> None:
        self._n, self._limits, self._costs = n, limits, costs
        self._folds: dict[str, list[_Fold]] = {name: [] for name in costs}
        self._sizes = {size: np.zeros(n, dtype=bool) for size in range(1, pool + 1)}
        self._within = {name: np.zeros(n, dtype=bool) for name in limits}

    def judge(self, search: _Search, test: Table, rows: Ints, k: int) -> None:
        for size, subset in search.best().items():
            self._sizes[size][rows] = test.right(subset, k)
        for name, allows in self._limits.items():
            if (chosen := search.best_of_all(allows)) is not None:
                self._within[name][rows] = test.right(chosen, k)
        for name, cost in self._costs.items():
            front = [(price, test.right(subset, k)) for price, subset in search.front(cost)]
            self._folds[name].append((rows, front))

    def choices(
        self, search: _Search
    ) -> tuple[list[Choice], dict[str, Choice | None], dict[str, list[Step]]]:
        sizes = [
            Choice(subset, self._sizes[size], search.seats(subset))
            for size, subset in search.best().items()
        ]
        within: dict[str, Choice | None] = {}
        for name, allows in self._limits.items():
            chosen = search.best_of_all(allows)
            within[name] = (
                None if chosen is None else Choice(chosen, self._within[name], search.seats(chosen))
            )
        budgets = {name: self._steps(name, search) for name in self._costs}
        return sizes, within, budgets

    def _steps(self, name: str, search: _Search) -> list[Step]:
        return [
            Step(price, Choice(subset, self._right_within(name, price), search.seats(subset)))
            for price, subset in search.front(self._costs[name])
        ]

    def _right_within(self, name: str, budget: float) -> Bools:
        """(n) by what each fold's own choice within the budget is; none where it allows none."""
        found = np.zeros(self._n, dtype=bool)
        for rows, front in self._folds[name]:
            allowed = [right for price, right in front if price <= budget]
            if allowed:
                found[rows] = allowed[-1]
        return found
