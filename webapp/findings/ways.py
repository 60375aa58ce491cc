"""How a pool's questions are best answered: found by a worker on a profile's questions, and kept.

What is best is moe_core.best's to say. Three offers follow from it, which a person can start with
instead of choosing method, recruiter, seats and writer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypedDict

from moe_core.aggregation import MAJORITY
from moe_core.best import Estimate, best_for
from moe_core.errors import RecruitingError
from moe_core.intervals import Share
from moe_core.methods import DEFAULT_RECRUITER, METHODS
from moe_core.paired import Better
from webapp.execution.profiles import fits
from webapp.execution.settings import DECIDED
from webapp.execution.vectors import are_embedded, embed_some
from webapp.findings import asking
from webapp.findings.asking import NothingToFind
from webapp.runs.lookups import maker_of
from webapp.runs.models import Finding, Profile

SEATS = 3  # for each question at most, as in the paper


class Way(TypedDict):
    """One way to answer, as moe_core.best estimates it."""

    name: str
    title: str
    method: str
    recruiter: str
    writer: str
    k: int
    accuracy: float  # percent, with its interval
    low: float
    high: float
    seats: float  # responses a question
    asked: dict[str, float]  # expert's key → its responses a question
    tied: bool  # not told from the most accurate


class Found(TypedDict):
    questions: int
    loss: float  # points that the best may be under the most accurate
    ways: list[Way]  # the cheapest first
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


def find(profile: Profile, meanwhile: Callable[[], None] = lambda: None) -> Found | int:
    """Or, while vectors are missing, how many questions were embedded now."""
    pool, questions = profile.pool, profile.question_set
    if not are_embedded(questions, pool.embedder):
        return embed_some(questions, pool.embedder)
    try:
        return found_of(profile, meanwhile)
    except RecruitingError as refused:
        raise NothingToFind(str(refused)) from None


def found_of(profile: Profile, meanwhile: Callable[[], None] = lambda: None) -> Found:
    """Raises RecruitingError where too little is known."""
    evidence = fits.fitted(profile, list(profile.pool.experts.all())).observed
    best = best_for(evidence, SEATS, meanwhile=meanwhile)
    return Found(
        questions=best.questions,
        loss=best.loss,
        ways=[_way(of, best.questions) for of in best.estimates],
        best=best.best.candidate.name,
        cheapest=best.cheapest.candidate.name,
    )


def _way(of: Estimate, questions: int) -> Way:
    candidate = of.candidate
    low, high = Share(round(of.accuracy * questions / 100), questions).interval
    return Way(
        name=candidate.name,
        title=candidate.title,
        method=candidate.method,
        recruiter=candidate.recruiter if METHODS[candidate.method].recruiter is None else "",
        writer=candidate.writer,
        k=candidate.k,
        accuracy=round(of.accuracy, 2),
        low=round(low, 2),
        high=round(high, 2),
        seats=round(of.seats, 3),
        asked={expert: round(n, 4) for expert, n in of.asked.items()},
        tied=of.below.better is Better.TIED,
    )


def offers(profile: Profile, kept: Finding | None) -> list[Offered]:
    """What can be chosen for a profile's pool; before advice is there, the paper's way alone."""
    found: Found | None = kept.found if kept and kept.ready and kept.found else None
    ways = {way["name"]: way for way in found["ways"]} if found else {}
    offered = [Offered(Offer.PAPER, profile, _paper(profile), ways.get("paper"))]
    if found:
        for offer, name in ((Offer.BEST, found["best"]), (Offer.CHEAPEST, found["cheapest"])):
            way = ways[name]
            settings = {n: way[n] for n in ("method", "recruiter", "writer", "k")}
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
    }
