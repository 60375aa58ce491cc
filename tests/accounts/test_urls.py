"""Signing in and out."""

import pytest
from django.test import Client

from webapp.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_part_of_a_page_never_becomes_the_sign_in_form(client: Client) -> None:
    part = client.get("/gpu", headers={"HX-Request": "true"}, follow=True)
    assert part.headers["HX-Refresh"] == "true" and part.content == b""


def test_signing_in_and_out(client: Client, user: User) -> None:
    wrong = client.post("/sign-in", {"username": "admin", "password": "nonsense"})
    assert "The user name or the password is wrong" in wrong.content.decode()
    there = client.post("/sign-in?next=/runs/", {"username": "admin", "password": "a password"})
    assert there.headers["Location"] == "/runs/"
    assert client.get("/runs/").status_code == 200
    assert client.get("/sign-out").headers["Location"] == "/"
    client.post("/sign-out")
    assert client.get("/runs/").status_code == 302
