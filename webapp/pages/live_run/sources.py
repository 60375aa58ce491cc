"""Where the seats of a run come from: families of skills, the skills of one, or categories."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from webapp.findings import families
from webapp.runs.models import Answer, Run
from webapp.runs.sql import fetched

MOST = 16  # names with a place of their own; the others stand together by the alphabet,
LARGEST_GROUP = 1 / 5  # of all seats in one such group at most
NO_SKILL, NO_FAMILY, NO_CATEGORY = "no skill matched", "in no family", "no category"
UNNAMED = (NO_SKILL, NO_FAMILY, NO_CATEGORY)

# A question stands under the skill that was named first, [inferred, profiled, cosine]: under all
# of them, every link would be a fan.
_BY = """
    SELECT {source}, g.expert_id, count(*)::float
    FROM runs_generation g JOIN runs_answer a ON a.id = g.answer_id
    WHERE g.run_id = %(run)s AND g.purpose = %(purpose_respond)s AND {last} GROUP BY 1, 2
"""
_SKILL = "coalesce(a.skills -> 0 ->> 1, %(none)s)"
_CATEGORY = "coalesce(nullif(a.category, ''), %(none)s)"


class By(StrEnum):
    FAMILIES = "families"
    SKILLS = "skills"
    CATEGORIES = "categories"


Seats = Mapping[tuple[str, int], float]  # of a source and an expert


class Source(NamedTuple):
    """A place in the flow; `address`: what a click on it opens."""

    name: str
    address: str = ""


@dataclass(frozen=True)
class Choice:
    """From what the flow starts, of all that it could; `family` names the one whose skills are
    shown.

    `members`: each skill's family, where a worker has counted them.
    """

    run: Run
    by: By
    ways: Sequence[By]
    members: Mapping[str, str]
    family: str = ""

    @classmethod
    def of(cls, run: Run, by: str = "", family: str = "") -> "Choice":
        """As an address has it; what the run has not is taken for the first that it has."""
        members = _families(run)
        ways = [*([By.FAMILIES if members else By.SKILLS] if run.reads_skills else [])]
        if _has_categories(run) or not ways:
            ways.append(By.CATEGORIES)
        if family in members.values():
            return cls(run, By.FAMILIES, ways, members, family)
        return cls(run, By(by) if by in ways else ways[0], ways, members)

    @property
    def query(self) -> str:
        return urlencode({"family": self.family} if self.family else {"by": self.by})

    @property
    def title(self) -> str:
        if self.family:
            return f"Skills of {self.family}"
        return "Families of skills" if self.by == By.FAMILIES else self.by.capitalize()

    @property
    def note(self) -> str:
        """What a reader should know of it."""
        if self.by == By.CATEGORIES:
            return "Each question under its category."
        told = "Each question under the skill that was named first"
        if self._shows_families:
            return f"{told}, and that under its family. A click on a family opens its skills."
        return f"{told}. A click on a skill opens its questions."

    def seats(self, last: str) -> dict[tuple[str, int], float]:
        """How many each expert has of each source; `last` as in webapp.runs.seats."""
        is_category = self.by == By.CATEGORIES
        rows = fetched(
            _BY.format(source=_CATEGORY if is_category else _SKILL, last=last),
            run=self.run.pk,
            none=NO_CATEGORY if is_category else NO_SKILL,
        )
        found: dict[tuple[str, int], float] = defaultdict(float)
        for name, expert, seats in rows:
            family = name if name == NO_SKILL else self.members.get(name, NO_FAMILY)
            if not self.family or family == self.family:
                found[family if self._shows_families else name, expert] += seats
        return dict(found)

    @property
    def _shows_families(self) -> bool:
        return self.by == By.FAMILIES and not self.family

    def source(self, name: str) -> Source:
        if name in UNNAMED:
            return Source(name)
        if self._shows_families:
            page = f"{self.run.get_absolute_url()}?{urlencode({'family': name})}#flow-title"
            return Source(name, page)
        kind = "category" if self.by == By.CATEGORIES else "skill"
        return Source(name, f"{reverse('answers', args=[self.run.pk])}?{urlencode({kind: name})}")


def _families(run: Run) -> Mapping[str, str]:
    """Skill → its family, where a worker has counted them."""
    kept = families.ask(run.profile) if run.profile and run.reads_skills else None
    skills = kept.found.get("skills", {}) if kept else {}
    return {skill: of["family"] for skill, of in skills.items() if of["family"]}


def _has_categories(run: Run) -> bool:
    return Answer.objects.filter(run=run).exclude(category="").exists()


def gathered(seats: Seats) -> dict[str, str]:
    """Each name → under what it is shown: its own, or a group of the alphabet.

    In the order in which they stand, which does not jump about while a run goes on.
    """
    totals: dict[str, float] = defaultdict(float)
    for (name, _), n in seats.items():
        totals[name] += n
    named = sorted((n for n in totals if n not in UNNAMED), key=lambda name: (-totals[name], name))
    largest, rest = sorted(named[:MOST]), sorted(named[MOST:])
    found = {name: name for name in largest}
    for group in _groups(rest, totals, sum(totals.values()) * LARGEST_GROUP):
        shown = group[0] if len(group) == 1 else f"{len(group)} from {group[0]} to {group[-1]}"
        found |= dict.fromkeys(group, shown)
    return found | {name: name for name in UNNAMED if name in totals}


def _groups(names: Iterable[str], totals: Mapping[str, float], most: float) -> list[list[str]]:
    """Neighbours together, as many as have `most` seats."""
    groups: list[list[str]] = []
    held = most
    for name in names:
        if held + totals[name] > most:
            groups.append([])
            held = 0.0
        groups[-1].append(name)
        held += totals[name]
    return groups
