"""Domains: what a set of questions is about, and the families of skills that lie in them.

Where questions carry categories, two at least, those are the domains. Else their embeddings are
clustered, as "The Avengers" (arXiv 2505.19797) and UniRoute (arXiv 2502.08773) do, who route by the
experts' outcomes in each cluster. Not in the paper.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

MOST = 16  # clusters
OF_EACH = 25  # questions of a cluster, about: few enough to tell, enough to count
FITTED = 2000  # questions that clusters are found by; the others go to the nearest
TELLING = 2  # skills in the name of a cluster


@dataclass(frozen=True)
class Domains:
    """The domains of n questions, the largest first, of equals by name.

    `names` are unique. `of` (n): each question's, as its place in `names`; None for one without a
    category where others have one. `families`: skill → the name of its domain; a skill that only
    questions of no domain need is left out. `labelled`: the names are categories, not clusters.
    """

    names: tuple[str, ...]
    of: tuple[int | None, ...]
    families: Mapping[str, str]
    labelled: bool

    def only(self, rows: Sequence[int]) -> "Domains":
        """The same domains, of some of the questions."""
        return replace(self, of=tuple(self.of[row] for row in rows))

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many questions each domain has."""
        counted = Counter(self.of)
        return tuple(counted[place] for place in range(len(self.names)))

    @cached_property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """Domain → the skills of its family, by name; perhaps none."""
        found: dict[str, list[str]] = {name: [] for name in self.names}
        for skill in sorted(self.families):
            found[self.families[skill]].append(skill)
        return {name: tuple(skills) for name, skills in found.items()}


def domains_of(
    categories: Sequence[str | None], vectors: NDArray[np.float32], skills: Sequence[Sequence[str]]
) -> Domains:
    """The domains of n questions, always the same for the same questions.

    `categories` (n): None or "" where a question has none. `vectors` (n, d): their embeddings of
    unit length, read only where there are no two categories; (0, d) for no questions. `skills`
    (n): what each needs.
    """
    labelled = are_domains(categories)
    if labelled:
        names, of = _by_size([category or None for category in categories])
    else:
        labels = clusters(vectors)
        told = _telling(labels, skills)
        names, of = _by_size([told[label] for label in labels.tolist()])
    return Domains(names, of, _families(names, of, skills), labelled)


def are_domains(categories: Sequence[str | None]) -> bool:
    """Whether categories divide the questions, so that nothing else needs to."""
    return len(set(filter(None, categories))) > 1


def clusters(vectors: NDArray[np.float32]) -> NDArray[np.int_]:
    """The cluster (n) of each of n embeddings (n, d), from 0: k-means, always the same.

    As many as there are OF_EACH questions for each, at least 1 and at most MOST.
    """
    n = len(vectors)
    some = vectors[np.sort(np.random.default_rng(0).permutation(n)[:FITTED])]
    many = min(MOST, n // OF_EACH, len(np.unique(some, axis=0)))
    if many < 2:
        return np.zeros(n, dtype=int)
    from sklearn.cluster import KMeans  # takes a second to import

    found = KMeans(many, n_init=4, random_state=0).fit(some)
    return np.asarray(found.predict(vectors), dtype=int)


def _by_size(named: Sequence[str | None]) -> tuple[tuple[str, ...], tuple[int | None, ...]]:
    """The names, the largest domain first, and each question's place among them."""
    counted = Counter(name for name in named if name is not None)
    names = sorted(counted, key=lambda name: (-counted[name], name))
    places = {name: place for place, name in enumerate(names)}
    return tuple(names), tuple(None if name is None else places[name] for name in named)


def _families(
    names: Sequence[str], of: Sequence[int | None], skills: Sequence[Sequence[str]]
) -> dict[str, str]:
    """Each skill's domain: where most questions that need it lie; of equals the first."""
    counted: dict[str, Counter[int]] = {}
    for place, of_question in zip(of, skills, strict=True):
        if place is not None:
            for skill in set(of_question):
                counted.setdefault(skill, Counter())[place] += 1
    # Domains stand by size and name, so that the first of equals is the one to take.
    return {
        skill: names[min(places, key=lambda place: (-places[place], place))]
        for skill, places in counted.items()
    }


def _telling(labels: NDArray[np.int_], skills: Sequence[Sequence[str]]) -> dict[int, str]:
    """Each cluster's name: the skills that it has and the rest lacks; a number makes it unique."""
    needed = [set(of_question) for of_question in skills]
    everywhere = Counter(skill for of_question in needed for skill in of_question)
    taken: Counter[str] = Counter()
    names = {}
    for label in np.unique(labels).tolist():
        inside = Counter(s for place in np.flatnonzero(labels == label) for s in needed[place])
        size = int((labels == label).sum())
        rest = len(labels) - size
        telling = {
            skill: count
            * log((count + 0.5) / (size + 1) * (rest + 1) / (everywhere[skill] - count + 0.5))
            for skill, count in inside.items()
        }
        best = sorted(telling, key=lambda skill: (-telling[skill], skill))[:TELLING]
        name = " and ".join(best) or "no skill"
        taken[name] += 1
        names[label] = name if taken[name] == 1 else f"{name} ({taken[name]})"
    return names
