"""A team's runs under the filters of an address, and what there is to filter by."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import QueryDict

from moe_core.methods import METHODS
from webapp.accounts.models import Team, User
from webapp.experts.models import Pool
from webapp.pages.shared.addresses import key, text_param
from webapp.pages.shared.controls import Control, select
from webapp.questions.models import QuestionSet
from webapp.runs.lookups import runs_of
from webapp.runs.models import Run


@dataclass(frozen=True)
class RunFilters:
    """What an address asks for; a blank field asks for nothing. All that are set must hold."""

    kind: str = ""
    status: str = ""
    method: str = ""
    set: str = ""  # keys, from here on
    pool: str = ""
    by: str = ""

    @classmethod
    def of(cls, given: QueryDict) -> "RunFilters":
        """Values that mean nothing count as blank, so that an old address still opens."""
        told = {name: text_param(given, name) for name in cls.__dataclass_fields__}
        for name, values in (("kind", Run.Kind), ("status", Run.Status), ("method", METHODS)):
            if told[name] not in list(values):
                told[name] = ""
        for name in ("set", "pool", "by"):
            if key(told[name]) is None:
                told[name] = ""
        return cls(**told)

    @property
    def query(self) -> str:
        """The same as the part of an address after the question mark; blank without filters."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    def runs(self, team: Team) -> QuerySet[Run]:
        columns = {"set": "question_set", "by": "created_by"}
        wanted = {columns.get(name, name): value for name, value in asdict(self).items() if value}
        return runs_of(team).filter(**wanted)


def controls(team: Team, chosen: RunFilters) -> list[Control]:
    """What the filters offer."""
    started = Run.objects.filter(team=team).values("created_by")
    sets = QuestionSet.objects.filter(team=team).order_by("name")
    pools = Pool.objects.filter(team=team).order_by("name")
    people = User.objects.filter(pk__in=started).order_by("username")
    methods = [(method.name, method.title) for method in METHODS.values()]
    return [
        select("kind", "Kind", "every kind", Run.Kind.choices, chosen.kind),
        select("status", "Status", "every status", Run.Status.choices, chosen.status),
        select("method", "Method", "every method", methods, chosen.method),
        select("set", "Question set", "every set", _rows(sets), chosen.set),
        select("pool", "Pool", "every pool", _rows(pools), chosen.pool),
        select("by", "Started by", "everybody", _rows(people), chosen.by),
    ]


def _rows(found: Iterable[Model]) -> list[tuple[int, Model]]:
    return [(row.pk, row) for row in found]
