"""Every page opens without anything in it."""

import pytest
from django.test import Client

from tests.pages.addresses import PAGES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", PAGES)
def test_pages_of_an_empty_installation(signed_in: Client, address: str) -> None:
    page = signed_in.get(address)
    assert page.status_code == 200
    assert b"is-invalid" not in page.content
    assert b"<style" not in page.content
    assert b" style=" not in page.content
    assert b"<script>" not in page.content
