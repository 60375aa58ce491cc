"""Which costs an address asks for, and whose somebody may see."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from webapp.accounts.middleware import TeamRequest
from webapp.accounts.models import User
from webapp.accounts.rights import MANAGE
from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.pages.shared.addresses import key, text_param
from webapp.pages.shared.controls import Control, select
from webapp.progress.spent import Wanted, first_of, keys_of


@dataclass(frozen=True)
class CostFilters:
    """A blank field asks for nothing."""

    month: str = ""  # as 2026-05
    person: str = ""  # keys
    expert: str = ""

    @classmethod
    def of(cls, request: TeamRequest) -> "CostFilters":
        """Of whoever does not manage the team, what they have started themselves."""
        told = {name: text_param(request.GET, name) for name in cls.__dataclass_fields__}
        if first_of(told["month"]) is None:
            told["month"] = ""
        for name in ("person", "expert"):
            if key(told[name]) is None:
                told[name] = ""
        if not sees_all(request):
            told["person"] = str(request.user.pk)
        return cls(**told)

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def wanted(self) -> Wanted:
        return Wanted(first_of(self.month), key(self.person), key(self.expert))


def sees_all(request: TeamRequest) -> bool:
    return MANAGE in request.may


def controls(request: TeamRequest, chosen: CostFilters) -> list[Control]:
    """What there is to choose: what has cost something."""
    whose = Wanted() if sees_all(request) else Wanted(person=request.user.pk)
    months = [f"{first:%Y-%m}" for first in reversed(keys_of(request.team, whose, "month"))]
    experts = names_of(Expert, keys_of(request.team, whose, "expert"))
    found: list[Control] = [
        select("month", "Month", "every month", [(m, m) for m in months], chosen.month),
        select("expert", "Expert", "every expert", experts, chosen.expert),
    ]
    if sees_all(request):
        people = names_of(User, keys_of(request.team, whose, "person"))
        found.insert(1, select("person", "Started by", "everybody", people, chosen.person))
    return found


def names_of(model: type[Expert] | type[User], keys: Sequence[int | None]) -> list[tuple[int, str]]:
    """Keys and names, by name."""
    rows = model._default_manager.in_bulk([pk for pk in keys if pk is not None])
    told = [(pk, short(row) if isinstance(row, Expert) else str(row)) for pk, row in rows.items()]
    return sorted(told, key=lambda one: one[1].casefold())
