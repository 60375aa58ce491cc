"""What each way to answer is worth, as it was played on a profile's questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from moe_core.crossing import Candidate, Played
from moe_core.paired import Better, Paired, Pairs, compare, compare_all
from moe_core.recruiters import RECRUITERS
from moe_core.simultaneous import Difference, differences

SINGLE, THREE = "single", "three-best"
ANCHORS = (SINGLE, THREE)  # ask the same experts whatever the question: what others are measured by


@dataclass(frozen=True)
class WithLooks:
    """A candidate whose vote counts what answers look like, too; `change`: against without."""

    accuracy: float
    change: Paired


@dataclass(frozen=True)
class Estimate:
    """What a candidate is worth: percent right with its standard error, and responses a question.

    `cost` is what these responses cost on average, by the costs that were given, else as many as
    they are, and what naming the skills costs that its recruiter reads. `asked`: expert → how many
    of them are its own. `over`: anchor → how much better this one is; the intervals of all
    candidates hold together. `below`: against the most accurate, as all of them are (Holm); its
    difference is negative where this one is worse. All without the looks of answers, which stand
    apart: they tell how a set was made, not who knows what.
    """

    candidate: Candidate
    accuracy: float
    error: float
    seats: float
    cost: float
    asked: Mapping[str, float]
    over: Mapping[str, Difference]
    below: Paired
    looks: WithLooks | None = None

    @property
    def is_clearly_below(self) -> bool:
        """Whether these questions tell it from the most accurate."""
        return self.below.difference < 0 and self.below.better is Better.FIRST


def estimates(
    tried: Sequence[Candidate],
    played: Played,
    experts: Sequence[str],
    costs: Mapping[str, float],
    naming: float = 0.0,
) -> list[Estimate]:
    """The cheapest first, of equals the more accurate. `costs`: of a response, by expert; `naming`:
    of finding a question's skills."""
    right = played.right
    n = right.shape[1]
    places = {of.name: place for place, of in enumerate(tried)}
    pairs = [
        (place, places[anchor])
        for place in places.values()
        for anchor in ANCHORS
        if anchor in places and places[anchor] != place
    ]
    over = dict(zip(pairs, differences(right, pairs), strict=True))
    top = right[int(right.sum(axis=1).argmax())]
    below = compare_all([Pairs.of(top, of) for of in right])
    found = []
    for place, candidate in enumerate(tried):
        asked = played.asked(place, experts)
        accuracy = float(right[place].mean())
        found.append(
            Estimate(
                candidate,
                accuracy=100 * accuracy,
                error=100 * (accuracy * (1 - accuracy) / n) ** 0.5,
                seats=sum(asked.values()),
                cost=sum(costs[expert] * responses for expert, responses in asked.items())
                + (naming if RECRUITERS[candidate.recruiter].reads_skills else 0.0),
                asked=asked,
                over={
                    anchor: over[place, places[anchor]]
                    for anchor in ANCHORS
                    if (place, places.get(anchor, -1)) in over
                },
                below=below[place],
                looks=_with_looks(played, place) if candidate.reads_looks else None,
            )
        )
    return sorted(found, key=lambda of: (round(of.cost, 9), -of.accuracy))


def _with_looks(played: Played, place: int) -> WithLooks:
    without, looked = played.right[place], played.with_looks[place]
    return WithLooks(100 * float(np.mean(looked)), compare(Pairs.of(without, looked)))
