"""What things are called, and what is said of runs."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from webapp.accounts.models import Team, User
from webapp.audit.actions import Action
from webapp.audit.recording import Change, record
from webapp.files.tables import NO_TEXT
from webapp.keeping.kinds import KeepingRefused, Named, word_of
from webapp.runs.models import Preset, Profile, Run, Star
from webapp.runs.models.run import LONGEST_TAG

LONGEST_NAME = 100  # characters
LONGEST_TITLE = 200
LONGEST_NOTES = 20_000
MOST_TAGS = 20  # of one run


def rename(thing: Named | Preset, name: str, by: User) -> None:
    """Another name. A run and a profile may have none: they are called by what they are then.

    Raises KeepingRefused.
    """
    if isinstance(thing, Run):
        describe(thing, by, title=name)
        return
    name, before = _line(name), thing.name
    if len(name) > LONGEST_NAME or not (name or isinstance(thing, Profile)):
        raise KeepingRefused(f"Give it a name of 1 to {LONGEST_NAME} characters.")
    thing.name = name
    try:
        with transaction.atomic():
            thing.save(update_fields=["name"])
            record(Action.RENAMED, thing, name=Change(before, name))
    except IntegrityError:
        thing.name = before
        word = "preset" if isinstance(thing, Preset) else word_of(thing)
        raise KeepingRefused(f"There is a {word} called {name}: take another name.") from None


def describe(
    run: Run,
    by: User,
    *,
    title: str | None = None,
    tags: Iterable[str] | None = None,
    notes: str | None = None,
) -> None:
    """What is None stays. A blank title: it is called by what it does. Raises KeepingRefused."""
    new: dict[str, Any] = {}
    if title is not None:
        new["given_title"] = checked_title(title)
    if tags is not None:
        new["tags"] = checked_tags(tags)
    if notes is not None:
        new["notes"] = checked_notes(notes)
    told = {
        name: Change(old, value)
        for name, value in new.items()
        if (old := getattr(run, name)) != value
    }
    for name, value in new.items():
        setattr(run, name, value)
    with transaction.atomic():
        run.save(update_fields=list(new))
        if told:
            record(Action.RUN_DESCRIBED, run, **told)


def hand_over(run: Run, to: User, by: User) -> None:
    """Raises KeepingRefused."""
    if not to.is_active or not run.team.memberships.filter(user=to).exists():
        raise KeepingRefused(f"{to} is not in {run.team}: choose one of its members.")
    before, run.owner = run.owner, to
    with transaction.atomic():
        run.save(update_fields=["owner"])
        record(Action.HANDED_OVER, run, owner=Change(before, to))


def star(run: Run, by: User, starred: bool) -> None:
    """For one's own lists."""
    if starred:
        Star.objects.get_or_create(run=run, person=by)
    else:
        Star.objects.filter(run=run, person=by).delete()


def tags_of(team: Team) -> list[str]:
    """Those in use, in order."""
    rows = Run.objects.filter(team=team).exclude(tags=[]).values_list("tags", flat=True)
    return sorted({tag for tags in rows for tag in tags})


def checked_title(title: str) -> str:
    """Raises KeepingRefused."""
    title = _line(title)
    if len(title) > LONGEST_TITLE:
        raise KeepingRefused(f"A title may have {LONGEST_TITLE} characters, not more.")
    return title


def checked_tags(tags: Iterable[str]) -> list[str]:
    """In lower case, each once, in order. Raises KeepingRefused."""
    found = sorted({tag for given in tags if (tag := _line(given).lower())})
    if len(found) > MOST_TAGS:
        raise KeepingRefused(f"A run may have {MOST_TAGS} tags, not more.")
    for tag in found:
        if len(tag) > LONGEST_TAG:
            raise KeepingRefused(f"A tag may have {LONGEST_TAG} characters: shorten {tag!r}.")
        if "," in tag:
            raise KeepingRefused(f"Commas part tags: leave them out of {tag!r}.")
    return found


def checked_notes(notes: str) -> str:
    """Raises KeepingRefused."""
    notes = NO_TEXT.sub("", notes).replace("\r\n", "\n").strip()
    if len(notes) > LONGEST_NOTES:
        raise KeepingRefused(f"Notes may have {LONGEST_NOTES:,} characters, not more.")
    return notes


def _line(text: str) -> str:
    """On one line, without what Postgres cannot take."""
    return " ".join(NO_TEXT.sub("", text).split())
