"""The page of the log, and the log as a file."""

import csv
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests.accounts.walking import member
from webapp.accounts.acting import acting_as
from webapp.accounts.models import Role, Team, User
from webapp.audit import reading
from webapp.audit.actions import Action
from webapp.audit.models import Entry
from webapp.audit.recording import Change, record
from webapp.experts.models import Pool

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(team: Team, user: User) -> Pool:
    """Two people, two objects, a failed sign-in of nobody known, and another team's."""
    ada = member(team, Role.EDITOR, "ada").user
    pool = Pool.objects.create(team=team, name="Small")
    with transaction.atomic():
        with acting_as(ada, team):
            record(Action.POOL_MADE, pool, experts=["tiny-01"])
            record(Action.POOL_CHANGED, pool, name=Change("Tiny", "Small"))
        with acting_as(user, team):
            record(Action.ROLE_CHANGED, ada, team=team, role=Change("viewer", "editor"))
        record(Action.SIGN_IN_FAILED, team=None, name='=HYPERLINK("x")')
        record(Action.POOL_MADE, team=Team.objects.create(name="Others"), name="secret pool")
    return pool


def body(client: Client, query: str = "") -> str:
    page = client.get(f"/team/log{query}")
    assert page.status_code == 200
    return page.content.decode().partition("<tbody>")[2]


def test_the_owner_sees_the_teams_and_the_installations(signed_in: Client, history: Pool) -> None:
    page = body(signed_in)
    for text in ("made a pool", "Tiny → Small", "viewer → editor", "failed to sign in"):
        assert text in page
    assert f'href="/pools/{history.pk}"' in page
    assert "secret pool" not in page, "another team's"
    history.delete()
    page = body(signed_in)
    assert "Small" in page and "/pools/" not in page, "the name stays, a dead link does not"


def test_an_admin_sees_the_teams_alone(client: Client, team: Team, history: Pool) -> None:
    client.force_login(member(team, Role.ADMIN, "grace").user)
    page = body(client)
    assert "made a pool" in page and "failed to sign in" not in page
    assert "HYPERLINK" not in lines(client, "csv")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?action=pool-made", ["made a pool"]),
        ("?kind=pool", ["made a pool", "changed a pool"]),
        ("?text=tiny-01", ["made a pool"]),
        ("?text=hyperlink", ["failed to sign in"]),
        ("?action=role-changed&kind=user", ["changed a role"]),
        ("?until=1999-12-31", []),
        ("?since=9998-12-31", []),
        ("?since=9999-12-31&text=tiny-01", ["made a pool"]),  # no day that there is
        ("?until=9998-12-31&since=1970-01-01&text=tiny-01", ["made a pool"]),
        ("?action=danced&person=x&until=soon&text=tiny-01%00", ["made a pool"]),
    ],
)
def test_what_is_looked_for(signed_in: Client, history: Pool, query: str, found: list[str]) -> None:
    page = body(signed_in, query)
    titles = ["made a pool", "changed a pool", "changed a role", "failed to sign in"]
    assert [title for title in titles if title in page] == found


def test_by_person_object_and_day(signed_in: Client, history: Pool, user: User) -> None:
    ada = User.objects.get(username="ada")
    assert body(signed_in, f"?person={ada.pk}").count("<tr>") == 2
    assert body(signed_in, f"?kind=pool&object={history.pk}").count("<tr>") == 2
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    assert "made a pool" in body(signed_in, f"?since={today}&until={today}")
    assert "made a pool" not in body(signed_in, f"?until={yesterday}")
    assert reading.people_of(user.team_id or 0, owns=True) == [(ada.pk, "ada"), (user.pk, "admin")]


def lines(client: Client, form: str, query: str = "") -> str:
    """The whole of a download, as the server would send it."""
    answer: Any = client.get(f"/team/log.{form}{query}")
    assert answer.status_code == 200

    async def read() -> str:
        return b"".join([part async for part in answer]).decode()

    return async_to_sync(read)()


def test_it_is_exported_as_lines_and_as_a_table(
    signed_in: Client, history: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 2)
    entries = [json.loads(line) for line in lines(signed_in, "jsonl").splitlines()]
    assert [entry["id"] for entry in entries] == sorted(_keys(), reverse=True)
    made = next(entry for entry in entries if entry["action"] == "pool-made")
    assert made["details"] == {"experts": ["tiny-01"]} and made["object"] == "Small"
    rows = list(csv.DictReader(lines(signed_in, "csv", "?text=hyperlink").splitlines()))
    assert json.loads(rows[-1]["details"])["name"] == '=HYPERLINK("x")'
    assert rows[-1]["action"] == "sign-in-failed"
    told = Entry.objects.filter(action=Action.LOG_EXPORTED.value)[0]
    assert told.details == {"form": "csv", "filters": {"text": "hyperlink"}}


def _keys() -> Iterator[int]:
    """Of what the owner of Team sees."""
    yield from Entry.objects.exclude(team="Others").values_list("pk", flat=True)


def test_a_cell_is_no_formula(signed_in: Client, team: Team, user: User) -> None:
    user.first_name = "=1+1"
    user.save()
    signed_in.post("/me/sessions")
    assert "'=1+1" in lines(signed_in, "csv") and ",=1+1" not in lines(signed_in, "csv")


def test_nothing_found_says_so(signed_in: Client) -> None:
    page = signed_in.get("/team/log?text=nothing+like+it").content.decode()
    assert "No entry matches." in page and "Save as CSV" not in page


def test_it_is_read_page_by_page(signed_in: Client, team: Team) -> None:
    Entry.objects.bulk_create(
        Entry(action="signed-in", way="page", team_id=team.pk, person=f"p{n}") for n in range(60)
    )
    page = signed_in.get("/team/log?action=signed-in").content.decode()
    assert "p59" in page and "p2<" not in page and "Next" in page
    assert "action=signed-in&amp;after=" in page
