"""The log: who did what, for the team's admins; as a file too."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.accounts.models import Team
from webapp.audit import exporting, reading
from webapp.audit.actions import Action
from webapp.audit.models import Entry
from webapp.audit.recording import record
from webapp.experts.models import Expert, Pool
from webapp.exports.streaming import download
from webapp.pages.log.filters import controls, wanted_of, whose
from webapp.pages.shared.paging import page_of
from webapp.questions.models import QuestionSet
from webapp.runs.models import Answer, Profile, Run
from webapp.things.models import there_by

FORMS = {
    "csv": (exporting.as_csv, "text/csv; charset=utf-8"),
    "jsonl": (exporting.as_jsonl, "application/jsonl"),
}
# Objects with a page of their own.
WITH_PAGES = (Run, Answer, QuestionSet, Pool, Profile, Expert)


@dataclass(frozen=True)
class Row:
    entry: Entry
    address: str  # of the object's page; blank where there is none any more
    details: list[tuple[str, str]]


@require_safe
def log(request: TeamRequest) -> HttpResponse:
    wanted, seen = wanted_of(request.GET), whose(request)
    page = page_of(request, reading.entries(**seen, wanted=wanted), newest_first=True)
    query = request.GET.copy()
    for place in ("after", "before"):
        query.pop(place, None)
    context = {
        "page": page,
        "rows": _rows(request, page.rows),
        "controls": controls(seen, wanted),
        "hidden": [("object", wanted.object)] if wanted.object else [],
        "is_filtered": wanted != reading.Wanted(),
        "query": query.urlencode(),
    }
    return render(request, "log/log.html", context)


@require_safe
def export(request: TeamRequest, form: str) -> StreamingHttpResponse:
    """What the filters find, all of it; the log tells of that too."""
    rows = reading.entries(**whose(request), wanted=wanted_of(request.GET))
    lines, kind = FORMS[form]
    with transaction.atomic():
        record(Action.LOG_EXPORTED, form=form, filters=dict(request.GET.items()))
    return download(lines(rows), kind, f"log.{form}")


def _rows(request: TeamRequest, entries: Iterable[Entry]) -> list[Row]:
    pages = _pages(request, entries)
    return [
        Row(
            entry,
            pages.get((entry.kind, entry.object_id or 0), ""),
            [(name.replace("_", " "), _text(value)) for name, value in entry.details.items()],
        )
        for entry in entries
    ]


def _pages(request: TeamRequest, entries: Iterable[Entry]) -> dict[tuple[str, int], str]:
    """Kind and id → address, of what is still there."""
    found: dict[tuple[str, int], str] = {}
    for model in WITH_PAGES:
        kind = str(model._meta.verbose_name)
        if keys := {entry.object_id for entry in entries if entry.kind == kind}:
            rows = _theirs(model, request.team).filter(pk__in=keys)
            found |= {(kind, row.pk): row.get_absolute_url() for row in rows}
    return found


def _theirs(model: Any, team: Team) -> QuerySet[Any]:
    """Those that a team may see."""
    if model is Expert:
        return Expert.objects.of(team)
    if model is Answer:
        return Answer.objects.filter(there_by("run"), run__team=team)
    found: QuerySet[Any] = model.objects.filter(team=team)
    return found


def _text(value: object) -> str:
    """Of a detail, in words."""
    if isinstance(value, dict) and value.keys() == {"before", "after"}:
        return f"{_text(value['before'])} → {_text(value['after'])}"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_text(one)}" for name, one in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and abs(value) >= 10_000:
        return f"{value:,}"
    return "none" if value in (None, "") else str(value)
