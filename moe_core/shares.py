"""How much of each seat's log-odds counts beside others: a conditional logit, fitted to a profile.

An option scores what the seats that state it add up to, and is right with a probability in
proportion to exp(score) (D. McFadden, Conditional logit analysis of qualitative choice behavior,
1974). A seat adds a share of its log-odds. Were all shares 1, experts would err independently, as
the weighted vote takes them to. They do not: so the shares are fitted, for the experts that sit
together, to what these answered to the profile's questions, and are pulled towards one another as
strongly as cross-validation says. Equal shares vote as the log-odds do. The loss is convex: there
is one fit, however it is found.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isinf

import numpy as np
import scipy  # its parts are imported when they are first used

from moe_core.contributions import NOTHING, RIGHT, Ints
from moe_core.evidence import Evidence, Floats, folds_of
from moe_core.votes import OPEN_CHOICES, log_odds_of

FOLDS = 5
LEAST = 20  # questions: of fewer nothing can be fitted, and every share is 1
MOST = 1000  # questions that shares are fitted to
# How strongly shares are pulled towards their mean, in units of log-likelihood: the strongest
# first; of equals that is taken.
PULLS = (inf, 300.0, 100.0, 30.0, 10.0, 3.0)
TO_ONE = 1.0  # how strongly their mean is pulled towards 1, for each expert
SMALLEST = 0.01  # of shares: were they 0, the earlier seat would decide

Team = tuple[int, ...]  # columns of the evidence, ascending; one that has two seats comes twice


class Shares:
    """The shares of every team that is asked for; each is fitted once."""

    def __init__(self, evidence: Evidence, chances: Floats) -> None:
        """`chances` (n, e): of each expert to be right on each question of the evidence, by a
        profile of other questions."""
        if len(evidence.questions) > MOST:
            some = np.random.default_rng(0).permutation(len(evidence.questions))[:MOST]
            evidence, chances = evidence.only(some.tolist()), chances[some]
        self._said, self._unasked = evidence.said, evidence.unasked
        self._choices = np.array([len(q.options) or OPEN_CHOICES for q in evidence.questions])
        odds = [
            [log_odds_of(p, question) for p in row]
            for question, row in zip(evidence.questions, chances.tolist(), strict=True)
        ]
        self._odds = np.array(odds).reshape(chances.shape)
        self._strongest = np.argsort(-evidence.strength, kind="stable").tolist()
        self._pulls: dict[int, float] = {}  # by how many experts sit
        self._fitted: dict[Team, dict[int, float]] = {}

    def of(self, seats: Sequence[int]) -> dict[int, float]:
        """Of each expert with a seat (columns), how much of its log-odds counts."""
        team = tuple(sorted(seats))
        if team not in self._fitted:
            experts = sorted(set(team))
            shares = np.ones(len(experts))
            if len(self._rows(experts)) >= LEAST:
                shares = fitted(self._scores(team), self._pull(len(experts)))
            self._fitted[team] = dict(zip(experts, shares.tolist(), strict=True))
        return self._fitted[team]

    def _pull(self, size: int) -> float:
        """For so many experts: that which suits the strongest of them."""
        if size not in self._pulls:
            self._pulls[size] = chosen_pull(self._scores(tuple(self._strongest[:size])))
        return self._pulls[size]

    def _rows(self, experts: Sequence[int]) -> Ints:
        """The questions that all of them were asked."""
        return np.flatnonzero(~self._unasked[:, experts].any(axis=1))

    def _scores(self, team: Team) -> "Scores":
        times = Counter(team)
        columns = sorted(times)
        rows = self._rows(columns)
        adds = self._odds[:, columns] * [times[column] for column in columns]
        return Scores.of(self._said[rows][:, columns], adds[rows], self._choices[rows])


@dataclass(frozen=True)
class Scores:
    """What a team of c experts makes of the options of n questions.

    Each expert's answer is a candidate, where none before it states the same, and so are, as one,
    all options that nobody states. `adds` (n, c + 1, c): what each expert would add to a candidate;
    `options` (n, c + 1): how many options it is, 0 where it was met before; `right` (n): which one
    is right.
    """

    adds: Floats
    options: Floats
    right: Ints

    @classmethod
    def of(cls, said: Ints, adds: Floats, choices: Ints) -> "Scores":
        """`said` (n, c) as Evidence has it; `adds` (n, c); `choices` (n): options that there are.

        Leaves out questions whose right answer nobody could have stated.
        """
        n, c = said.shape
        same = (said[:, :, None] == said[:, None, :]) & (said != NOTHING)[:, :, None]
        is_first = (said != NOTHING) & ~np.tril(same, -1).any(axis=2)
        unsaid = np.maximum(choices - is_first.sum(axis=1), 0)
        is_right = said == RIGHT
        right = np.where(is_right.any(axis=1), is_right.argmax(axis=1), c)
        known = (right < c) | (unsaid > 0)
        return cls(
            np.concatenate([same * adds[:, None, :], np.zeros((n, 1, c))], axis=1)[known],
            np.column_stack([is_first, unsaid]).astype(float)[known],
            right[known],
        )

    def only(self, rows: Ints) -> "Scores":
        return Scores(self.adds[rows], self.options[rows], self.right[rows])

    def losses(self, shares: Floats) -> tuple[Floats, Floats]:
        """Minus the log-likelihood of each question (n), and its derivatives (n, c)."""
        rows = np.arange(len(self.right))
        scores = self.adds @ shares
        likely = self.options * np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        expected = np.einsum("nj,njc->nc", likely, self.adds)
        return -np.log(likely[rows, self.right]), expected - self.adds[rows, self.right]


def fitted(scores: Scores, pull: float) -> Floats:
    """The shares (c) that make the right answers likeliest, less what it costs that
    they differ: pull / 2 (share - mean)², each, and TO_ONE / 2 (mean - 1)²."""
    if not len(scores.right):
        return np.ones(scores.adds.shape[2])
    if isinf(pull):  # one share for all
        alike = Scores(scores.adds.sum(axis=2, keepdims=True), scores.options, scores.right)
        return np.repeat(_minimum(alike, 0.0, scores.adds.shape[2]), scores.adds.shape[2])
    return _minimum(scores, pull, 1)


def _minimum(scores: Scores, pull: float, experts: int) -> Floats:
    """`experts`: that each share stands for."""

    def loss(shares: Floats) -> tuple[float, Floats]:
        each, slopes = scores.losses(shares)
        mean = shares.mean()
        off, short = shares - mean, TO_ONE * experts * (mean - 1)
        cost = pull * float(off @ off) + len(shares) * short * (mean - 1)
        return float(each.sum()) + cost / 2, slopes.sum(axis=0) + pull * off + short

    start = np.ones(scores.adds.shape[2])
    found = scipy.optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[(SMALLEST, None)] * len(start)
    )
    return np.asarray(found.x)


def chosen_pull(scores: Scores) -> float:
    """That of PULLS by which questions are likeliest that had no part in the fit."""
    n = len(scores.right)
    losses = dict.fromkeys(PULLS, 0.0)
    for test in folds_of(n, FOLDS):
        known = scores.only(np.setdiff1d(np.arange(n), test))
        asked = scores.only(test)
        for pull in PULLS:
            losses[pull] += float(asked.losses(fitted(known, pull))[0].sum())
    return min(PULLS, key=lambda pull: losses[pull])
