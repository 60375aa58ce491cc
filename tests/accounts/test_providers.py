"""Signing in by a provider that really runs: who is who, and who is nobody here."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
import requests
from allauth.account.models import EmailAddress
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from tests.accounts.small_provider import CLIENT, SECRET, SmallProvider, new_key, serving
from tests.accounts.walking import member
from webapp.accounts.invitations import invite
from webapp.accounts.models import Invitation, Role, Team, User
from webapp.config import environment

pytestmark = pytest.mark.django_db
ADA = {"sub": "ada-1", "email": "ada@example.org", "email_verified": True, "name": "Ada Lovelace",
       "preferred_username": "ada"}  # fmt: skip
BUTTON = "/sign-in/with/127.0.0.1"


@pytest.fixture(scope="module")
def running() -> Iterator[SmallProvider]:
    with serving() as server:
        yield server


@pytest.fixture
def provider(
    running: SmallProvider, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> SmallProvider:
    for name, value in {
        "ISSUER": running.address + "/",
        "CLIENT_ID": CLIENT,
        "CLIENT_SECRET": SECRET,
        "NAME": "The House",
    }.items():
        monkeypatch.setenv(f"SKILLMOE_OIDC_{name}", value)
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": environment.oidc()}}
    running.person, running.signs, running.claims, running.denies = ADA, running.key, {}, False
    return running


@pytest.fixture
def ada(team: Team) -> User:
    return member(team, Role.EDITOR, "ada", password="a password").user


def led(client: Client, **given: str) -> str:
    """Through the provider and back; gives the address of the callback."""
    page = client.post(BUTTON, given).content.decode()
    onward = re.search(r'<a class="btn btn-primary" href="([^"]+)"', page)
    assert onward, page
    back = requests.get(unescape(onward[1]), allow_redirects=False, timeout=10)
    return back.headers["Location"].removeprefix("http://testserver")


def comes(client: Client, **given: str) -> str:
    """What they see at the end."""
    return client.get(led(client, **given), follow=True).content.decode()


def confirm(user: User, address: str = "ada@example.org", verified: bool = True) -> None:
    EmailAddress.objects.create(user=user, email=address, verified=verified, primary=True)


def test_a_button_only_where_it_is_set(client: Client, db: None) -> None:
    assert "Sign in with" not in client.get("/sign-in").content.decode()
    assert client.post(BUTTON).status_code == 404
    assert client.get(BUTTON + "/callback?code=x").status_code == 404


def test_a_stranger_is_refused(provider: SmallProvider, user: User) -> None:
    client = Client()
    assert "Sign in with The House" in client.get("/sign-in").content.decode()
    page = comes(client)
    assert "Nobody here is known by this account of The House" in page
    assert User.objects.count() == 1 and client.get("/").status_code == 302


def test_a_confirmed_address_is_who_one_is_and_stays_connected(
    provider: SmallProvider, ada: User
) -> None:
    confirm(ada)
    client = Client()
    assert client.get(led(client, next="/runs/"))["Location"] == "/runs/"
    assert "Ada Lovelace" not in client.get("/me").content.decode(), "the name here stays"
    provider.person = ADA | {"email": "married@example.org"}
    EmailAddress.objects.all().delete()
    assert 'href="/me">ada</a>' in comes(Client()), "by the account now"
    ada.refresh_from_db()
    assert ada.check_password("a password")


@pytest.mark.parametrize("here, there", [(False, True), (True, False), (True, None)])
def test_an_address_that_one_side_has_not_confirmed_is_nobodys(
    provider: SmallProvider, ada: User, here: bool, there: bool | None
) -> None:
    confirm(ada, verified=here)
    provider.person = ADA | {"email_verified": there}
    assert "Nobody here is known" in comes(Client())


def test_an_account_is_connected_and_disconnected(provider: SmallProvider, ada: User) -> None:
    client = Client()
    client.post("/sign-in", {"username": "ada", "password": "a password"})
    again = client.get(led(client))["Location"]
    assert again == "/sign-in/again", "whoever finds an open browser connects nothing"
    page = client.post(again, {"password": "a password"}, follow=True).content.decode()
    assert "It is connected: you can sign in with it now." in page
    assert 'href="/me">ada</a>' in comes(Client())
    eve = Client()
    eve.force_login(member(ada.memberships.get().team, Role.VIEWER, "eve").user)
    key = ada.socialaccount_set.get().pk  # type: ignore[attr-defined]
    eve.post("/me/connections", {"account": key})
    assert ada.socialaccount_set.exists()  # type: ignore[attr-defined]
    page = client.post("/me/connections", {"account": key}, follow=True).content.decode()
    assert "It is not connected any more." in page
    assert "Nobody here is known" in comes(Client())


def test_somebody_new_comes_with_an_invitation(
    provider: SmallProvider, team: Team, user: User
) -> None:
    _, secret = invite(team, user, "reviewer")
    guest = Client()
    assert "Join with The House" in guest.get(f"/join/{secret}").content.decode()
    page = comes(guest, invitation=secret)
    assert 'href="/me">Ada Lovelace</a>' in page
    ada = User.objects.get(username="ada")
    assert ada.memberships.get().role == "reviewer" and not ada.has_usable_password()
    assert ada.emailaddress_set.get().verified  # type: ignore[attr-defined]
    assert 'href="/me">Ada Lovelace</a>' in comes(Client()), "and again, without one"
    provider.person = ADA | {"sub": "eve-1", "email": "eve@example.org"}
    assert "was used already" in comes_refused(Client(), secret)
    assert User.objects.count() == 2


def comes_refused(client: Client, secret: str) -> str:
    page = client.post(BUTTON, {"invitation": secret}, follow=True)
    return page.content.decode()


def test_an_invitation_that_ends_meanwhile_makes_nobody(
    provider: SmallProvider, team: Team, user: User
) -> None:
    _, secret = invite(team, user, "reviewer")
    guest = Client()
    back = led(guest, invitation=secret)
    Invitation.objects.all().delete()
    page = guest.get(back, follow=True).content.decode()
    assert "This link invites nobody" in page and User.objects.count() == 1


def test_somebody_known_comes_with_an_invitation(
    provider: SmallProvider, team: Team, user: User
) -> None:
    others = Team.objects.create(name="Others")
    eve = member(others, Role.ADMIN, "eve").user
    _, secret = invite(others, eve, "viewer")
    confirm(user)
    assert "You are in Others now, as viewer." in comes(Client(), invitation=secret)
    assert set(user.memberships.values_list("team__name", flat=True)) == {"Team", "Others"}


def test_an_address_that_is_taken_is_not_taken_over(
    provider: SmallProvider, team: Team, user: User
) -> None:
    confirm(user, verified=False)
    _, secret = invite(team, user, "viewer")
    assert 'href="/me">Ada Lovelace</a>' in comes(Client(), invitation=secret)
    assert User.objects.get(username="ada").email == ""
    assert EmailAddress.objects.get().user == user


def test_whoever_is_deactivated_stays_out(provider: SmallProvider, ada: User) -> None:
    confirm(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert "You are deactivated" in comes(Client())


@pytest.mark.parametrize(
    "claims", [{"aud": "another"}, {"iss": "https://elsewhere"}, {"exp": 1}, {"sub": "bob-1"}]
)
def test_a_token_for_somebody_else_is_refused(
    provider: SmallProvider, ada: User, claims: dict[str, object]
) -> None:
    confirm(ada)
    provider.claims = claims
    assert "The House does not answer as it should" in comes(Client())


def test_a_token_that_another_key_signed_is_refused(provider: SmallProvider, ada: User) -> None:
    confirm(ada)
    provider.signs = new_key()
    assert "The House does not answer as it should" in comes(Client())


def test_what_goes_wrong_is_told(provider: SmallProvider, ada: User, settings: Settings) -> None:
    confirm(ada)
    elsewhere = Client().get(led(Client()), follow=True).content.decode()
    assert "The House does not answer as it should" in elsewhere, "another browser began it"
    provider.denies = True
    assert "it was cancelled there" in comes(Client())
    (app,) = environment.oidc()
    app["settings"]["server_url"] = "http://127.0.0.1:1"
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    told = Client().post(BUTTON, follow=True).content.decode()
    assert "The House does not answer as it should" in told


@pytest.mark.parametrize(
    "issuer, client, why",
    [
        ("http://login.example.org", "x", "give an https address"),
        ("login.example.org", "x", "give an https address"),
        ("https://login.example.org", "", "set SKILLMOE_OIDC_CLIENT_ID too"),
    ],
)
def test_settings_that_make_no_sense(
    monkeypatch: pytest.MonkeyPatch, issuer: str, client: str, why: str
) -> None:
    monkeypatch.setenv("SKILLMOE_OIDC_ISSUER", issuer)
    monkeypatch.setenv("SKILLMOE_OIDC_CLIENT_ID", client)
    with pytest.raises(ImproperlyConfigured, match=why):
        environment.oidc()


def test_who_has_no_password_shows_who_it_is_by_signing_in(
    provider: SmallProvider, team: Team, user: User
) -> None:
    _, secret = invite(team, user, "reviewer")
    guest = Client()
    comes(guest, invitation=secret)
    assert guest.get("/me/app").status_code == 200, "a moment ago"
    session = guest.session
    for record in (records := session["account_authentication_methods"]):
        record["at"] -= 301
    session["account_authentication_methods"] = records
    session.save()
    assert "sign out, sign in again" in guest.get("/me/app", follow=True).content.decode()
    chosen = {"new_password1": "a ship at sea", "new_password2": "a ship at sea"}
    assert (
        "sign out, sign in again"
        in guest.post("/me/password", chosen, follow=True).content.decode()
    )
    guest.post("/sign-out")
    comes(guest)
    assert guest.post("/me/password", chosen)["Location"] == "/me"
    person = User.objects.get(username="ada")
    assert person.check_password("a ship at sea") and guest.get("/me").status_code == 200
