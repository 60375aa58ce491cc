"""Signing in and out, as the log tells it."""

import pytest
from django.test import Client
from pytest import MonkeyPatch

from tests.audit.test_acts import failing
from webapp.accounts import sign_ins
from webapp.accounts.models import User
from webapp.audit.actions import Action
from webapp.audit.models import Entry

pytestmark = pytest.mark.django_db
RIGHT = {"username": "admin", "password": "a password"}


def actions() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("action", flat=True))


def test_signing_in_and_out_is_told(client: Client, user: User) -> None:
    client.post("/sign-in", RIGHT)
    client.post("/sign-out")
    assert actions() == [Action.SIGNED_IN, Action.SIGNED_OUT]
    for entry in Entry.objects.all():
        assert (entry.person_id, entry.person, entry.team) == (user.pk, "admin", "Team")
        assert (entry.address, entry.way, entry.kind) == ("127.0.0.1", "page", "user")
    client.post("/sign-out")
    assert len(actions()) == 2, "nobody signs out who is not there"


def test_who_cannot_be_told_is_not_signed_in(client: Client, user: User) -> None:
    client.raise_request_exception = False
    with failing("audit_entry"):
        assert client.post("/sign-in", RIGHT).status_code == 500
    assert client.get("/").status_code == 302


def test_a_failed_one_is_told_to_the_team_of_that_name(client: Client, user: User) -> None:
    client.post("/sign-in", {"username": "admin", "password": "my secret"})
    client.post("/sign-in", {"username": "x" * 150, "password": "my secret"})
    strange, known = Entry.objects.all()
    assert {entry.action for entry in (strange, known)} == {Action.SIGN_IN_FAILED}
    assert (known.person, known.team, known.object) == ("", "Team", "admin")
    assert known.details == {"name": "admin"}
    assert (strange.team_id, strange.object, len(strange.details["name"])) == (None, "", 60)
    assert "my secret" not in str(list(Entry.objects.values()))


def test_guessing_does_not_fill_the_disk(
    client: Client, user: User, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_ins, "MOST_OF_ADDRESS", 2)
    monkeypatch.setattr(sign_ins, "MOST", 3)
    for address in ("10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.3"):
        given = {"username": "admin", "password": "wrong"}
        client.post("/sign-in", given, REMOTE_ADDR=address)
    told = Entry.objects.order_by("pk")
    assert [entry.address for entry in told] == ["10.0.0.1", "10.0.0.1", "10.0.0.2"]
    assert ["note" in entry.details for entry in told] == [False, True, True]
