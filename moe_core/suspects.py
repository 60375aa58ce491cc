"""Gold answers that are probably wrong, by what experts answered who are mostly right elsewhere.

A one-coin model after Dawid and Skene (1979): expert j states the answer that is right with
probability p_j, and else one of the m - 1 others, each as likely. A gold answer is right with
probability 1 - ε beforehand; Northcutt, Athalye and Mueller (2021) found errors in 3.3 % of the
labels of ten test sets on average, and up to 10 %. With the experts' answers s_j, another answer t
than the gold answer g is right with

    P(t) ∝ ε / (m - 1) · exp(w · Σ_{j: s_j = t} log(p_j (m - 1) / (1 - p_j)))
    P(g) ∝ (1 - ε)     · exp(w · Σ_{j: s_j = g} log(p_j (m - 1) / (1 - p_j)))

p_j leaves the question itself out, and leans from the expert's share over the whole set towards its
share in the question's category, as far as that has questions. w makes less of experts that err
together: n answers with a mean correlation c of being right count as n / (1 + (n - 1) c), Kish's
effective size (1965); c is measured on the set.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moe_core.votes import OPEN_CHOICES

ERRORS = 0.05  # ε, the share of gold answers that are wrong, before anything is known
LEAN = 10.0  # questions of a category, from which on its own share counts more than the whole set's
SUREST = 0.98  # no expert counts as surer than that, so that none outvotes all others
WITHIN = 0.05  # of the middle expert's share, in which another one counts as as strong
NOTHING, GOLD = -1, 0  # what an expert may have said; other answers are 1, 2, …

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Suspicions:
    """Of n questions. The counts are of experts; strong ones are right elsewhere about as often as
    the middle one of those who answered the question, or more often."""

    answer: Ints  # (n) the other answer that most speaks for; 0 where nobody gave another
    probability: Floats  # (n) that it is right, and so the gold answer wrong
    answered: Ints  # (n) experts who gave an answer
    agree: Ints  # (n) of these, with that answer
    with_gold: Ints  # (n) and with the gold answer
    strong: Ints  # (n) strong ones who gave an answer
    strong_agree: Ints  # (n) of these, with that answer
    strength: Floats  # (n) how often those who agree are right elsewhere, on average; 0: nobody
    plurality: Ints  # (n) what most experts said; of equals the gold answer, then the first
    most: Ints  # (n) how many that is
    correlation: float  # c: of experts' being right, over the set


def suspicions(
    said: Ints, options: Ints, categories: Ints | None = None, errors: float = ERRORS
) -> Suspicions:
    """`said` (n, e): by each expert, GOLD for what is right by the gold answer, from 1 on the
    others of the question, NOTHING for no answer. `options` (n): how many there are, 0 for an open
    question. `categories` (n): numbers from 0; None: there is one.
    """
    there, right = said >= GOLD, said == GOLD
    skill = _skills(right, there, np.zeros(len(said), int) if categories is None else categories)
    correlation = _correlation(right, there)
    others = np.where(options > 1, options, OPEN_CHOICES) - 1.0
    weight = 1 / (1 + np.maximum(there.sum(axis=1) - 1, 0) * correlation)
    chance = np.log(skill * others[:, None] / (1 - skill))
    speaks = weight[:, None] * np.maximum(chance, 0)  # who guesses says nothing
    answer, probability = _likeliest(said, speaks, others, errors)
    agrees = (said == answer[:, None]) & (answer > GOLD)[:, None]
    is_strong = there & (skill >= _middle(skill, there)[:, None] - WITHIN)
    return Suspicions(
        answer=answer,
        probability=probability,
        answered=there.sum(axis=1),
        agree=agrees.sum(axis=1),
        with_gold=right.sum(axis=1),
        strong=is_strong.sum(axis=1),
        strong_agree=(agrees & is_strong).sum(axis=1),
        strength=(skill * agrees).sum(axis=1) / np.maximum(agrees.sum(axis=1), 1),
        **_plurality(said),
        correlation=correlation,
    )


def _likeliest(said: Ints, speaks: Floats, others: Floats, errors: float) -> tuple[Ints, Floats]:
    """The likeliest other answer that was given, and P of it."""
    codes = range(max(said.max(initial=GOLD), 1) + 1)
    given = np.stack([(said == code).any(axis=1) for code in codes], axis=1)  # (n, codes)
    score = np.stack([np.where(said == code, speaks, 0).sum(axis=1) for code in codes], axis=1)
    score += np.log(errors / others)[:, None]
    score[:, GOLD] += np.log(1 - errors) - np.log(errors / others)
    given[:, GOLD] = True
    score[~given] = -np.inf
    unsaid = np.maximum(others - given[:, 1:].sum(axis=1), 0)  # as likely as beforehand
    highest = score.max(axis=1)
    each = np.exp(score - highest[:, None])
    whole = each.sum(axis=1) + unsaid * np.exp(np.log(errors / others) - highest)
    best = each[:, 1:].argmax(axis=1) + 1
    answer = np.where(given[:, 1:].any(axis=1), best, GOLD)
    return answer, np.where(answer > GOLD, each[np.arange(len(said)), answer] / whole, 0.0)


def _plurality(said: Ints) -> dict[str, Ints]:
    codes = range(max(said.max(initial=GOLD), GOLD) + 1)
    counts = np.stack([(said == code).sum(axis=1) for code in codes], axis=1)  # (n, codes)
    return {"plurality": counts.argmax(axis=1), "most": counts.max(axis=1)}


def _skills(right: Bools, there: Bools, categories: Ints) -> Floats:
    """(n, e) how often an expert is right, without the question itself."""
    own, one = right.astype(float), there.astype(float)
    overall = (own.sum(axis=0) - own + 1) / (one.sum(axis=0) - one + 2)
    shape = (int(categories.max(initial=0)) + 1, right.shape[1])
    rights, answers = np.zeros(shape), np.zeros(shape)
    np.add.at(rights, categories, own)
    np.add.at(answers, categories, one)
    leaning = rights[categories] - own + LEAN * overall
    found: Floats = np.clip(leaning / (answers[categories] - one + LEAN), 1 - SUREST, SUREST)
    return found


def _correlation(right: Bools, there: Bools) -> float:
    """Of two experts' being right on one question, over all pairs that answered one."""
    n = np.maximum(there.sum(axis=0), 1)
    share = np.clip(right.sum(axis=0) / n, 0.01, 0.99)
    standard = np.where(there, (right - share) / np.sqrt(share * (1 - share)), 0)
    pairs = there.sum(axis=1) * (there.sum(axis=1) - 1)
    products = standard.sum(axis=1) ** 2 - (standard**2).sum(axis=1)
    return float(np.clip(products.sum() / max(pairs.sum(), 1), 0, 1))


def _middle(skill: Floats, there: Bools) -> Floats:
    """(n) the median skill of those who answered; of an even number, the higher one."""
    ordered = np.sort(np.where(there, skill, np.inf), axis=1)
    place = there.sum(axis=1) // 2 % skill.shape[1]
    middle: Floats = ordered[np.arange(len(skill)), place]
    return middle
