"""A team's runs under the filters of an address, and what there is to filter by."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import QueryDict

from moe_core.methods import METHODS
from webapp.accounts.models import Team, User
from webapp.experts.models import Pool
from webapp.keeping.finding import Wanted, find_runs
from webapp.keeping.naming import tags_of
from webapp.pages.shared.addresses import day, key, text_param
from webapp.pages.shared.controls import Check, Control, Day, Search, select, select_text
from webapp.questions.models import QuestionSet
from webapp.runs.models import Run

LONGEST = 100  # characters of a text to look for
YES = "yes"


@dataclass(frozen=True)
class RunFilters:
    """What an address asks for; a blank field asks for nothing. All that are set must hold."""

    title: str = ""  # words of a title, or a run's number
    kind: str = ""
    status: str = ""
    method: str = ""
    set: str = ""  # keys
    pool: str = ""
    by: str = ""  # the owner's
    tag: str = ""
    since: str = ""  # days, as 2026-05-01; both of them in
    until: str = ""
    starred: str = ""  # yes
    archived: str = ""  # yes: only these

    @classmethod
    def of(cls, given: QueryDict) -> "RunFilters":
        """Values that mean nothing count as blank, so that an old address still opens."""
        told = {name: text_param(given, name) for name in cls.__dataclass_fields__}
        told["title"] = told["title"][:LONGEST]
        for name, values in (
            *(("kind", Run.Kind), ("status", Run.Status), ("method", METHODS)),
            *(("starred", [YES]), ("archived", [YES])),
        ):
            if told[name] not in list(values):
                told[name] = ""
        for name in ("set", "pool", "by"):
            if key(told[name]) is None:
                told[name] = ""
        for name in ("since", "until"):
            if day(told[name]) is None:
                told[name] = ""
        return cls(**told)

    @property
    def has_more(self) -> bool:
        """Whether any of those is chosen that are not seen first."""
        more = (self.by, self.tag, self.since, self.until, self.starred, self.archived)
        return any(more)

    @property
    def query(self) -> str:
        """The same as the part of an address after the question mark; blank without filters."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    def runs(self, team: Team, person: User) -> QuerySet[Run]:
        """`person`: whose stars count."""
        wanted = Wanted(
            title=self.title,
            kind=self.kind,
            status=self.status,
            method=self.method,
            question_set=key(self.set),
            pool=key(self.pool),
            owner=key(self.by),
            tag=self.tag,
            since=day(self.since),
            until=day(self.until),
            starred=bool(self.starred),
            archived=bool(self.archived),
        )
        return find_runs(team, person, wanted)


def controls(team: Team, chosen: RunFilters) -> tuple[list[Control], list[Control]]:
    """What the filters offer: first of all, and beside that."""
    owners = Run.objects.filter(team=team).values("owner")
    sets = QuestionSet.objects.filter(team=team, archived=None).order_by("name")
    pools = Pool.objects.filter(team=team, archived=None).order_by("name")
    people = User.objects.filter(pk__in=owners).order_by("username")
    methods = [(method.name, method.title) for method in METHODS.values()]
    first: list[Control] = [
        Search("title", "Title", chosen.title, "words, or a number", LONGEST),
        select("kind", "Kind", "every kind", Run.Kind.choices, chosen.kind),
        select("status", "Status", "every status", Run.Status.choices, chosen.status),
        select("method", "Method", "every method", methods, chosen.method),
        select("set", "Question set", "every set", _rows(sets), chosen.set),
        select("pool", "Pool", "every pool", _rows(pools), chosen.pool),
    ]
    more: list[Control] = [
        select("by", "Owner", "everybody", _rows(people), chosen.by),
        select_text("tag", "Tag", "every tag", tags_of(team), chosen.tag),
        Day("since", "Started from", chosen.since),
        Day("until", "to", chosen.until),
        Check("starred", "My stars", bool(chosen.starred)),
        Check("archived", "Archived", bool(chosen.archived)),
    ]
    return first, more


def _rows(found: Iterable[Model]) -> list[tuple[int, Model]]:
    return [(row.pk, row) for row in found]
