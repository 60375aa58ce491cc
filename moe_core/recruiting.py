"""Recruiters: who takes the seats of a question. Pure functions of the profile and the question.

`paper` follows section 3 as the published scripts compute it; the others leave something out, so
that a comparison shows what it was worth.
"""

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import cycle, islice

from moe_core.errors import RecruitingError
from moe_core.ours import ours, ours_all
from moe_core.profiles import Profile, Scores, competency_of
from moe_core.recruitment import Asked, Recruitment


class Fills(Enum):
    """How many seats a recruiter fills."""

    K = "k"
    ONE = "one"
    ALL = "all"


@dataclass(frozen=True)
class Recruiter:
    """A policy that fills seats. What it does not read need not be there.

    `reads_evidence`: it needs the profile's evidence and the question's vector. `recruit_all`
    takes many questions at once, where that is faster than one after another.

    How it explains itself to people: `summary` is what it does, in a line for those who choose;
    `draws`, whether chance has a part in the seats; `probability` and `score`, what a recruitment's
    probabilities and scores are of, where it has any; `unmatched`, what it does where no skill
    tells the experts apart; `fits`, what its probabilities come from.
    """

    name: str
    title: str
    summary: str
    recruit: Callable[[Profile, Asked, int, random.Random], Recruitment]
    reads_skills: bool
    reads_profile: bool
    draws: bool = False
    probability: str = "Share of the seats"
    score: str = ""
    unmatched: str = "every expert was as likely as any other"
    fits: "Callable[[Profile, Sequence[str]], dict[str, Fit]] | None" = None
    fills: Fills = Fills.K
    reads_evidence: bool = False
    recruit_all: Callable[[Profile, Sequence[Asked], int], list[Recruitment]] | None = None

    @property
    def takes_all(self) -> bool:
        """Whether every expert has a seat, whatever k is."""
        return self.fills is Fills.ALL


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
    return _normalised(_paper_weights(profiles, competency_of(profiles), skills), profiles)


def _normalised(weights: Mapping[str, float], experts: Iterable[str]) -> dict[str, float]:
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
    probabilities = _normalised(weights, profile.cells)
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
    return Recruitment(_first(order, k), _normalised(weights, profile.cells), uniform=not likely)


def task_top_k(profile: Profile, asked: Asked, k: int, rng: random.Random) -> Recruitment:
    """The k experts that were right most often on the whole validation set."""
    seats = _first(profile.strongest, k)
    return Recruitment(seats, _evenly(set(seats), profile.cells))


def single(profile: Profile, asked: Asked, k: int, rng: random.Random) -> Recruitment:
    """The one expert that was right most often on the whole validation set."""
    return task_top_k(profile, asked, 1, rng)


def at_random(profile: Profile, asked: Asked, k: int, rng: random.Random) -> Recruitment:
    """k different experts, each as likely as any other; with repeats if there are fewer than k."""
    experts = list(profile.cells)
    seats = rng.sample(experts, k) if k <= len(experts) else rng.choices(experts, k=k)
    return Recruitment(tuple(seats), _evenly(experts, experts))


def everyone(profile: Profile, asked: Asked, k: int, rng: random.Random) -> Recruitment:
    """Every expert of the pool, one seat each."""
    return Recruitment(tuple(profile.cells), _evenly(profile.cells, profile.cells))


def _first(order: Sequence[str], k: int) -> tuple[str, ...]:
    """The first k; a pool of fewer experts gives the first ones another seat."""
    return tuple(islice(cycle(order), k))


def _evenly(chosen: Iterable[str], experts: Iterable[str]) -> dict[str, float]:
    return _normalised(dict.fromkeys(chosen, 1.0), experts)


OF_A_DRAW = "Probability of one draw"
RECRUITERS: dict[str, Recruiter] = {
    recruiter.name: recruiter
    for recruiter in (
        Recruiter(
            "paper",
            "drawn by skill, k times (the paper)",
            "draws by score on the question's skills times score on all; may draw one twice.",
            paper,
            reads_skills=True,
            reads_profile=True,
            draws=True,
            probability=OF_A_DRAW,
            fits=paper_fits,
        ),
        Recruiter(
            "paper-top-k",
            "the k likeliest of the paper's draw",
            "the k experts that the paper's draw favours most on this question, without drawing.",
            paper_top_k,
            reads_skills=True,
            reads_profile=True,
            probability="Probability in the paper's draw",
            unmatched="those that are best on the whole validation set were taken",
            fits=paper_fits,
        ),
        Recruiter(
            "ours",
            "the k likeliest to be right here, by all that validation showed",
            "by strength, skills and the validation questions most like this one; from the third"
            " seat on also by who is right where those seated disagree.",
            ours,
            reads_skills=True,
            reads_profile=True,
            reads_evidence=True,
            score="Right",
            recruit_all=ours_all,
        ),
        Recruiter(
            "task-top-k",
            "the k best on the whole validation set",
            "the same k experts for every question, whatever it needs.",
            task_top_k,
            reads_skills=False,
            reads_profile=True,
        ),
        Recruiter(
            "random",
            "k experts at random",
            "k different experts, each as likely as any other: something to compare with.",
            at_random,
            reads_skills=False,
            reads_profile=False,
            draws=True,
            probability=OF_A_DRAW,
        ),
        Recruiter(
            "single",
            "the one best on the validation set",
            "the same expert for every question.",
            single,
            reads_skills=False,
            reads_profile=True,
            fills=Fills.ONE,
        ),
        Recruiter(
            "everyone",
            "every expert",
            "one seat for each expert of the pool.",
            everyone,
            reads_skills=False,
            reads_profile=False,
            fills=Fills.ALL,
        ),
    )
}


def recruiter_named(name: str) -> Recruiter:
    """Raises RecruitingError for a name that is not in RECRUITERS."""
    try:
        return RECRUITERS[name]
    except KeyError:
        known = ", ".join(RECRUITERS)
        raise RecruitingError(f"unknown recruiter {name!r}: choose one of {known}") from None


def recruit(name: str, profile: Profile, asked: Asked, k: int, seed: int | str) -> Recruitment:
    """Seats by the recruiter called `name`; the same seed gives the same seats.

    Raises RecruitingError for an unknown name, k below 1 or a profile without experts.
    """
    return _checked(name, profile, k).recruit(profile, asked, k, random.Random(seed))


def recruit_all(
    name: str, profile: Profile, asked: Sequence[Asked], k: int, seeds: Sequence[int | str]
) -> list[Recruitment]:
    """`recruit` for many questions, each with its seed."""
    recruiter = _checked(name, profile, k)
    if recruiter.recruit_all is not None:
        return recruiter.recruit_all(profile, asked, k)
    return [
        recruiter.recruit(profile, question, k, random.Random(seed))
        for question, seed in zip(asked, seeds, strict=True)
    ]


def _checked(name: str, profile: Profile, k: int) -> Recruiter:
    recruiter = recruiter_named(name)
    if k < 1:
        raise RecruitingError(f"k is {k}: a question needs at least one seat")
    if not profile.cells:
        raise RecruitingError("no experts to recruit from: add experts to the pool")
    return recruiter
