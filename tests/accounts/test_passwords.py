"""Passwords that others would try first are refused wherever one is chosen."""

import re
import socket

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from webapp.accounts.factors.resets import make
from webapp.accounts.invitations import invite
from webapp.accounts.models import Team, User

pytestmark = pytest.mark.django_db
REFUSED = "made of names that others know"
GOOD = "wobbly-orchard-47"


@pytest.fixture
def ada() -> User:
    team = Team.objects.create(name="Lighthouse Keepers")
    return User.objects.create_user(
        "alovelace", email="countess@engines.org", first_name="Ada Byron", team=team
    )


def said(password: str, user: User | None) -> str:
    try:
        validate_password(password, user)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


@pytest.mark.parametrize(
    "password",
    [
        *("Lighthouse2026", "lighthouse-keepers", "K3epers!Lighthouse", "alovelace123!"),
        *("AloveLace-Byron", "countess_99", "engines.org!", "skill-moe-2026", "SkillMoE12345"),
        *("moe.example.org", "Example2026!", "gpu-box-7-2026"),
    ],
)
def test_made_of_names(
    password: str, ada: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOSTNAME = "moe.example.org:8443"
    monkeypatch.setattr(socket, "gethostname", lambda: "gpu-box-7")
    assert REFUSED in said(password, ada)


@pytest.mark.parametrize("password", ["password", "qwerty123", "iloveyou1", "1q2w3e4r5t"])
def test_common_ones(password: str, ada: User) -> None:
    assert "too common" in said(password, ada)


@pytest.mark.parametrize(
    "password", [GOOD, f"lighthouse {GOOD}", "Adamantine7", "orgy of kestrels"]
)
def test_others_are_taken(password: str, ada: User) -> None:
    assert said(password, ada) == ""


def test_nobody_in_particular() -> None:
    assert REFUSED in said("skillmoe99", None)
    assert said(GOOD, None) == ""


def test_wherever_one_is_chosen(client: Client, ada: User) -> None:
    """By an invitation, at the first start, on one's page, by a link and by the command."""
    owner = User.objects.create_superuser("root", password=GOOD, team=ada.team, is_new=True)
    assert ada.team is not None
    _, secret = invite(ada.team, owner, "viewer")
    given = {"name": "Grace Hopper", "username": "grace"}
    bad = ("lighthouse1", "hopper-grace", "password1")

    def twice(password: str) -> dict[str, str]:
        return {"password1": password, "password2": password}

    for password in bad:
        page = client.post(f"/join/{secret}", given | twice(password))
        assert page.status_code == 422 and _refuses(page), password
    assert client.post(f"/join/{secret}", given | twice(GOOD)).status_code == 302

    client.force_login(owner)
    new_team = {"name": "Grace", "team": "Observatory"}
    page = client.post("/welcome", new_team | twice("observatory7"))
    assert page.status_code == 422 and _refuses(page), "of the name that the team is given"
    page = client.post(
        "/me/password",
        {"old_password": GOOD, "new_password1": "lighthouse1", "new_password2": "lighthouse1"},
    )
    assert _refuses(page)

    _, link = make(owner, ada)
    page = Client().post(f"/new-password/{link}", twice("lighthouse1"))
    assert page.status_code == 422 and _refuses(page)


def test_the_command_refuses_too(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: "lighthouse1")
    with pytest.raises(CommandError, match="Aborting password change"):
        call_command("changepassword", "alovelace")


def test_the_printed_one_is_not_to_be_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("ensure_admin")
    printed = re.search(r"password (\S+)", capsys.readouterr().out)
    assert printed and said(printed[1], User.objects.get()) == ""


def _refuses(page: object) -> bool:
    text = page.content.decode()  # type: ignore[attr-defined]
    return REFUSED in text or "too common" in text
