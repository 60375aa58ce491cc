"""Authenticator app, recovery codes, passkeys: set up, asked for, removed."""

import re
import time
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from webapp.accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD = {"password": "a password"}
GIVEN = {"username": "admin", "password": "a password"}


@pytest.fixture
def here(client: Client, user: User) -> Client:
    """Has just shown who it is."""
    client.post("/sign-in", GIVEN)
    assert client.get("/me/app")["Location"] == "/sign-in/again?next=%2Fme%2Fapp"
    client.post("/sign-in/again?next=/me/app", PASSWORD)
    return client


def code_of(secret: str, ahead: int = 0) -> str:
    """`ahead`: of the codes that follow; each is taken once."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead)))


def with_app(client: Client) -> tuple[str, list[str]]:
    """Its secret, and the recovery codes that come with it."""
    page = client.get("/me/app").content.decode()
    found = re.search(r"<code>(\w+)</code>", page)
    assert found and 'src="data:image/svg+xml;base64,' in page
    wrong = client.post("/me/app", {"code": "000000"}).content.decode()
    assert "That code is not right." in wrong and found[1] in wrong, "the same secret still"
    page = client.post("/me/app", {"code": code_of(found[1])}, follow=True).content.decode()
    codes = re.search(r'id="codes">(.*?)</pre>', page, re.DOTALL)
    assert codes
    return found[1], unescape(codes[1]).split()


def test_an_apps_codes_are_asked_for(here: Client, user: User) -> None:
    secret, codes = with_app(here)
    assert len(codes) == 10 and "10 left" in here.get("/me").content.decode()
    there = Client()
    assert there.post("/sign-in?next=/runs/", GIVEN)["Location"] == "/sign-in/second-factor"
    assert there.get("/").status_code == 302, "not in yet"
    assert "use-passkey" not in there.get("/sign-in/second-factor").content.decode()
    page = there.post("/sign-in/second-factor", {"code": "000000"}).content.decode()
    assert "That code is not right." in page
    code = code_of(secret, 1)
    assert there.post("/sign-in/second-factor", {"code": code})["Location"] == "/runs/"
    another = Client()
    another.post("/sign-in", GIVEN)
    page = another.post("/sign-in/second-factor", {"code": code}).content.decode()
    assert "That code is not right." in page, "each code lets in once"
    assert another.post("/sign-in/second-factor", {"code": codes[0]})["Location"] == "/"
    assert "9 left" in here.get("/me").content.decode()


def test_the_database_alone_tells_no_secret(here: Client, settings: Settings) -> None:
    secret, codes = with_app(here)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept and codes[0] not in kept and kept.count("gAAAA") == 2
    settings.SECRET_KEY = "another one"
    there = Client()
    there.post("/sign-in", GIVEN)
    for code in (code_of(secret, 1), codes[0]):
        page = there.post("/sign-in/second-factor", {"code": code}).content.decode()
        assert "That code is not right." in page


def test_codes_are_not_guessed(here: Client) -> None:
    secret, _ = with_app(here)
    there = Client()
    there.post("/sign-in", GIVEN)
    pages = [
        there.post("/sign-in/second-factor", {"code": f"{n:06}"}).content.decode()
        for n in range(12)
    ]
    assert "Too many attempts: wait 5 minutes" in pages[-1]
    page = there.post("/sign-in/second-factor", {"code": code_of(secret)}).content.decode()
    assert "Too many attempts" in page


def test_whoever_has_no_code_at_hand_goes_back(here: Client) -> None:
    with_app(here)
    there = Client()
    there.post("/sign-in", GIVEN)
    assert there.get("/sign-in")["Location"] == "/sign-in/second-factor"
    assert there.post("/sign-out")["Location"] == "/sign-in"
    assert there.get("/sign-in").status_code == 200


def test_an_app_is_removed(here: Client, user: User) -> None:
    with_app(here)
    assert "No code of an app" in here.post("/me/app/remove", follow=True).content.decode()
    assert not Authenticator.objects.exists(), "the recovery codes are of no use then"
    assert Client().post("/sign-in", GIVEN)["Location"] == "/"


def test_new_recovery_codes_end_the_old(here: Client) -> None:
    _, codes = with_app(here)
    page = here.post("/me/recovery-codes/new", follow=True).content.decode()
    assert "10 of 10 are left" in page and codes[1] not in page
    there = Client()
    there.post("/sign-in", GIVEN)
    assert "not right" in there.post("/sign-in/second-factor", {"code": codes[1]}).content.decode()


def test_passkeys_are_offered_where_they_work(client: Client, user: User) -> None:
    client.force_login(user)
    for host, secure, works in (
        ("localhost:8000", False, True),
        ("127.0.0.1:8000", False, False),
        ("127.0.0.1:8000", True, False),
        ("testserver", False, False),
        ("testserver", True, True),
    ):
        page = client.get("/me", HTTP_HOST=host, secure=secure).content.decode()
        assert ("/me/passkeys/add" in page) == works, (host, secure)
        assert ("Passkeys work by HTTPS or at localhost" in page) != works
        page = Client().get("/sign-in", HTTP_HOST=host, secure=secure).content.decode()
        assert ("Sign in with a passkey" in page) == works


def test_a_password_alone_sets_nothing_up(user: User) -> None:
    """Whoever finds an open browser is asked for the password, or a code."""
    client = Client()
    client.post("/sign-in", GIVEN)
    for address in ("/me/app", "/me/passkeys/add", "/me/recovery-codes/new"):
        assert client.get(address)["Location"].startswith("/sign-in/again?next="), address
        assert client.post(address)["Location"].startswith("/sign-in/again?next="), address


def test_whoever_has_lost_them_all_is_helped_on_the_machine(here: Client, user: User) -> None:
    with_app(here)
    call_command("forget_second_factors", "admin")
    assert Client().post("/sign-in", GIVEN)["Location"] == "/"
