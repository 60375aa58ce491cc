"""Reading the log: who may see which entries, and those that somebody looks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from webapp.audit.models import Entry

BATCH = 500  # entries of an export that are read together


@dataclass(frozen=True)
class Wanted:
    """What is looked for; a blank field asks for nothing. All that are set must hold."""

    person: int | None = None
    action: str = ""
    kind: str = ""  # of object
    object: int | None = None
    since: date | None = None  # days, both included
    until: date | None = None
    text: str = ""  # in names, addresses or details


def entries(team_id: int, *, owns: bool, wanted: Wanted = Wanted()) -> QuerySet[Entry]:
    """A team's; for whoever owns the installation also those that belong to no team."""
    whose = Q(team_id=team_id) | Q(team_id=None) if owns else Q(team_id=team_id)
    rows = Entry.objects.filter(whose)
    exact = {
        "person_id": wanted.person,
        "action": wanted.action,
        "kind": wanted.kind,
        "object_id": wanted.object,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.since:
        rows = rows.filter(created__gte=_begin(wanted.since))
    if wanted.until and wanted.until < date.max:
        rows = rows.filter(created__lt=_begin(wanted.until + timedelta(days=1)))
    if not wanted.text:
        return rows
    searched = ("person", "means", "address", "object", "told")
    found = Q()
    for name in searched:
        found |= Q(**{f"{name}__icontains": wanted.text})
    return rows.annotate(told=Cast("details", TextField())).filter(found)


def all_of(rows: QuerySet[Entry]) -> Iterator[list[Entry]]:
    """The newest first, in batches; what is added meanwhile is left out."""
    before: int | None = None
    while found := list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[:BATCH]):
        yield found
        before = found[-1].pk


def people_of(team_id: int, *, owns: bool) -> list[tuple[int, str]]:
    """Whoever did something, by the name that they had last."""
    rows = entries(team_id, owns=owns).exclude(person_id=None)
    names = rows.order_by("person_id", "-pk").distinct("person_id").values_list
    return sorted(
        ((pk, name) for pk, name in names("person_id", "person") if pk is not None),
        key=lambda one: one[1].lower(),
    )


def kinds_of(team_id: int, *, owns: bool) -> list[str]:
    """What was acted on."""
    rows = entries(team_id, owns=owns).exclude(kind="").order_by("kind")
    return list(rows.values_list("kind", flat=True).distinct())


def _begin(day: date) -> datetime:
    """Of a day, where the reader is. The calendar has an end: whoever asks for it gets all."""
    return timezone.make_aware(datetime.combine(day, time.min))
