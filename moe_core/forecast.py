"""How likely each expert is right on a question: strength, plus what similar questions showed.

Not in the paper, whose scores count right minus wrong per skill and know no uncertainty. An
expert's outcomes on the validation questions are its strength, plus a deviation in each domain, one
that is alike for questions with neighbouring skills, one for neighbouring texts, and chance: a
Gaussian process. How much each kind of deviation counts is not tuned but averaged over
(moe_core.mixtures), so that a pool without specialists is recruited by strength and a pool of
specialists by what they are good at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import scipy  # its parts are imported when they are first used

from moe_core.evidence import PRIOR_QUESTIONS, Evidence, Floats, Vectors
from moe_core.memberships import Memberships
from moe_core.mixtures import Deviations, Outcomes, averaged
from moe_core.recruitment import Asked

SHARPNESS = 4.0  # of both kernels: exp(SHARPNESS (cosine - 1))
FURTHEST = 30.0  # log-odds that a domain can be easier or harder by
MOST = 1000  # validation questions that are compared with; fitting takes their number cubed
SURE = 0.02  # nobody is thought right, or wrong, with more certainty than this


@dataclass(frozen=True)
class Chances:
    """Of n questions and e experts: the chance of being right and what it is the sum of.

    `strength` (e); `question` (n): how much easier than the mean, for all alike; `deviations`: by
    name, how much better than its strength an expert is there (n, e): by its domain, where the
    evidence has domains, its skills, and its neighbours.
    """

    strength: Floats
    question: Floats
    deviations: Mapping[str, Floats]

    @property
    def right(self) -> Floats:
        """The chances (n, e), within SURE of 0 and 1."""
        return np.asarray(np.clip(self.relative + self.question[:, None], SURE, 1 - SURE))

    @property
    def relative(self) -> Floats:
        """What tells the experts apart (n, e): everything but the question's difficulty."""
        return np.asarray(reduce(np.add, self.deviations.values(), self.strength))


class Forecast:
    """Fitted to evidence once; see the module's docstring."""

    def __init__(self, evidence: Evidence, memberships: Memberships | None = None) -> None:
        """`memberships`: of this evidence, where they have been fitted already."""
        if len(evidence.questions) > MOST:
            chosen = np.random.default_rng(0).permutation(len(evidence.questions))[:MOST]
            evidence, memberships = evidence.only(sorted(chosen.tolist())), None
        self._evidence = evidence
        self._skills = self._skill_vectors(evidence.skills)
        if memberships is None and evidence.domains is not None:
            memberships = Memberships(evidence.domains, evidence.vectors)
        self.memberships = memberships
        kernels = [self._kernel(self._skills, self._skills)]
        kernels.append(self._kernel(evidence.vectors, evidence.vectors))
        domains = self.memberships.known if self.memberships else np.zeros((len(kernels[0]), 0))
        easier = _easier(evidence, domains)
        outcomes = _outcomes(evidence, evidence.strength + domains @ easier)
        chance = _chance(evidence.strength + domains @ easier)
        own_deviations, shared_deviations = averaged(kernels, domains, outcomes, chance)
        of_all = easier.mean(axis=1, keepdims=True)
        self._own = own_deviations.plus(easier - of_all)
        self._shared = shared_deviations.plus(of_all)

    def chances(self, asked: Sequence[Asked]) -> Chances:
        """For n questions, their skills as in the evidence."""
        vectors = self._vectors(asked)
        domains = np.zeros((len(asked), 0))
        if self.memberships:
            domains = self.memberships.of([of.category for of in asked], vectors)
        kernels = [
            self._kernel(self._skill_vectors([of.skills for of in asked]), self._skills),
            self._kernel(vectors, self._evidence.vectors),
        ]
        own = _parts(self._own, kernels, domains)
        shared = _parts(self._shared, kernels, domains)
        if not self.memberships:
            del own["domain"]
        easier = reduce(np.add, shared.values())
        return Chances(self._evidence.strength, easier[:, 0], own)

    def _vectors(self, asked: Sequence[Asked]) -> Vectors:
        nothing = np.zeros(self._evidence.vectors.shape[1], dtype=np.float32)  # like no question
        return np.stack([nothing if of.vector is None else of.vector for of in asked])

    def _skill_vectors(self, skills: Sequence[Sequence[str]]) -> Vectors:
        """One unit vector per question: the mean of its skills'; zeros where it has none."""
        known = self._evidence.skill_vectors
        size = self._evidence.vectors.shape[1]
        sums = np.zeros((len(skills), size), dtype=np.float32)
        for row, named in enumerate(skills):
            for skill in named:
                if skill in known:
                    sums[row] += known[skill]
        length = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(np.divide(sums, length, out=sums, where=length > 0))

    def _kernel(self, left: Vectors, right: Vectors) -> Vectors:
        return np.asarray(np.exp(np.float32(SHARPNESS) * (left @ right.T - np.float32(1))))


def _outcomes(evidence: Evidence, expected: Floats) -> list[Outcomes]:
    """What was seen beyond what was to be expected (n, e): of each expert, against the others that
    were asked the question, and of all that were asked it together.

    What few responses lack of an expert that was asked all counts as no deviation: else each such
    expert would be fitted for itself.
    """
    seen = evidence.seen
    asked = seen.sum(axis=1, keepdims=True)
    deviation = np.where(seen, evidence.right - expected, 0.0)
    shared = deviation.sum(axis=1, keepdims=True) / np.maximum(asked, 1)
    own = np.where(seen, deviation - shared, 0.0)
    own[evidence.unasked | (asked == 0)] = np.nan
    experts = max(len(evidence.experts), 1)
    free = 1 - (asked > 0).sum() / max(asked.sum(), 1)
    return [
        Outcomes(own, max(float(free), 1 / experts)),
        Outcomes(np.where(asked > 0, shared, np.nan), 1.0),
    ]


def _chance(right: Floats) -> Floats:
    """How much of each question's outcomes is chance (n), 1 on average; `right` (n, e): chances."""
    variance = (right * (1 - right)).mean(axis=1)
    return np.asarray(variance / variance.mean()) if len(variance) else variance


def _easier(evidence: Evidence, domains: Floats) -> Floats:
    """How much easier each domain is for each expert (domains, e) if nobody is special anywhere.

    On the scale of log-odds that is the same for all: where nearly all are right, they are all
    nearly as good. A domain's mean is shrunk towards the set's, as strengths are.
    """
    seen = domains.T @ evidence.seen
    more = domains.T @ np.nan_to_num(evidence.right) - seen * evidence.strength
    prior = PRIOR_QUESTIONS * len(evidence.experts)
    means = evidence.strength.mean() + more.sum(axis=1) / (seen.sum(axis=1) + prior)
    odds, expit = scipy.special.logit(evidence.strength), scipy.special.expit

    def alike(reached: float) -> Floats:
        def over(by: float) -> float:
            return float(expit(odds + by).mean()) - reached

        shift = scipy.optimize.brentq(over, -FURTHEST, FURTHEST)
        return np.asarray(expit(odds + shift) - evidence.strength)

    found = [alike(reached) for reached in means.tolist()]
    return np.array(found).reshape(domains.shape[1], len(odds))


def _parts(fitted: Deviations, kernels: Sequence[Vectors], domains: Floats) -> dict[str, Floats]:
    """What each kind of deviation adds (n, columns), in the order that it is told in."""
    skills, neighbours = (
        kernel @ weights for kernel, weights in zip(kernels, fitted.kernels, strict=True)
    )
    return {"domain": domains @ fitted.domains, "skills": skills, "neighbours": neighbours}
