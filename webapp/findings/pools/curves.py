"""What a pool's accuracy is with fewer seats and with more: found by a worker on a profile's
questions (moe_core.seats_curve), and kept."""

from typing import TypedDict

from moe_core.errors import RecruitingError
from moe_core.seats_curve import RECRUITER, Point, seats_curve
from moe_core.stopping import TWO_AHEAD
from webapp.execution.profiles import fits
from webapp.execution.vectors import are_embedded, embed_some
from webapp.findings import asking
from webapp.findings.asking import NothingToFind
from webapp.runs.lookups import maker_of
from webapp.runs.models import Finding, Profile

METHOD = "skill-moe"


class Way(TypedDict):
    """One point, with what a run is started by: `method` to `stopping`."""

    title: str  # how many seats
    method: str
    recruiter: str
    writer: str
    k: int
    stopping: str  # blank: as runs ask unless they are told otherwise
    right: int  # of the questions
    generations: float  # for a question
    asked: dict[str, float]  # expert's key → its responses to a question
    difference: float  # percentage points over three seats, with its interval
    low: float
    high: float
    better: str  # of the two, second: this one


class Found(TypedDict):
    questions: int
    points: list[Way]  # writer by writer


def ask(profile: Profile) -> Finding | None:
    """What was found of a profile; None for one that is not ready, or whose run is not there."""
    maker = maker_of(profile) if profile.ready else None
    if maker is None:
        return None
    basis = {"seq": maker.event_seq, "code": fits.code()}
    return asking.ask(Finding.Name.CURVE, profile, basis)


def find(profile: Profile) -> Found | int:
    """Or, while vectors are missing, how many questions were embedded now."""
    pool, questions = profile.pool, profile.question_set
    if not are_embedded(questions, pool.embedder):
        return embed_some(questions, pool.embedder)
    evidence = fits.fitted(profile, list(pool.experts.all())).observed
    try:
        found = seats_curve(evidence)
    except RecruitingError as refused:
        raise NothingToFind(str(refused)) from None
    return Found(questions=len(found[0].right), points=[_way(point) for point in found])


def _way(point: Point) -> Way:
    over = point.over_base
    return Way(
        title=point.seating.name,
        method=METHOD,
        recruiter=RECRUITER,
        writer=point.writer,
        k=point.seating.k,
        stopping=TWO_AHEAD.name if point.seating.stops is TWO_AHEAD else "",
        right=int(point.right.sum()),
        generations=round(point.generations, 3),
        asked={expert: round(n, 4) for expert, n in point.asked.items()},
        difference=round(over.difference, 2),
        low=round(over.low, 2),
        high=round(over.high, 2),
        better=over.better.value,
    )
