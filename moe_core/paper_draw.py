"""The paper's draw (section 3, as the published scripts compute it), and what it comes from."""

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from moe_core.errors import RecruitingError
from moe_core.profiles import Profile, Scores, competency_of
from moe_core.recruitment import Asked, Recruitment


def paper_probabilities(
    profiles: Mapping[str, Mapping[str, int]], skills: Sequence[str]
) -> dict[str, float]:
    """Probability of each expert in one draw: suitability times competency (paper, section 3).

    `profiles` is expert → skill → score; `skills` are profiled skills, repeats allowed. Experts
    without any of the skills take no part. Uniform over all when nobody takes part or every
    weight is zero.

    Raises RecruitingError when there is no expert, or a score is no finite number.
    """
    if not profiles:
        raise RecruitingError("no experts to recruit from: add experts to the pool")
    for expert, scores in profiles.items():
        for skill, score in scores.items():
            if not math.isfinite(score):
                raise RecruitingError(
                    f"the score of {expert} in {skill} is {score}: count right minus wrong answers"
                )
    return normalised(_paper_weights(profiles, competency_of(profiles), skills), profiles)


def normalised(weights: Mapping[str, float], experts: Iterable[str]) -> dict[str, float]:
    everyone = list(experts)
    total = sum(weights.values())
    if total <= 0:
        return dict.fromkeys(everyone, 1 / len(everyone))
    return {expert: weights.get(expert, 0.0) / total for expert in everyone}


@dataclass(frozen=True)
class Fit:
    """What the paper's draw makes of one expert on a question."""

    scores: Sequence[int | None]  # on each skill asked for, in that order; None: it holds none
    shift: int  # added to every sum where nobody's is positive
    competency: float

    @property
    def suitability(self) -> int:
        return sum(score for score in self.scores if score is not None) + self.shift

    @property
    def weight(self) -> float:
        """Its share of the draw, before the weights are made to sum to 1."""
        return max(self.suitability, 0) * self.competency


def paper_fits(profile: Profile, skills: Sequence[str]) -> dict[str, Fit]:
    """Why the paper's draw favours an expert; of the experts that hold one of the skills."""
    sums, shift = _suitability(profile.scores, skills)
    return {
        expert: Fit(
            [profile.scores[expert].get(skill) for skill in skills],
            shift,
            profile.competency[expert],
        )
        for expert in sums
    }


def _suitability(profiles: Scores, skills: Sequence[str]) -> tuple[dict[str, int], int]:
    """Each expert's sum of scores, of those that hold one of the skills; what is added to all."""
    held = {e: [of[skill] for skill in skills if skill in of] for e, of in profiles.items()}
    sums = {expert: sum(scores) for expert, scores in held.items() if scores}
    return sums, 0 if any(s > 0 for s in sums.values()) else 1 - min(sums.values(), default=1)


def _paper_weights(
    profiles: Scores, competency: Mapping[str, float], skills: Sequence[str]
) -> dict[str, float]:
    """Suitability times competency of the experts that take part; empty when none does."""
    sums, shift = _suitability(profiles, skills)
    return {e: (s + shift) * competency[e] for e, s in sums.items() if s + shift > 0}


def paper(profile: Profile, asked: Asked, k: int, rng: random.Random) -> Recruitment:
    """k draws with replacement from `paper_probabilities`: one expert may hold two seats."""
    weights = _paper_weights(profile.scores, profile.competency, asked.skills)
    probabilities = normalised(weights, profile.cells)
    seats = rng.choices(list(probabilities), weights=list(probabilities.values()), k=k)
    return Recruitment(tuple(seats), probabilities, uniform=sum(weights.values()) <= 0)


def paper_top_k(profile: Profile, asked: Asked, k: int, rng: random.Random) -> Recruitment:
    """The k experts that `paper` would draw most probably, the strongest of the task after them."""
    weights = _paper_weights(profile.scores, profile.competency, asked.skills)
    likely = sorted(
        (expert for expert in profile.cells if weights.get(expert, 0.0) > 0),
        key=lambda expert: -weights[expert],  # equals stay in the profile's order
    )
    order = [*likely, *(expert for expert in profile.strongest if expert not in set(likely))]
    return Recruitment(first(order, k), normalised(weights, profile.cells), uniform=not likely)


def first(order: Sequence[str], k: int) -> tuple[str, ...]:
    """The first k; a pool of fewer experts gives the first ones another seat."""
    return tuple(islice(cycle(order), k))
