"""How experts are called where people read: without what tells none of them apart.

Of `mistralai/Mixtral-8x7B-Instruct-v0.1` the publisher is left out, unless another expert of the
team would be called the same. Exports, the API and an expert's own page have the whole name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db.models import Q

from webapp.accounts.models import Team
from webapp.audit.actors import actor
from webapp.experts.models import Expert


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Each name's last parts between slashes: as few as no other name ends in, whatever the case;
    all of them where that takes all.
    """
    endings = {name: _endings(name) for name in names}
    taken = Counter(ending.casefold() for found in endings.values() for ending in found)
    return {
        name: next((ending for ending in found if taken[ending.casefold()] == 1), name)
        for name, found in endings.items()
    }


def _endings(name: str) -> list[str]:
    """The last part, the last two, and so on."""
    parts = name.split("/")
    return ["/".join(parts[start:]) for start in range(len(parts) - 1, -1, -1) if parts[start]]


@dataclass(frozen=True)
class _Kept:
    """What was read once, of each team."""

    team: int | None = None  # None: that of whoever is acting
    names: dict[int | None, Mapping[str, str]] = field(default_factory=dict)

    def of_team(self) -> Mapping[str, str]:
        team = self.team or actor().team_id
        if team not in self.names:
            seen = Expert.objects.filter(Q(team=None) | Q(team=team))
            self.names[team] = short_names(seen.order_by().values_list("name", flat=True))
        return self.names[team]


_kept: ContextVar[_Kept | None] = ContextVar("kept", default=None)


@contextmanager
def names_kept(team: Team | None = None) -> Iterator[None]:
    """In the block the names are read once: those of `team`, else of whoever is acting.

    A request is such a block; what a worker writes for people to read needs one of its own.
    """
    before = _kept.set(_Kept(team.pk if team else None))
    try:
        yield
    finally:
        _kept.reset(before)


def short(expert: object) -> str:
    """How an expert, or one that is known by name alone, is called among those of the team."""
    name = str(expert)
    known = (_kept.get() or _Kept()).of_team()
    return known[name] if name in known else short_names([*known, name])[name]
