"""A link for somebody's new password: who may make one, and what it opens."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.accounts.walking import member
from webapp.accounts.factors import resets
from webapp.accounts.factors.resets import ResetRefused, may_reset
from webapp.accounts.models import Membership, Reset, Role, Team, User

pytestmark = pytest.mark.django_db
CHOSEN = {"password1": "a ship at sea", "password2": "a ship at sea"}


@pytest.fixture
def eve(team: Team) -> User:
    """An admin who does not own the installation."""
    return member(team, Role.ADMIN, "eve", password="hers alone").user


@pytest.fixture
def ada(team: Team) -> User:
    return member(team, Role.EDITOR, "ada", password="forgotten").user


def test_who_may(team: Team, user: User, eve: User, ada: User) -> None:
    assert may_reset(eve, ada) and may_reset(user, ada) and may_reset(user, eve)
    assert not may_reset(ada, eve) and not may_reset(eve, eve) and not may_reset(user, user)
    assert not may_reset(eve, user), "who owns the installation is not had by a team's admin"
    for role in (Role.VIEWER, Role.REVIEWER, Role.EDITOR):
        assert not may_reset(member(team, role, f"a-{role}").user, ada)
    ada.is_active = False
    assert not may_reset(eve, ada), "a new password lets nobody in who is deactivated"


def test_not_into_other_teams(user: User, eve: User, ada: User) -> None:
    others = Team.objects.create(name="Others")
    ada.join(others, Role.VIEWER)
    assert not may_reset(eve, ada) and may_reset(user, ada)
    eve.join(others, Role.EDITOR)
    assert not may_reset(eve, ada), "in it, but no admin of it"
    Membership.objects.filter(user=eve, team=others).update(role="admin")
    assert may_reset(eve, ada)
    ada.memberships.all().delete()
    assert not may_reset(eve, ada), "in no team that is Eve's"


def test_nobody_is_given_a_password_who_signs_in_otherwise(eve: User, ada: User) -> None:
    ada.set_unusable_password()
    ada.save()
    assert not may_reset(eve, ada)


def test_a_link_works_once_and_ends_sessions(eve: User, ada: User) -> None:
    elsewhere, guest = Client(), Client()
    elsewhere.force_login(ada)
    made, secret = resets.make(eve, ada)
    assert secret not in (made.digest, made.password) and elsewhere.get("/").status_code == 200
    path = f"/new-password/{secret}"
    assert "who signs in as ada" in guest.get(path).content.decode()
    for wrong in ({"password2": "another"}, {"password1": "1", "password2": "1"}):
        assert guest.post(path, CHOSEN | wrong).status_code == 422
    page = guest.post(path, CHOSEN, follow=True)
    assert "Your new password is set: sign in with it." in page.content.decode()
    assert elsewhere.get("/").status_code == 302 and guest.get("/").status_code == 302
    ada.refresh_from_db()
    assert ada.check_password("a ship at sea")
    again = guest.post(path, CHOSEN | {"password1": "another 77", "password2": "another 77"})
    assert again.status_code == 410 and "was already used" in again.content.decode()


def refused(secret: str, why: str) -> None:
    page = Client().post(f"/new-password/{secret}", CHOSEN)
    assert page.status_code == 410 and why in page.content.decode()
    with pytest.raises(ResetRefused, match=why):
        resets.use(secret, "a ship at sea")


def test_a_link_ends(eve: User, ada: User) -> None:
    _, old = resets.make(eve, ada)
    _, secret = resets.make(eve, ada)
    refused(old, "there is a newer one")
    Reset.objects.update(expires=timezone.now() - timedelta(seconds=1))
    refused(secret, "has expired")
    _, secret = resets.make(eve, ada)
    ada.set_password("found it after all")
    ada.save()
    refused(secret, "was changed since")
    ada.refresh_from_db()
    assert ada.check_password("found it after all")


@pytest.mark.parametrize("since", ["joined", "owner", "let go", "demoted", "deactivated"])
def test_a_link_is_worth_what_its_maker_may(team: Team, eve: User, ada: User, since: str) -> None:
    _, secret = resets.make(eve, ada)
    match since:
        case "joined":
            ada.join(Team.objects.create(name="Others"), Role.VIEWER)
        case "owner":
            User.objects.filter(pk=ada.pk).update(is_staff=True)
        case "let go":
            eve.memberships.all().delete()
        case "demoted":
            eve.memberships.update(role="editor")
        case "deactivated":
            User.objects.filter(pk=eve.pk).update(is_active=False)
    refused(secret, "may not do so any more")
    ada.refresh_from_db()
    assert ada.check_password("forgotten")
