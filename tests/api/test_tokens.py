"""Tokens: made and revoked by commands, kept as a digest, the only way in."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from tests.api.conftest import API, Program
from webapp.accounts.models import Team, Token, User

pytestmark = pytest.mark.django_db


def create_token(*args: str) -> tuple[str, str]:
    """What goes to stdout, and what to stderr."""
    out, words = StringIO(), StringIO()
    call_command("create_token", *args, stdout=out, stderr=words)
    return out.getvalue(), words.getvalue()


def revoke_token(*args: str) -> str:
    out = StringIO()
    call_command("revoke_token", *args, stdout=out)
    return out.getvalue()


def status_of(token: str | None) -> int:
    return Program(token).get("/runs")[0]


def test_a_token_is_alone_on_stdout_and_works(user: User) -> None:
    text, words = create_token("admin", "--name", "nightly")
    assert len(text.splitlines()) == 1
    assert "only this once" in words and "Team" in words
    assert status_of(text.strip()) == 200
    token = user.tokens.get()
    assert str(token) == "nightly"
    assert text.strip() not in (token.digest, token.name)


@pytest.mark.parametrize("args", [["nobody"], ["no\0body"]])
def test_a_token_of_nobody(user: User, args: list[str]) -> None:
    with pytest.raises(CommandError, match=r"nobody called .* There are: admin"):
        create_token(*args)


def test_a_token_in_an_empty_installation(db: None) -> None:
    with pytest.raises(CommandError, match="ensure_admin"):
        create_token("admin")


def test_a_token_of_somebody_in_no_team(db: None) -> None:
    User.objects.create_user("loner")
    with pytest.raises(CommandError, match="loner is in no team"):
        create_token("loner")


def test_a_token_of_somebody_who_left(team: Team) -> None:
    User.objects.create_user("gone", team=team, is_active=False)
    with pytest.raises(CommandError, match="gone is not active"):
        create_token("gone")


def test_a_name_that_is_too_long(user: User) -> None:
    with pytest.raises(CommandError, match="at most 100"):
        create_token("admin", "--name", "x" * 101)
    assert not Token.objects.exists()


def test_revoking_by_name(user: User) -> None:
    kept, gone = create_token("admin", "--name", "a")[0], create_token("admin", "--name", "b")[0]
    assert "Revoked 1 token of admin" in revoke_token("admin", "--name", "b")
    assert (status_of(kept.strip()), status_of(gone.strip())) == (200, 401)
    with pytest.raises(CommandError, match=r"no such token\. There are: 'a'"):
        revoke_token("admin", "--name", "b")


def test_revoking_all(user: User, stranger: Program) -> None:
    text = create_token("admin")[0]
    create_token("admin")
    assert "Revoked 2 tokens" in revoke_token("admin", "--all")
    assert status_of(text.strip()) == 401
    assert status_of(stranger.token) == 200
    with pytest.raises(CommandError, match="There are none"):
        revoke_token("admin", "--all")


def test_revoking_says_which(user: User) -> None:
    with pytest.raises(CommandError, match="--name --all is required"):
        revoke_token("admin")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Bearer \0",
        "Bearer \udce9",
        "Bearer " + "x" * 100_000,
        "Basic YWRtaW46YSBwYXNzd29yZA==",
        "{token}",
        "Bearer {token} ",
        "Bearer  {token}",
        "Bearer {token}x",
        "Bearer {digest}",
    ],
)
def test_everything_but_a_token_is_refused(program: Program, header: str | None) -> None:
    assert program.token
    digest = Token.objects.get().digest
    headers = {}
    if header is not None:
        headers["Authorization"] = header.format(token=program.token, digest=digest)
    response = Client().get(API + "/runs", headers=headers)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert "create_token" in response.json()["message"]


def test_people_who_left_are_refused(program: Program, user: User) -> None:
    user.is_active = False
    user.save()
    assert status_of(program.token) == 401


def test_people_in_no_team_are_told_so(program: Program, user: User) -> None:
    user.memberships.all().delete()
    status, said = program.get("/runs")
    assert status == 403
    assert "You are not in Team any more" in said["message"]


def test_signing_in_opens_pages_and_not_the_api(signed_in: Client) -> None:
    assert signed_in.get("/runs/").status_code == 200
    assert signed_in.get(API + "/runs").status_code == 401
    assert signed_in.post(API + "/runs", {}, "application/json").status_code == 401


def test_a_session_does_not_stand_in_the_way(program: Program, db: None) -> None:
    """Somebody signed in, in no team, with the token of another person."""
    client = Client(headers={"Authorization": f"Bearer {program.token}"})
    client.force_login(User.objects.create_user("loner"))
    assert client.get(API + "/runs").status_code == 200
    assert client.get("/runs/").status_code == 403


def test_a_token_opens_no_pages(program: Program) -> None:
    client = Client(headers={"Authorization": f"Bearer {program.token}"})
    assert client.get("/runs/").status_code == 302


def test_a_token_needs_no_csrf_token(program: Program) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {program.token}"})
    assert client.post(API + "/runs", {}, "application/json").status_code == 422
