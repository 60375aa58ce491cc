"""Why these experts: what speaks for each, as waterfalls that are drawn to one scale."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from moe_core.ours import DOMAIN
from moe_core.recruiters import Recruiter
from webapp.execution.known import vectors_for
from webapp.execution.plans import profile_behind
from webapp.execution.profiles.fits import NotFitted
from webapp.experts.models import Expert
from webapp.pages.answer.chances import Chance
from webapp.runs.models import Answer

WIDTH = 1000  # of a bar's drawing, which the page stretches
CERTAIN = 0.995  # a guess that is likelier is told as if it were known
THINNEST = 4  # of it, so that a small part can be seen


@dataclass(frozen=True)
class Segment:
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
    parts: Sequence[Segment]
    facts: Sequence[tuple[str, str]] = ()
    zero: int = 0  # where the drawing has its zero


@dataclass(frozen=True)
class Why:
    """The waterfalls of a question, all drawn to one scale, those recruited first."""

    seated: Sequence[Waterfall]
    others: Sequence[Waterfall]
    decimals: int
    idle: Sequence[Expert] = ()  # hold none of the skills, so that the paper's draw leaves them out


def why(
    answer: Answer, seats: Sequence[int], chances: tuple[list[str], list[Chance]] | None
) -> Why | None:
    """None where the run's recruiter goes by nothing that differs from question to question.

    `seats`: the expert's key of each.
    """
    by = answer.run.recruited_by
    if by is not None and chances is not None:
        names, rows = chances
        titles = [_title(name, answer) for name in names]
        return _arranged([_of_chance(row, titles, seats, by) for row in rows], decimals=1)
    if by is not None and by.fits is not None and answer.skills and answer.probabilities:
        return _of_fits(answer, seats, by)
    return None


def _title(name: str, answer: Answer) -> str:
    """A part's name; the domain with what it is, where that can be read."""
    if name != DOMAIN:
        return name.capitalize()
    try:
        memberships = profile_behind(answer.run_id, with_evidence=True).memberships
        vector = vectors_for(answer.run, [answer.question])[answer.question_id]
    except (LookupError, NotFitted):
        return name.capitalize()
    found = memberships and memberships.likeliest(answer.question.category, vector)
    if not found:
        return name.capitalize()
    domain, likely = found
    sure = "" if likely > CERTAIN else f", {100 * likely:.0f} % sure"
    return f"Domain: {domain}{sure}"


def _of_chance(
    row: Chance, titles: Sequence[str], seats: Sequence[int], by: Recruiter
) -> Waterfall:
    parts = _summed(zip(titles, row.parts, strict=True))
    total = _total(f"{by.score}, %", parts)
    return Waterfall(row.expert, _seats_of(row.expert, seats), [*parts, total])


def _of_fits(answer: Answer, seats: Sequence[int], by: Recruiter) -> Why:
    """The paper's draw: scores on the skills, summed, times the score on all."""
    assert by.fits is not None
    profile = profile_behind(answer.run_id)
    fits = by.fits(profile, [profiled for _, profiled, _ in answer.skills])
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
            (by.probability, f"{100 * answer.probabilities.get(key, 0.0):.1f} %"),
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


def _seats_of(expert: Expert, seats: Sequence[int]) -> list[int]:
    return [place for place, seat in enumerate(seats, start=1) if seat == expert.pk]


def _summed(named: Iterable[tuple[str, float | None]]) -> list[Segment]:
    """Each part begins where the one before it ends."""
    parts: list[Segment] = []
    reached = 0.0
    for title, value in named:
        parts.append(Segment(title, value, reached, reached + (value or 0.0)))
        reached = parts[-1].end
    return parts


def _total(title: str, parts: Sequence[Segment]) -> Segment:
    reached = parts[-1].end if parts else 0.0
    return Segment(title, reached, 0.0, reached, is_total=True)


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
