"""A profile's families of skills as pages read them, once a worker has counted them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from webapp.db.rows import fetched
from webapp.findings.families import Found, Group, Lead, ask
from webapp.pages.profiles.tally import Tally
from webapp.runs.models import Finding, Profile

KNOWN = 200  # skills to choose from
_MEMBERS = """
    SELECT answer::bigint FROM runs_finding,
        jsonb_array_elements_text(details -> %s::text) AS answer WHERE id = %s
"""


@dataclass(frozen=True)
class Families:
    """`kept` None: there is no run to count them from."""

    kept: Finding | None

    @property
    def is_awaited(self) -> bool:
        return self.kept is not None and not self.kept.ready

    @property
    def problem(self) -> str:
        return self.kept.problem if self.kept else ""

    @cached_property
    def found(self) -> Found | None:
        """None until it is counted."""
        if self.kept is None or not self.kept.ready or self.kept.problem:
            return None
        found: Found = self.kept.found
        return found

    @property
    def groups(self) -> Sequence[Group]:
        """The largest first."""
        return self.found["families"] if self.found else []

    @property
    def is_labelled(self) -> bool:
        """Whether they are categories of the questions, not clusters."""
        return self.found is not None and self.found["labelled"]

    @property
    def lacks_vectors(self) -> bool:
        """Whether there would be families if the questions were embedded."""
        return self.found is not None and not self.found["grouped"]

    @property
    def known(self) -> Sequence[str]:
        """Names to choose from: the families, and the skills of most questions."""
        skills = self.found["skills"] if self.found else {}
        often = sorted(skills, key=lambda name: (-skills[name]["questions"], name))
        return [*(group["name"] for group in self.groups), *often[:KNOWN]]

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {group["name"]: place for place, group in enumerate(self.groups)}

    def group(self, name: str) -> Group | None:
        place = self._places.get(name)
        return None if place is None else self.groups[place]

    def family_of(self, skill: str) -> str:
        """Blank where it has none."""
        found = self.found["skills"].get(skill) if self.found else None
        return found["family"] if found else ""

    def place_of(self, skill: str) -> int:
        """Of its family; after all where it has none."""
        return self._places.get(self.family_of(skill), len(self.groups))

    def lead_of(self, skill: str) -> Lead | None:
        return self.found["skills"].get(skill) if self.found else None

    def tallies(self, name: str) -> dict[int, Tally]:
        """Of each expert over a family."""
        group = self.group(name)
        return tallies_of(group) if group else {}

    def answers(self, name: str) -> list[int]:
        """The keys of a family's answers in the profile's run."""
        if self.kept is None:
            return []
        return [answer for (answer,) in fetched(_MEMBERS, [name, self.kept.pk])]


def families_of(profile: Profile) -> Families:
    """Those that are counted; where that holds no more, a worker is woken."""
    return Families(ask(profile))


def tallies_of(group: Group) -> dict[int, Tally]:
    return {int(expert): Tally(right, n) for expert, (right, n) in group["cells"].items()}
