"""Why these experts: what speaks for each, as waterfalls that are drawn to one scale."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from moe_core.profiles import Profile
from moe_core.recruiting import paper_fits
from webapp.experts.models import Expert
from webapp.runs.models import Answer, Generation, Run
from webapp.runs.plans import stored_profile
from webapp.runs.reasons import Chance

WIDTH = 1000  # of a bar's drawing, which the page stretches
THINNEST = 4  # of it, so that a small part can be seen
PAPER = ("paper", "paper-top-k")  # whose probabilities are the paper's


@dataclass(frozen=True)
class Part:
    """One row of a waterfall: what it adds, and where its bar goes from and to."""

    title: str
    value: float | None  # None: the expert has no such score
    start: float
    end: float
    is_total: bool = False
    place: int = 0  # of the bar in its drawing, like what follows
    width: int = 0
    before: int = 0
    after: int = 0

    @property
    def kind(self) -> str:
        if self.is_total:
            return "total"
        return "up" if self.end >= self.start else "down"


@dataclass(frozen=True)
class Waterfall:
    """What speaks for one expert, part by part; parts that follow from it stand in `facts`."""

    expert: Expert
    seats: Sequence[int]  # from 1; empty: not recruited
    parts: Sequence[Part]
    facts: Sequence[tuple[str, str]] = ()
    zero: int = 0  # where the drawing has its zero


@dataclass(frozen=True)
class Why:
    """The waterfalls of a question, all drawn to one scale, those recruited first."""

    seated: Sequence[Waterfall]
    others: Sequence[Waterfall]
    decimals: int
    idle: Sequence[Expert] = ()  # hold none of the skills, so that the paper's draw leaves them out

    @property
    def is_empty(self) -> bool:
        return not (self.seated or self.others)


def why(
    answer: Answer, seats: Sequence[Generation], chances: tuple[list[str], list[Chance]] | None
) -> Why | None:
    """None where the run's recruiter goes by nothing that differs from question to question."""
    if chances is not None:
        return _arranged([_of_chance(row, chances[0], seats) for row in chances[1]], decimals=1)
    if answer.run.recruiter in PAPER and answer.skills and answer.probabilities:
        return _of_fits(answer, seats)
    return None


def _of_chance(row: Chance, names: Sequence[str], seats: Sequence[Generation]) -> Waterfall:
    parts = _summed(
        [(name.capitalize(), part) for name, part in zip(names, row.parts, strict=True)]
    )
    return Waterfall(row.expert, _seats_of(row.expert, seats), [*parts, _total("Right, %", parts)])


def _of_fits(answer: Answer, seats: Sequence[Generation]) -> Why:
    """The paper's draw: scores on the skills, summed, times the score on all."""
    profile = counts_of(answer.run_id)
    skills = [profiled for _, profiled, _ in answer.skills]
    fits = paper_fits(profile, skills)
    experts = Expert.objects.in_bulk([int(key) for key in profile.cells])
    waterfalls = []
    for key, fit in sorted(fits.items(), key=lambda item: -item[1].weight):
        scores = zip(skill_names(answer), fit.scores, strict=True)
        named: list[tuple[str, float | None]] = list(scores)
        if fit.shift:
            named.append(("Shift: nobody's sum is above 0", fit.shift))
        parts = _summed(named)
        facts = [
            ("Share of all competency", f"{100 * fit.competency:.1f} %"),
            (_share(answer.run), f"{100 * answer.probabilities.get(key, 0.0):.1f} %"),
        ]
        expert = experts[int(key)]
        parts = [*parts, _total("Suitability", parts)]
        waterfalls.append(Waterfall(expert, _seats_of(expert, seats), parts, facts))
    idle = [experts[int(key)] for key in profile.cells if key not in fits]
    return replace(_arranged(waterfalls, decimals=0), idle=idle)


def skill_names(answer: Answer) -> list[str]:
    """The question's skills: as they were inferred, and what they are in the profile."""
    return [
        profiled if inferred == profiled else f"{inferred} → {profiled}"
        for inferred, profiled, _ in answer.skills
    ]


def _share(run: Run) -> str:
    return run.recruited_by.share if run.recruited_by else ""


def _seats_of(expert: Expert, seats: Sequence[Generation]) -> list[int]:
    return [place for place, seat in enumerate(seats, start=1) if seat.expert_id == expert.pk]


def _summed(named: Iterable[tuple[str, float | None]]) -> list[Part]:
    """Each part begins where the one before it ends."""
    parts: list[Part] = []
    reached = 0.0
    for title, value in named:
        parts.append(Part(title, value, reached, reached + (value or 0.0)))
        reached = parts[-1].end
    return parts


def _total(title: str, parts: Sequence[Part]) -> Part:
    reached = parts[-1].end if parts else 0.0
    return Part(title, reached, 0.0, reached, is_total=True)


def _arranged(waterfalls: Sequence[Waterfall], decimals: int) -> Why:
    """Drawn to one scale; by seat, the others in the order that they came in."""
    ends = [0.0, *(part.end for of in waterfalls for part in of.parts)]
    low, high = min(ends), max(ends)
    scale = WIDTH / ((high - low) or 1.0)
    drawn = [_drawn(of, low, scale) for of in waterfalls]
    seated = sorted((of for of in drawn if of.seats), key=lambda of: of.seats[0])
    return Why(seated, [of for of in drawn if not of.seats], decimals)


def _drawn(of: Waterfall, low: float, scale: float) -> Waterfall:
    def at(value: float) -> int:
        return round((value - low) * scale)

    parts = []
    for part in of.parts:
        left, right = sorted((at(part.start), at(part.end)))
        width = max(right - left, THINNEST) if part.value else 0
        parts.append(
            replace(
                part,
                place=min(left, WIDTH - width),
                width=width,
                before=at(part.start),
                after=at(part.end),
            )
        )
    return replace(of, parts=parts, zero=at(0.0))


@lru_cache(maxsize=4)  # a run's profile stays
def counts_of(run_id: int) -> Profile:
    run = Run.objects.select_related("pool", "profile").get(pk=run_id)
    assert run.pool is not None  # it has recruited
    return stored_profile(run.profile, list(run.pool.experts.exclude(pk__in=run.left_out)))
