"""What is deleted shows nowhere: every page and every operation of the API that shows one is
asked again without it."""

import json
from collections.abc import Collection
from contextlib import suppress

import pytest
from django.test import Client

from tests.accounts.walking import Things, make_things
from tests.api.conftest import Program
from tests.api.test_description import operations
from webapp.accounts.models import Token, User
from webapp.accounts.rights import PAGES
from webapp.keeping.deleting import delete, undo
from webapp.keeping.kinds import KINDS, Named
from webapp.keeping.naming import rename
from webapp.reviews.models import Queue
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db
KNOWS = {"deleted", "list_deletions", "log", "list_log", "log-csv", "log-jsonl"}  # what lists it
LISTS = ("runs", "profiles", "pools", "question-sets")


@pytest.fixture
def named(ours_run: Run, user: User) -> dict[str, Named]:
    """One of each, by a name that nothing else has."""
    assert ours_run.profile and ours_run.pool and ours_run.question_set
    things: dict[str, Named] = {
        "zyzzyva run": ours_run,
        "zyzzyva profile": ours_run.profile,
        "zyzzyva pool": ours_run.pool,
        "zyzzyva test set": ours_run.question_set,
        "zyzzyva validation set": ours_run.profile.question_set,
    }
    for name, thing in things.items():
        rename(thing, name, user)
    return things


def pages(client: Client, things: Things, names: Collection[str]) -> dict[str, str]:
    """The text of each address that can be opened."""
    found = {}
    for name in names:
        response = client.get(things.address(name))
        text = b""
        with suppress(OSError):  # closed early, a stream closes the connection
            if not getattr(response, "is_async", False):
                text = response.getvalue()
        found[name] = text.decode(errors="replace")
    return found


def operations_of(program: Program, run: Run, names: Collection[str]) -> dict[str, str]:
    """The text of what a program can read."""
    keys = {
        "run": run.pk,
        "profile": run.profile_id,
        "pool": run.pool_id,
        "question_set": run.question_set_id,
        "expert": 1,
        "tried": run.pk,
        "queue": Queue.objects.get().pk,
    }
    asked = [(o["operationId"], path) for method, path, o in operations() if method == "get"]
    answers = {n: program.get(path.format(**keys)) for n, path in asked if not names or n in names}
    return {name: _text(answer) for name, (_, answer) in answers.items()}


def name_of(one: Named) -> str:
    return one.title if isinstance(one, Run) else str(one)


def _text(answer: object) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else json.dumps(answer)


def test_nothing_shows_it(signed_in: Client, named: dict[str, Named], user: User) -> None:
    run = named["zyzzyva run"]
    assert isinstance(run, Run)
    things = make_things(run, user)
    program = Program(Token.create(user)[1])
    shown = pages(signed_in, things, PAGES) | operations_of(program, run, ())
    every = [one for model in KINDS.values() for one in model.every.all()]  # some go with others
    marks = {mark for one in every for mark in (name_of(one), str(one.get_absolute_url()))}
    for name in named:
        assert any(name in text for text in shown.values()), name
    tell = {where for where, text in shown.items() if any(mark in text for mark in marks)}
    for thing in named.values():
        deletion = delete(thing, user, with_all=True)
        signed_in.get("/")
        shown = pages(signed_in, things, tell & set(PAGES)) | operations_of(program, run, tell)
        gone = {
            name_of(one): one
            for model in KINDS.values()
            for one in model.every.exclude(deletion=None)
        }
        for name, one in gone.items():
            address = one.get_absolute_url()
            assert signed_in.get(address).status_code == 404, address
            telling = {
                where
                for where, text in shown.items()
                if name in text or any(f'"{address}{end}' in text for end in ('"', "/", "?", "#"))
            }
            assert telling <= KNOWS, (name, telling)
        for kind in LISTS:
            hidden = set(KINDS[kind].every.exclude(deletion=None).values_list("pk", flat=True))
            rows = program.get(f"/{kind}")[1]["items"]
            assert not hidden & {row["id"] for row in rows}
        undo(deletion, user)
        assert all(type(one).objects.filter(pk=one.pk).exists() for one in named.values())
