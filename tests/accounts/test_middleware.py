"""Who has not signed in."""

import pytest
from django.test import Client

from tests.pages.addresses import PAGES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", PAGES)
def test_strangers_are_sent_to_sign_in(client: Client, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/sign-in?next={address}"
