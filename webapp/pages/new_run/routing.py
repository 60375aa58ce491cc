"""A preview's routing as people see it: figures of the whole set, and what they cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moe_core.skills import ANNOTATIONS
from moe_core.values import Purpose
from webapp.experts.models import Expert, Pool
from webapp.progress import eta
from webapp.progress.longest import Longest, longest
from webapp.runs.found_skills import skill_cautions, unmatched_cautions, weak_cautions
from webapp.runs.models import Preview, Profile


@dataclass(frozen=True)
class RoutedExpert:
    """One expert of the pool, and what a run would ask of it."""

    expert: Expert
    left_out: bool
    seats: int
    before: int | None  # seats in the preview before; None without one
    seconds: float | None  # its load and work; None: not measured yet


@dataclass(frozen=True)
class Helper:
    """An LLM beside the experts."""

    title: str
    expert: Expert
    generations: int
    seconds: float | None


@dataclass(frozen=True)
class Routing:
    """A preview that is ready, in figures of the whole set."""

    found: Mapping[str, Any]
    rows: Sequence[RoutedExpert]
    most: int  # seats of one expert
    helpers: Sequence[Helper]
    skills: Sequence[tuple[str, int]]
    cost: eta.Cost
    longest: Longest
    unmeasured: Sequence[Expert]
    cautions: Sequence[str]  # of the profile's skills, and of those of the questions

    @property
    def is_sample(self) -> bool:
        return bool(self.found["sampled"] < self.found["questions"])

    @property
    def most_rounds(self) -> int:
        """Of a debate, which may end before; the figures are those of the first."""
        return int(self.found.get("most_rounds", self.found["rounds"]))

    @property
    def seats(self) -> int:
        return sum(row.seats for row in self.rows)

    @property
    def unmatched(self) -> int:
        return _scaled(self.found, self.found["unmatched"])

    @property
    def ways(self) -> Mapping[str, int]:
        ways: Mapping[str, int] = self.found["ways"]
        return ways


def routing_of(preview: Preview, before: "Routing | None" = None) -> Routing:
    """What a preview found, at the rates that are measured by now."""
    found = preview.found
    seats = _seats(found)
    asked = _asked(found, seats)
    cost = eta.cost(asked)
    experts = {e.pk: e for e in Expert.objects.filter(pk__in=[expert for _, expert in asked])}
    pool = Pool.objects.filter(pk=preview.settings["pool"], team=preview.team).first()
    old = {row.expert.pk: row.seats for row in before.rows} if before else {}
    profile = Profile.objects.filter(pk=preview.basis["profile"]).first()
    rows = [
        RoutedExpert(
            expert,
            expert.pk in preview.settings["left_out"],
            seats.get(expert.pk, 0),
            old.get(expert.pk, 0) if before else None,
            cost.each.get((Purpose.RESPOND.value, expert.pk)),
        )
        for expert in (pool.experts.all() if pool else [])
    ]
    return Routing(
        found=found,
        rows=sorted(rows, key=lambda row: (row.left_out, -row.seats, row.expert.name)),
        most=max([1, *seats.values()]),
        helpers=[
            Helper(title, experts[expert], n, cost.each.get((purpose, expert)))
            for (purpose, expert), n in asked.items()
            if (title := _HELPERS.get(purpose)) and expert in experts
        ],
        skills=[(name, _scaled(found, n)) for name, n in found["skills"]],
        cost=cost,
        longest=longest(asked),
        unmeasured=sorted(
            {experts[e] for (_, e), seconds in cost.each.items() if seconds is None},
            key=lambda expert: expert.name,
        ),
        cautions=_cautions(found, profile),
    )


def _cautions(found: Mapping[str, Any], profile: Profile | None) -> list[str]:
    if "unread" in found["ways"]:
        return []
    weak = _scaled(found, found.get("weak", 0))  # previews of before have none
    return [
        *skill_cautions(profile),
        *unmatched_cautions(_scaled(found, found["unmatched"]), found["questions"]),
        *weak_cautions(weak, f"{found['questions']:,} questions"),
    ]


_HELPERS = {Purpose.ANNOTATE.value: "Annotator", Purpose.AGGREGATE.value: "Aggregator"}


def _asked(found: Mapping[str, Any], seats: Mapping[int, int]) -> dict[tuple[str, int], int]:
    """Generations, by purpose and expert."""
    asked: dict[tuple[str, int], int] = {}
    if found["annotator"]:
        asked[Purpose.ANNOTATE.value, found["annotator"]] = ANNOTATIONS * found["questions"]
    asked |= {(Purpose.RESPOND.value, e): n * found["rounds"] for e, n in seats.items()}
    if found["aggregator"]:
        asked[Purpose.AGGREGATE.value, found["aggregator"]] = found["questions"]
    return asked


def _seats(found: Mapping[str, Any]) -> dict[int, int]:
    """By expert, of all questions. Sums are rounded, so that the whole adds up as in the run."""
    seats, before, so_far = {}, 0, 0
    for expert, n in found["seats"].items():
        so_far += n
        seats[int(expert)] = _scaled(found, so_far) - before
        before += seats[int(expert)]
    return seats


def _scaled(found: Mapping[str, Any], n: int) -> int:
    """From the sampled questions to all."""
    scaled: float = n * found["questions"] / found["sampled"]
    return round(scaled)
