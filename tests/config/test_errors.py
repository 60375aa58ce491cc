"""What a request gets that fails: a page that says why."""

import pytest
from django.test import Client

from webapp.accounts.models import User

pytestmark = pytest.mark.django_db


def test_errors_are_pages_too(client: Client, signed_in: Client) -> None:
    page = signed_in.get("/nothing/here")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()


def test_a_page_that_fails_says_so(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in.raise_request_exception = False
    monkeypatch.setattr("webapp.progress.gpu.living_workers", lambda: 1 / 0)
    page = signed_in.get("/")
    assert page.status_code == 500
    assert "Something failed on our side" in page.content.decode()


def test_a_form_without_its_token_is_refused(user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    page = strict.post("/question-sets/new")
    assert page.status_code == 403
    assert "The form has expired" in page.content.decode()
