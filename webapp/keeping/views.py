"""Filters of the list of runs, kept under names."""

from django.db import IntegrityError, transaction
from django.db.models import Q

from webapp.accounts.models import Team, User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.files.tables import NO_TEXT
from webapp.keeping.kinds import KeepingRefused
from webapp.runs.models import SavedView

LONGEST_NAME = 60  # characters
MOST = 50  # of one person in a team


def views_for(team: Team, person: User) -> list[SavedView]:
    """One's own, and those that others share."""
    rows = SavedView.objects.filter(Q(person=person) | Q(shared=True), team=team)
    return list(rows.select_related("person"))


def save_view(team: Team, by: User, name: str, query: str, *, shared: bool = False) -> SavedView:
    """Raises KeepingRefused."""
    if not query:
        raise KeepingRefused("Choose some filters first: there is nothing to save.")
    if SavedView.objects.filter(team=team, person=by).count() >= MOST:
        raise KeepingRefused(f"You have {MOST} views: delete one first.")
    view = SavedView(team=team, person=by, query=query[:1000], shared=shared)
    _call(view, name, Action.VIEW_SAVED)
    return view


def rename_view(view: SavedView, name: str, by: User) -> None:
    """Raises KeepingRefused."""
    _call(view, name, Action.VIEW_RENAMED)


@transaction.atomic
def delete_view(view: SavedView, by: User) -> None:
    record(Action.VIEW_DELETED, view)
    view.delete()


def _call(view: SavedView, name: str, done: Action) -> None:
    name = " ".join(NO_TEXT.sub("", name).split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise KeepingRefused(f"Give the view a name of 1 to {LONGEST_NAME} characters.")
    view.name = name
    try:
        with transaction.atomic():
            view.save()
            record(done, view)
    except IntegrityError:
        raise KeepingRefused(f"There is a view called {name}: take another name.") from None
