"""Recruiters: who takes the k seats of a question. Pure functions of profile and skills.

`paper` follows section 3 as the published scripts compute it; `everyone` is for runs in which all
experts answer.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from moe_core.errors import RecruitingError
from moe_core.profiles import Profile, Scores, competency_of


@dataclass(frozen=True)
class Recruitment:
    """The seats of one question, in order; `uniform` when no skill could tell experts apart."""

    seats: tuple[str, ...]
    probabilities: Mapping[str, float]
    uniform: bool = False


def paper_probabilities(
    profiles: Mapping[str, Mapping[str, int]], skills: Sequence[str]
) -> dict[str, float]:
    """Probability of each expert in one draw: suitability times competency (paper, section 3).

    `profiles` is expert → skill → score; `skills` are profiled skills, repeats allowed. Experts
    without any of the skills take no part. Uniform over all when nobody takes part or every
    weight is zero.

    Raises RecruitingError when there is no expert.
    """
    if not profiles:
        raise RecruitingError("no experts to recruit from: add experts to the pool")
    return _normalised(_paper_weights(profiles, competency_of(profiles), skills), profiles)


def _normalised(weights: Mapping[str, float], experts: Iterable[str]) -> dict[str, float]:
    everyone = list(experts)
    total = sum(weights.values())
    if total <= 0:
        return dict.fromkeys(everyone, 1 / len(everyone))
    return {expert: weights.get(expert, 0.0) / total for expert in everyone}


def _paper_weights(
    profiles: Scores, competency: Mapping[str, float], skills: Sequence[str]
) -> dict[str, float]:
    """Suitability times competency of the experts that take part; empty when none does."""
    held = {e: [of[skill] for skill in skills if skill in of] for e, of in profiles.items()}
    suitability = {expert: sum(scores) for expert, scores in held.items() if scores}
    if not suitability:
        return {}
    positive = {expert: s for expert, s in suitability.items() if s > 0}
    if not positive:
        lowest = min(suitability.values())
        positive = {expert: s - lowest + 1 for expert, s in suitability.items()}
    return {expert: s * competency[expert] for expert, s in positive.items()}


def paper(profile: Profile, skills: Sequence[str], k: int, rng: random.Random) -> Recruitment:
    """k draws with replacement from `paper_probabilities`: one expert may hold two seats."""
    weights = _paper_weights(profile.scores, profile.competency, skills)
    probabilities = _normalised(weights, profile.cells)
    seats = rng.choices(list(probabilities), weights=list(probabilities.values()), k=k)
    return Recruitment(tuple(seats), probabilities, uniform=sum(weights.values()) <= 0)


def everyone(profile: Profile, skills: Sequence[str], k: int, rng: random.Random) -> Recruitment:
    """Every expert of the pool, one seat each."""
    experts = list(profile.cells)
    return Recruitment(tuple(experts), dict.fromkeys(experts, 1 / len(experts)))


Recruiter = Callable[[Profile, Sequence[str], int, random.Random], Recruitment]

RECRUITERS: dict[str, Recruiter] = {
    "paper": paper,
    "everyone": everyone,
}


def recruit(
    name: str, profile: Profile, skills: Sequence[str], k: int, seed: int | str
) -> Recruitment:
    """Seats by the recruiter called `name`; the same seed gives the same seats.

    Raises RecruitingError for an unknown name, k below 1 or a profile without experts.
    """
    if name not in RECRUITERS:
        raise RecruitingError(f"unknown recruiter {name!r}: choose one of {', '.join(RECRUITERS)}")
    if k < 1:
        raise RecruitingError(f"k is {k}: a question needs at least one seat")
    if not profile.cells:
        raise RecruitingError("no experts to recruit from: add experts to the pool")
    return RECRUITERS[name](profile, skills, k, random.Random(seed))
