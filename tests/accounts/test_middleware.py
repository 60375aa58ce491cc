"""Who has not signed in; who is told to the log of having acted."""

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from tests.pages.addresses import PAGES
from webapp.accounts.models import User
from webapp.audit.actors import Actor, actor
from webapp.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", PAGES)
def test_strangers_are_sent_to_sign_in(client: Client, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/sign-in?next={address}"


def test_under_asgi_too_whoever_acts_is_known(async_client: AsyncClient, user: User) -> None:
    """There parts of a request run in other threads."""

    async def end_sessions() -> int:
        await async_client.aforce_login(user)
        return (await async_client.post("/me/sessions")).status_code

    assert async_to_sync(end_sessions)() == 302
    told = Entry.objects.get(action="sessions-ended")
    assert (told.person_id, told.team, told.way) == (user.pk, "Team", "page")
    assert told.address == "127.0.0.1" and actor() == Actor()
