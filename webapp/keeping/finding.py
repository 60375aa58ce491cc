"""Finding runs: by what they do, by what people said of them, by when they started."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware

from webapp.accounts.models import Team, User
from webapp.runs.lookups import runs_of
from webapp.runs.models import Run

LARGEST = 2**63 - 1  # key
# What a made title is made of; a given one stands for itself.
MADE_OF = (
    *("kind", "method", "recruiter", "differs"),
    *("question_set__name", "pool__name", "expert__name"),
)


@dataclass(frozen=True)
class Wanted:
    """What is blank or None asks for nothing; all else must hold."""

    title: str = ""  # words of it, or a run's number
    kind: str = ""
    status: str = ""
    method: str = ""
    question_set: int | None = None
    pool: int | None = None
    owner: int | None = None
    tag: str = ""
    since: date | None = None  # days in the installation's time zone, both of them in
    until: date | None = None
    starred: bool = False  # by whoever asks
    archived: bool = False  # only these, or none of them


def find_runs(team: Team, person: User, wanted: Wanted) -> QuerySet[Run]:
    """`person`: who asks."""
    fields = {
        "kind": wanted.kind,
        "status": wanted.status,
        "method": wanted.method,
        "question_set": wanted.question_set,
        "pool": wanted.pool,
        "owner": wanted.owner,
        "tags__contains": [wanted.tag] if wanted.tag else None,
        "stars__person": person if wanted.starred else None,
        "created__gte": _moment(wanted.since, time.min),
        "created__lte": _moment(wanted.until, time.max),
    }
    found = runs_of(team).filter(**{name: value for name, value in fields.items() if value})
    return _titled(found.filter(archived__isnull=not wanted.archived), wanted.title)


def _moment(day: date | None, at: time) -> datetime | None:
    return make_aware(datetime.combine(day, at)) if day else None


def _titled(runs: QuerySet[Run], text: str) -> QuerySet[Run]:
    """Those whose title has all of these words, or whose number it is: "12" or "run 12"."""
    number = text.lower().removeprefix("run").strip()
    if number.isascii() and number.isdigit() and int(number) <= LARGEST:
        return runs.filter(Q(pk=int(number)) | Q(given_title__icontains=text))
    for word in text.split():
        made = Q(given_title="") & _any_has(word)
        runs = runs.filter(Q(given_title__icontains=word) | made)
    return runs


def _any_has(word: str) -> Q:
    found = Q()
    for name in MADE_OF:
        found |= Q(**{f"{name}__icontains": word})
    return found
