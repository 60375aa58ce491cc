"""To which domain a question belongs: told by its category, else guessed from its text."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moe_core.domains import Domains
from moe_core.evidence import Floats, Vectors

MOST = 64  # domains, the largest
LEAST = 2  # questions in a domain, on average: of one for each, nothing is learnt
# How sure guesses may be (the inverse strength of the classifier's prior). On the 13 sets of
# docs/method-log.md anything from 10 to 100 guesses, and recruits, alike.
CERTAINTY = 30.0


class Memberships:
    """Fitted to n questions of known domains. No columns where there are less than two domains, or
    nearly as many as questions.

    A multinomial logistic regression on the embeddings guesses. What is guessed stays uncertain:
    whoever reads memberships takes the mean over them.
    """

    def __init__(self, domains: Domains, vectors: Vectors) -> None:
        """`vectors` (n, d) are of unit length."""
        places = np.array([-1 if place is None else place for place in domains.of], dtype=int)
        seen = np.unique(places[(places >= 0) & (places < MOST)])
        few = np.isin(places, seen).sum() < LEAST * len(seen)  # nearly every question has its own
        self.names = (
            tuple(domains.names[place] for place in seen) if len(seen) > 1 and not few else ()
        )
        self._columns = {name: column for column, name in enumerate(self.names)}
        self._labelled = domains.labelled
        if not self.names:
            self._slopes, self._base = np.zeros((0, vectors.shape[1])), np.zeros(0)
        else:
            self._fit(vectors[(known := np.isin(places, seen))], places[known])
        told = [None if place is None else domains.names[place] for place in domains.of]
        self.known = self._of(told, vectors)  # (n, domains)

    def __bool__(self) -> bool:
        """Whether there are domains."""
        return bool(self.names)

    def of(self, categories: Sequence[str | None], vectors: Vectors) -> Floats:
        """How likely each of n other questions is of each domain (n, domains).

        Certain where its category is one of the domains; guessed elsewhere.
        """
        return self._of(categories if self._labelled else [None] * len(categories), vectors)

    def likeliest(self, category: str | None, vector: Vectors) -> tuple[str, float] | None:
        """The likeliest domain of one question and how likely it is; None where there are none.

        `vector` (d,).
        """
        if not self.names:
            return None
        of = self.of([category], vector[None])[0]
        return self.names[int(of.argmax())], float(of.max())

    def _of(self, told: Sequence[str | None], vectors: Vectors) -> Floats:
        found = np.zeros((len(told), len(self.names)))
        columns = np.array([self._columns.get(name or "", -1) for name in told], dtype=int)
        known = np.flatnonzero(columns >= 0)
        found[known, columns[known]] = 1.0
        if self.names and len(known) < len(told):
            unknown = np.flatnonzero(columns < 0)
            logits = vectors[unknown] @ self._slopes.T + self._base
            odds = np.exp(logits - logits.max(axis=1, keepdims=True))
            found[unknown] = odds / odds.sum(axis=1, keepdims=True)
        return found

    def _fit(self, vectors: Vectors, places: NDArray[np.int_]) -> None:
        from sklearn.linear_model import LogisticRegression  # takes a second to import

        fitted = LogisticRegression(C=CERTAINTY, max_iter=500).fit(vectors, places)
        slopes, base = fitted.coef_, fitted.intercept_
        if len(base) == 1:  # of two, the second against the first
            slopes, base = np.vstack([0 * slopes, slopes]), np.append(0.0, base)
        self._slopes, self._base = slopes, base
