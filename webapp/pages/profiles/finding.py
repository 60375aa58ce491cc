"""Finding a skill or a family of a profile by a part of its name."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import urlencode

from webapp.pages.profiles.families import Families
from webapp.pages.profiles.orders import FAMILY, SKILL
from webapp.runs.models import Profile

FOUND = 12  # that are shown
NEAR = 6  # that are written nearly like what was typed


@dataclass(frozen=True)
class Match:
    kind: str  # FAMILY or SKILL
    name: str
    questions: int

    @property
    def query(self) -> str:
        return urlencode({self.kind: self.name})


@dataclass(frozen=True)
class Matches:
    """The best first; `is_near`: nothing is called so, these are written nearly so."""

    rows: Sequence[Match]
    is_near: bool = False


def matches(profile: Profile, families: Families, text: str) -> Matches:
    typed = text.casefold().split()
    every = _named(profile, families)
    ranked = [(_rank(typed, one.name.casefold()), one) for one in every] if typed else []
    hits = [
        (rank, one.kind != FAMILY, -one.questions, one.name, one)
        for rank, one in ranked
        if rank is not None
    ]
    if hits or not typed:
        return Matches([one for *_, one in sorted(hits, key=lambda hit: hit[:4])[:FOUND]])
    named = {one.name.casefold(): one for one in every}
    near = get_close_matches(" ".join(typed), named, n=NEAR)
    return Matches([named[name] for name in near], is_near=True)


def _named(profile: Profile, families: Families) -> list[Match]:
    """All families and skills; those of skills that nobody was asked on have no question."""
    if families.found:
        skills = [(name, of["questions"]) for name, of in families.found["skills"].items()]
    else:
        rows = profile.cells.values_list("skill", "right", "wrong").order_by("skill")
        skills = list({skill: right + wrong for skill, right, wrong in rows}.items())
    groups = [(group["name"], group["questions"]) for group in families.groups]
    return [
        *(Match(FAMILY, name, questions) for name, questions in groups),
        *(Match(SKILL, name, questions) for name, questions in skills),
    ]


def _rank(typed: Sequence[str], name: str) -> int | None:
    """How well a name is what was typed, 0 best; None where it is not."""
    whole, words = " ".join(typed), name.split()
    if name == whole:
        return 0
    if name.startswith(whole):
        return 1
    if all(any(word.startswith(part) for word in words) for part in typed):
        return 2
    return 3 if all(part in name for part in typed) else None
