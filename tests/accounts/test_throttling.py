"""Who tries too often is told to wait, whoever counts and whatever the client says."""

from collections import Counter

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from pytest_django import Settings

from webapp.accounts.models import User

pytestmark = pytest.mark.django_db
TOO_MANY = "Too many attempts: wait 5 minutes and try again."


def tried(client: Client, name: str, password: str = "wrong", **extra: str) -> str:
    given = {"username": name, "password": password}
    page = client.post("/sign-in", given, **extra)  # type: ignore[arg-type]
    if page.status_code == 302:
        return "in"
    return "wait" if TOO_MANY in page.content.decode() else "wrong"


def test_many_passwords_for_one_account_from_many_addresses(user: User) -> None:
    addresses = (f"10.0.{n}.1" for n in range(120))
    names = ("admin", "Admin", " ADMIN ")
    said = [
        tried(Client(), names[n % 3], REMOTE_ADDR=address, HTTP_HOST=f"localhost:{8000 + n}")
        for n, address in enumerate(addresses)
    ]
    assert Counter(said) == {"wrong": 10, "wait": 110}
    assert tried(Client(), "admin", "a password") == "wait", "the right one, too"


def test_many_accounts_from_one_address(user: User) -> None:
    said = Counter(tried(Client(), f"person-{n}") for n in range(120))
    assert said == {"wrong": 30, "wait": 90}
    assert tried(Client(), "admin", "a password") == "wait"
    assert tried(Client(), "admin", "a password", REMOTE_ADDR="10.0.0.1") == "in"


def test_nobody_is_elsewhere_by_saying_so(user: User) -> None:
    said = Counter(
        tried(Client(), f"person-{n}", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}") for n in range(40)
    )
    assert said == {"wrong": 30, "wait": 10}


def test_a_proxy_says_who_it_is(user: User) -> None:
    """What the web server says of where a request comes from counts."""
    said = Counter(tried(Client(), f"person-{n}", REMOTE_ADDR="10.9.9.9") for n in range(40))
    assert said == {"wrong": 30, "wait": 10}
    assert tried(Client(), "admin", "a password", REMOTE_ADDR="10.9.9.8") == "in"


def test_nobody_is_let_in_uncounted(user: User, settings: Settings) -> None:
    nowhere = settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1"}
    settings.CACHES = settings.CACHES | {"default": nowhere}
    assert Client().get("/sign-in").status_code == 200
    page = Client().post("/sign-in", {"username": "admin", "password": "a password"})
    assert page.status_code == 503 and "Redis does not answer" in page.content.decode()


def test_signing_in_often_is_no_attempt(user: User) -> None:
    assert Counter(tried(Client(), "admin", "a password") for _ in range(40)) == {"in": 40}
    for _ in range(100):
        page = Client().post("/sign-in", {"username": "", "password": ""})
    assert page.status_code == 429 and TOO_MANY in page.content.decode()


def test_every_attempt_is_a_line_in_the_log(user: User, caplog: pytest.LogCaptureFixture) -> None:
    """One line each, whatever is typed as a name."""
    forged = "admin\nWARNING all is well"
    for _ in range(12):
        tried(Client(), forged, REMOTE_ADDR="10.0.0.1")
    lines = [one.getMessage() for one in caplog.records if one.name.startswith("webapp.accounts")]
    assert [line.partition("in as")[0] for line in lines[:10]] == ["10.0.0.1 could not sign "] * 10
    assert lines[10:] == [f"10.0.0.1 tries too often and is told to wait: {forged!r}"] * 2
    assert not any("\n" in line for line in lines)


def test_who_is_told_to_wait_costs_next_to_nothing(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No password is looked at: with the product's way of storing them each took half a second."""
    looked_at = []
    encode = MD5PasswordHasher.encode

    def seen(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
        looked_at.append(password)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", seen)
    for _ in range(10):
        assert tried(Client(), "admin") == "wrong"
    assert len(looked_at) == 10
    for _ in range(5):
        assert tried(Client(), "admin") == "wait"
    assert len(looked_at) == 10
