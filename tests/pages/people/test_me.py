"""A person's own page: name, password, tokens, sessions, teams; and the first start."""

import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from tests.accounts.walking import member
from webapp.accounts.models import Role, Team, Token, User, digest_of

pytestmark = pytest.mark.django_db


def test_a_name(signed_in: Client, user: User) -> None:
    signed_in.post("/me", {"name": "Grace Hopper"})
    assert "Grace Hopper" in signed_in.get("/").content.decode()
    assert signed_in.post("/me", {"name": ""}).status_code == 422


def test_a_password_ends_every_other_session(signed_in: Client, user: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(user)
    given = {"old_password": "a password", "new_password1": "quite another 7",
             "new_password2": "quite another 7"}  # fmt: skip
    assert signed_in.post("/me/password", given | {"old_password": "x"}).status_code == 422
    assert signed_in.post("/me/password", given).status_code == 302
    assert signed_in.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 302


def test_signing_out_everywhere_else(signed_in: Client, user: User, team: Team) -> None:
    elsewhere, ada = Client(), Client()
    elsewhere.force_login(user)
    ada.force_login(member(team, Role.VIEWER, "ada").user)
    assert elsewhere.get("/").status_code == ada.get("/").status_code == 200
    page = signed_in.post("/me/sessions", follow=True).content.decode()
    assert "1 other session was ended." in page
    assert elsewhere.get("/").status_code == 302 and ada.get("/").status_code == 200


def made(client: Client, **given: object) -> str:
    page = client.post("/me/tokens", {"name": "CI", "scopes": ["read"], "days": 7} | given)
    found = re.search(r'id="token" value="([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return found[1]


def asked(token: str, method: str, address: str, **given: object) -> int:
    client = Client(headers={"Authorization": f"Bearer {token}"})
    return int(client.generic(method, f"/api/v1{address}", **given).status_code)  # type: ignore[arg-type]


def test_a_token_does_what_its_scopes_say(signed_in: Client, user: User) -> None:
    token = made(signed_in)
    assert asked(token, "GET", "/runs") == 200
    assert asked(token, "POST", "/pools") == 403 and asked(token, "POST", "/experts") == 403
    assert asked(made(signed_in, scopes=["run"]), "GET", "/runs") == 403
    assert asked(made(signed_in, scopes=["read", "run"]), "POST", "/pools") == 422
    kept = Token.objects.get(digest=digest_of(token))
    assert kept.last_used is not None
    page = signed_in.get("/me").content.decode()
    assert "CI" in page and token not in page, "it is shown once"
    Token.objects.filter(pk=kept.pk).update(expires=timezone.now())
    assert asked(token, "GET", "/runs") == 401


def test_a_revoked_token_is_refused_at_once(signed_in: Client, user: User, team: Team) -> None:
    token = made(signed_in, days="")
    kept = Token.objects.get()
    other = Client()
    other.force_login(member(team, Role.ADMIN, "ada").user)
    assert other.post(f"/me/tokens/{kept.pk}/revoke").status_code == 404, "it is not theirs"
    assert asked(token, "GET", "/runs") == 200
    signed_in.post(f"/me/tokens/{kept.pk}/revoke")
    assert asked(token, "GET", "/runs") == 401


def test_a_token_does_no_more_than_its_person(client: Client, team: Team) -> None:
    ada = member(team, Role.VIEWER, "ada")
    client.force_login(ada.user)
    given = {"name": "CI", "scopes": ["run"], "days": 7}
    assert client.post("/me/tokens", given).status_code == 422, "a viewer starts nothing"
    _, old = Token.create(ada.user)  # with all scopes
    assert asked(old, "GET", "/runs") == 200 and asked(old, "POST", "/pools") == 403
    ada.delete()
    assert asked(old, "GET", "/runs") == 403


def test_switching_teams(signed_in: Client, user: User, team: Team) -> None:
    others = Team.objects.create(name="Others")
    user.join(others, Role.VIEWER)
    page = signed_in.get("/me").content.decode()
    assert "Others" in page and 'aria-label="Switch to Team"' in page
    assert signed_in.get("/runs/new").status_code == 403, "a viewer there"
    signed_in.post("/me/team", {"team": team.pk})
    assert signed_in.get("/runs/new").status_code == 200
    for wrong in ("", "x", "9" * 30, str(Team.objects.create(name="Third").pk)):
        page = signed_in.post("/me/team", {"team": wrong}, follow=True).content.decode()
        assert "You are not in that team" in page


def test_the_first_start(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("ensure_admin")
    found = re.search(r"Sign in as admin with password (\S+)", capsys.readouterr().out)
    assert found
    given = {"username": "admin", "password": found[1], "next": "/runs/"}
    welcome = client.post("/sign-in", given)["Location"]
    assert welcome == "/welcome?next=%2Fruns%2F", "first, wherever they wanted to go"
    page = client.get(welcome).content.decode()
    assert "a password that only you know" in page and 'href="/runs/">Later' in page
    assert 'href="/">Later' in client.get("/welcome?next=//elsewhere.org/x").content.decode()
    chosen = {"name": "Grace", "team": "Navy", "password1": "a ship at sea", "password2": "no"}
    assert client.post(welcome, chosen).status_code == 422
    assert client.post(welcome, chosen | {"password2": "a ship at sea"})["Location"] == "/runs/"
    page = client.get("/").content.decode()
    assert "Grace" in page and "Navy" in page
    assert client.get("/welcome").status_code == 302, "once"
    admin = User.objects.get(username="admin")
    assert admin.check_password("a ship at sea") and admin.memberships.get().role == "admin"
    fresh = Client()
    given = {"username": "admin", "password": "a ship at sea"}
    assert fresh.post("/sign-in", given)["Location"] == "/"
    call_command("ensure_admin")
    assert list(Team.objects.values_list("name", flat=True)) == ["Navy"], "none is made anew"


def test_a_password_of_ones_own_ends_the_welcome(signed_in: Client, user: User) -> None:
    User.objects.update(is_new=True)
    assert signed_in.get("/welcome").status_code == 200
    person = User.objects.get()
    person.set_password("as manage.py changepassword does")
    person.save()
    client = Client()
    client.force_login(person)
    assert client.post("/welcome", {}).status_code == 302


def test_the_welcome_names_only_a_team_that_one_manages(client: Client, team: Team) -> None:
    ada = member(team, Role.VIEWER, "ada", is_new=True)
    client.force_login(ada.user)
    given = {
        "name": "Ada",
        "team": "Mine",
        "password1": "a ship at sea",
        "password2": "a ship at sea",
    }
    assert client.post("/welcome", given).status_code == 302
    team.refresh_from_db()
    assert team.name == "Team"
