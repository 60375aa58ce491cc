"""A person's password, address and sessions; asking once more who they are; links for others."""

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from tests.accounts.walking import member
from webapp.accounts.models import Membership, Role, Team, Token, User

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"


@pytest.fixture
def sends(settings: Settings) -> None:
    """E-mail is set; Django keeps what is sent."""
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "smtp.test", "skill-moe@example.org"
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True


def sign_in(name: str = "admin", password: str = "a password", **extra: str) -> Client:
    client = Client(**extra)  # type: ignore[arg-type]
    done = client.post("/sign-in", {"username": name, "password": password})
    assert done.status_code == 302, done.content.decode()
    return client


def confirmed(client: Client, address: str, given: dict[str, str]) -> str:
    """What a form says that first asks for the password."""
    asked = client.post(address, given)
    assert asked["Location"].startswith("/sign-in/again?next="), asked.content.decode()
    wrong = client.post(asked["Location"], {"password": "wrong"})
    assert "That is not your password." in wrong.content.decode()
    return client.post(asked["Location"], {"password": "a password"}, follow=True).content.decode()


def test_sessions_are_listed_and_ended(user: User) -> None:
    here, elsewhere = sign_in(), sign_in(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="10.1.2.3")
    assert elsewhere.get("/").status_code == 200
    page = here.get("/me").content.decode()
    assert "Firefox on Linux" in page and "10.1.2.3" in page and "this one" in page
    ends = re.findall(r'action="(/me/sessions/\d+/end)"', page)
    stranger = Client()
    stranger.force_login(member(user.memberships.get().team, Role.ADMIN, "eve").user)
    assert stranger.post(ends[0]).status_code == 404
    assert "That session is ended" in here.post(ends[0], follow=True).content.decode()
    assert elsewhere.get("/").status_code == 302 and here.get("/").status_code == 200


def test_wide_tokens_ask_once_more(user: User) -> None:
    client = sign_in()
    given = {"name": "CI", "scopes": "read", "days": "7"}
    assert "This is the token." in client.post("/me/tokens", given).content.decode()
    assert "This is the token." in confirmed(client, "/me/tokens", given | {"scopes": "admin"})
    assert Token.objects.filter(scopes=["admin"]).count() == 1


def test_a_link_for_a_new_password_is_made_by_an_admin(user: User, team: Team) -> None:
    ada = member(team, Role.VIEWER, "ada", password="forgotten")
    client = sign_in()
    page = client.get("/team").content.decode()
    mine = user.memberships.get()
    assert f"/team/members/{ada.pk}/new-password" in page
    assert f"/team/members/{mine.pk}/new-password" not in page, "not for oneself"
    made = confirmed(client, f"/team/members/{ada.pk}/new-password", {})
    link = re.search(r'value="http://testserver(/new-password/[^"]+)"', made)
    assert link and Client().get(link[1]).status_code == 200
    told = client.post(f"/team/members/{mine.pk}/new-password", follow=True).content.decode()
    assert "You may not reset the password of admin" in told


def test_a_team_admin_gets_no_link_for_the_owner(user: User, team: Team) -> None:
    member(team, Role.ADMIN, "eve", password="a password")
    client = sign_in("eve")
    owner = Membership.objects.get(user=user)
    assert f"/team/members/{owner.pk}/new-password" not in client.get("/team").content.decode()
    told = confirmed(client, f"/team/members/{owner.pk}/new-password", {})
    assert "You may not reset the password of admin" in told
    assert not user.resets.exists()


def test_an_address_without_e_mail_is_for_signing_in(user: User) -> None:
    client = sign_in()
    page = confirmed(client, "/me/email", {"email": "Ada@Example.org", "action_add": ""})
    assert "You can sign in as ada@example.org, too." in page
    sign_in("ADA@example.org")
    forgotten = Client().post("/sign-in/forgotten", {"email": "ada@example.org"})
    assert "Ask an admin of your team" in forgotten.content.decode() and not mail.outbox


def linked(text: str) -> str:
    found = re.search(r"http://testserver(/\S+)", text)
    assert found, text
    return found[1]


def test_an_address_counts_once_it_is_confirmed(user: User, sends: None) -> None:
    client = sign_in()
    page = confirmed(client, "/me/email", {"email": "ada@example.org", "action_add": ""})
    assert "A message is on its way to ada@example.org." in page and "not confirmed" in page
    Client().post("/sign-in/forgotten", {"email": "ada@example.org"})
    (message,) = mail.outbox  # none for a new password: it may be a stranger's
    assert message.from_email == "skill-moe@example.org" and message.to == ["ada@example.org"]
    confirm = linked(str(message.body))
    assert "is the address of admin?" in client.get(confirm).content.decode()
    assert (
        "ada@example.org is your address now." in client.post(confirm, follow=True).content.decode()
    )
    assert "use" in Client().get(confirm + "x").content.decode()


def test_a_forgotten_password_by_e_mail(user: User, sends: None) -> None:
    user.emailaddress_set.create(  # type: ignore[attr-defined]
        email="ada@example.org", verified=True, primary=True
    )
    guest, elsewhere = Client(), sign_in()
    for address in ("nobody@example.org", "ada@example.org"):
        page = guest.post("/sign-in/forgotten", {"email": address}, follow=True).content.decode()
        assert "If somebody here has confirmed this address" in page
    (message,) = mail.outbox
    path = linked(str(message.body))
    form = guest.get(path)["Location"]
    assert form.endswith("-set-password"), "the secret is not in the address of the form"
    given = {"password1": "a ship at sea", "password2": "a ship at sea"}
    page = guest.post(form, given, follow=True).content.decode()
    assert "Your new password is set." in page and elsewhere.get("/").status_code == 302
    sign_in("ada@example.org", "a ship at sea")
    assert "This link does not work" in Client().get(path).content.decode()


def test_an_invitation_is_sent_and_shown(user: User, sends: None) -> None:
    client = sign_in()
    given = {"role": "viewer", "days": 7, "email": "bob@example.org", "note": "Bob"}
    page = client.post("/team/invitations", given).content.decode()
    assert "It was sent to bob@example.org." in page
    (message,) = mail.outbox
    assert message.to == ["bob@example.org"] and linked(str(message.body)) in page


def test_what_cannot_be_sent_is_told(user: User, settings: Settings, sends: None) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    client = sign_in()
    given = {"role": "viewer", "days": 7, "email": "b@c.de"}
    page = client.post("/team/invitations", given).content.decode()
    assert "It could not be sent to b@c.de: copy it." in page
    page = confirmed(client, "/me/email", {"email": "ada@example.org", "action_add": ""})
    assert "The message could not be sent" in page


def test_the_password_is_changed_under_limits(user: User) -> None:
    client = sign_in()
    given = {"old_password": "guessed", "new_password1": "x", "new_password2": "y"}
    statuses = [client.post("/me/password", given).status_code for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2


def test_times_are_in_ones_zone(user: User) -> None:
    client = sign_in()
    given = {"time_zone": "Asia/Kolkata", "theme": "dark"}
    assert (
        "Pages look as you chose."
        in client.post("/me/display", given, follow=True).content.decode()
    )
    page = client.get("/me").content.decode()
    assert 'data-time-zone="Asia/Kolkata"' in page and 'data-theme="dark"' in page
    assert " IST</time>" in page and "+05:30" in page
    assert client.post("/me/display", {"time_zone": "Mars"}).status_code == 422
    client.post("/me/display", {"theme": "light"})
    kept = User.objects.get()
    assert (kept.time_zone, kept.theme) == ("Asia/Kolkata", "light")
    assert " UTC</time>" in sign_in_other(user).get("/team").content.decode()


def sign_in_other(user: User) -> Client:
    client = Client()
    client.force_login(member(user.memberships.get().team, Role.VIEWER, "bob").user)
    return client
