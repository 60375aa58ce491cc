"""How a pool's questions are best answered, and whether routing pays there: found by a worker on a
profile's questions, and kept.

What is best is moe_core.best's to say. Three offers follow from it, which a person can start with
instead of choosing method, recruiter, seats and writer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypedDict

from moe_core.aggregation import MAJORITY
from moe_core.best import Best, best_for
from moe_core.errors import RecruitingError
from moe_core.estimates import Estimate
from moe_core.intervals import Share
from moe_core.methods import DEFAULT_RECRUITER, METHODS
from moe_core.simultaneous import Difference
from moe_core.skills import ANNOTATIONS
from webapp.execution.profiles import fits
from webapp.execution.settings import DECIDED
from webapp.execution.vectors import are_embedded, embed_some
from webapp.experts.models import Expert
from webapp.findings import asking
from webapp.findings.asking import NothingToFind
from webapp.findings.pools.means import seconds_of
from webapp.runs.lookups import maker_of
from webapp.runs.models import Finding, Profile

SETTINGS = ("method", "recruiter", "writer", "k", "stopping")  # of a run, that a way fills in
SEATS = 3  # for each question at most, as in the paper


class Over(TypedDict):
    """How much better a way is than another, in percentage points, with the half of an interval
    that holds for all ways together."""

    points: float
    half: float


class Looked(TypedDict):
    """A way whose vote counts what answers look like, too."""

    accuracy: float  # percent
    points: float  # more than without, with its own interval
    low: float
    high: float


class Way(TypedDict):
    """One way to answer, as moe_core.best estimates it; without the looks of answers."""

    name: str
    title: str
    method: str
    recruiter: str
    writer: str
    k: int
    stopping: str  # blank: as runs ask unless they are told otherwise
    routes: bool
    accuracy: float  # percent, with its interval
    low: float
    high: float
    seats: float  # responses a question
    # Of these, and of naming skills: GPU seconds a question where they are measured, else as many.
    cost: float
    asked: dict[str, float]  # expert's key → its responses a question
    over: dict[str, Over]  # "single", "three-best"
    tied: bool  # not told from the most accurate
    looks: Looked | None  # None: its vote knows of none


class Found(TypedDict):
    questions: int
    loss: float  # points that the best may be under the most accurate of its like
    measured: bool  # whether costs are GPU seconds
    ways: list[Way]  # the cheapest first
    pays: str  # see moe_core.pays.Pays
    answer: str  # in a sentence
    difference: Over | None  # what it tells of
    best: str
    cheapest: str


class Offer(StrEnum):
    PAPER = "paper"
    BEST = "best"
    CHEAPEST = "cheapest"


TITLES = {
    Offer.PAPER: "As in the paper",
    Offer.BEST: "Best of what is measured here",
    Offer.CHEAPEST: "Cheapest",
}


@dataclass(frozen=True)
class Offered:
    """What an offer comes to: `settings` as a run is started by them, and what is known of it."""

    offer: Offer
    profile: Profile
    settings: Mapping[str, Any]
    way: Way | None  # None: not measured

    @property
    def title(self) -> str:
        return TITLES[self.offer]


def ask(profile: Profile) -> Finding | None:
    """What was found of a profile; None for one that is not ready, or whose run is not there."""
    maker = maker_of(profile) if profile.ready else None
    if maker is None:
        return None
    basis = {"seq": maker.event_seq, "code": fits.code()}
    return asking.ask(Finding.Name.WAYS, profile, basis)


def find(profile: Profile) -> Found | int:
    """Or, while vectors are missing, how many questions were embedded now."""
    pool, questions = profile.pool, profile.question_set
    if not are_embedded(questions, pool.embedder):
        return embed_some(questions, pool.embedder)
    try:
        return found_of(profile)
    except RecruitingError as refused:
        raise NothingToFind(str(refused)) from None


def found_of(profile: Profile) -> Found:
    """Raises RecruitingError where too little is known."""
    pool = profile.pool
    experts = list(pool.experts.all())
    evidence = fits.fitted(profile, experts).observed
    costs, naming = _costs(experts, pool.annotator)
    best = best_for(evidence, SEATS, costs=costs or None, naming=naming)
    told = best.answer
    return Found(
        questions=best.questions,
        loss=best.loss,
        measured=bool(costs),
        ways=[_way(of, best) for of in best.estimates],
        pays=told.pays.value,
        answer=told.text,
        difference=_over(told.difference) if told.difference else None,
        best=best.best.candidate.name,
        cheapest=best.cheapest.candidate.name,
    )


def _costs(experts: list[Expert], annotator: Expert | None) -> tuple[dict[str, float], float]:
    """Of each expert's response, and of naming a question's skills: in GPU seconds where experts
    were measured (none of an annotator elsewhere); else nothing, and how often it is asked."""
    costs = seconds_of(experts)
    if annotator is None:
        return costs, 0.0
    one = sum(seconds_of([annotator]).values()) if costs else 1.0
    return costs, ANNOTATIONS * one


def _way(of: Estimate, best: Best) -> Way:
    candidate = of.candidate
    right = round(of.accuracy * best.questions / 100)
    low, high = Share(right, best.questions).interval
    return Way(
        name=candidate.name,
        title=candidate.title,
        method=candidate.method,
        recruiter=candidate.recruiter if METHODS[candidate.method].recruiter is None else "",
        writer=candidate.writer,
        k=candidate.k,
        stopping=candidate.stopping,
        routes=candidate.routes,
        accuracy=round(of.accuracy, 2),
        low=round(low, 2),
        high=round(high, 2),
        seats=round(of.seats, 3),
        cost=round(of.cost, 4),
        asked={expert: round(n, 4) for expert, n in of.asked.items()},
        over={anchor: _over(told) for anchor, told in of.over.items()},
        tied=not of.is_clearly_below,
        looks=_looked(of),
    )


def _over(told: Difference) -> Over:
    return Over(points=round(told.points, 2), half=round(told.half, 2))


def _looked(of: Estimate) -> Looked | None:
    if of.looks is None:
        return None
    change = of.looks.change
    points, low, high = (round(at, 2) for at in (change.difference, change.low, change.high))
    return Looked(accuracy=round(of.looks.accuracy, 2), points=points, low=low, high=high)


def found_in(kept: Finding | None) -> Found | None:
    """What is known; None before a worker has found it, and where nothing can be."""
    return kept.found if kept is not None and kept.ready and kept.found else None


def offers(profile: Profile, kept: Finding | None) -> list[Offered]:
    """What can be chosen for a profile's pool; before advice is there, the paper's way alone."""
    found = found_in(kept)
    ways = {way["name"]: way for way in found["ways"]} if found else {}
    offered = [Offered(Offer.PAPER, profile, _paper(profile), ways.get("paper"))]
    if found:
        for offer, name in ((Offer.BEST, found["best"]), (Offer.CHEAPEST, found["cheapest"])):
            way = ways[name]
            settings = {name: way.get(name, "") for name in SETTINGS}
            settings["looks"] = None  # as profile and set suggest
            offered.append(Offered(offer, profile, settings, way))
    return offered


def _paper(profile: Profile) -> dict[str, Any]:
    """An LLM writes, once ranking has decided which; else a vote, as the paper compares it with."""
    can_decide = profile.ranked or not profile.pool.candidates()
    return {
        "method": "skill-moe",
        "recruiter": DEFAULT_RECRUITER,
        "writer": DECIDED if can_decide else MAJORITY.name,
        "k": SEATS,
        "stopping": "",
        "looks": None,
    }
