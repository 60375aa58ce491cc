"""Members of a team: inviting, joining, roles, leaving."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.accounts.walking import member
from webapp.accounts.invitations import InvitationRefused, accept, invite
from webapp.accounts.members import MemberRefused, set_active
from webapp.accounts.models import Invitation, Membership, Role, Team, Token, User

pytestmark = pytest.mark.django_db
JOINING = {"name": "Ada Lovelace", "username": "ada", "password1": "a long secret 1",
           "password2": "a long secret 1"}  # fmt: skip


def invited(client: Client, **given: object) -> str:
    """The path of the link that an admin was shown."""
    page = client.post("/team/invitations", {"role": "reviewer", "days": 7} | given)
    found = re.search(r'value="http://testserver(/join/[^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return found[1]


def test_somebody_new_joins_by_a_link(signed_in: Client, team: Team) -> None:
    path = invited(signed_in, note="Ada")
    guest = Client()
    assert "invites you to the team" in guest.get(path).content.decode()
    assert guest.post(path, JOINING)["Location"] == "/"
    ada = User.objects.get(username="ada")
    assert ada.memberships.get(team=team).role == "reviewer" and str(ada) == "Ada Lovelace"
    assert guest.get("/").status_code == 200, "signed in at once"
    page = signed_in.get("/team").content.decode()
    assert "Ada Lovelace" in page and "used" in page
    again = Client().get(path)
    assert again.status_code == 410 and "was used already" in again.content.decode()


def test_whoever_is_signed_in_joins_as_oneself(signed_in: Client, team: Team) -> None:
    path = invited(signed_in, role="viewer")
    other = member(Team.objects.create(name="Others"), Role.ADMIN, "eve")
    client = Client()
    client.force_login(other.user)
    assert "You are signed in as eve" in client.get(path).content.decode()
    page = client.post(path, follow=True).content.decode()
    assert "You are in Team now, as viewer." in page
    assert other.user.memberships.count() == 2
    with pytest.raises(InvitationRefused):
        accept(path.rpartition("/")[2], other.user)


def test_a_link_that_lets_nobody_in_says_why(team: Team, user: User) -> None:
    _, secret = invite(team, user, "viewer")
    assert Client().get("/join/nonsense").status_code == 410
    Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    page = Client().post(f"/join/{secret}", JOINING)
    assert page.status_code == 410 and "has expired" in page.content.decode()
    assert not User.objects.filter(username="ada").exists()


def test_a_member_who_opens_the_link_does_not_use_it_up(signed_in: Client, team: Team) -> None:
    path = invited(signed_in)
    page = signed_in.post(path)
    assert page.status_code == 410 and "You are in Team already" in page.content.decode()
    assert Client().get(path).status_code == 200


def test_wrong_forms_make_nothing(signed_in: Client, team: Team, user: User) -> None:
    for given in ({"role": "owner", "days": 7}, {"role": "viewer", "days": 0}, {}):
        assert signed_in.post("/team/invitations", given).status_code == 422
    assert not Invitation.objects.exists()
    path = invited(signed_in)
    for wrong in ({"username": user.username}, {"password2": "another"}, {"password1": "1"}):
        assert Client().post(path, JOINING | wrong).status_code == 422
    assert User.objects.count() == 1 and Invitation.objects.get().is_open


def test_a_withdrawn_link_lets_nobody_in(signed_in: Client) -> None:
    path = invited(signed_in)
    signed_in.post(f"/team/invitations/{Invitation.objects.get().pk}/withdraw")
    assert Client().get(path).status_code == 410


def test_roles_are_changed_and_people_leave(signed_in: Client, team: Team, user: User) -> None:
    ada = member(team, Role.VIEWER, "ada")
    Token.create(ada.user)
    page = signed_in.post(f"/team/members/{ada.pk}/role", {"role": "editor"}, follow=True)
    assert "ada is editor in Team now." in page.content.decode()
    page = signed_in.post(f"/team/members/{ada.pk}/role", {"role": "king"}, follow=True)
    assert "Choose one of the roles." in page.content.decode()
    signed_in.post(f"/team/members/{ada.pk}/remove")
    assert not ada.user.memberships.exists() and User.objects.filter(username="ada").exists()
    assert not Token.objects.exists(), "what programs did for them here ends too"
    client = Client()
    client.force_login(ada.user)
    response = client.get("/")
    assert response.status_code == 403 and "You are in no team" in response.content.decode()


def test_a_team_keeps_an_admin(signed_in: Client, user: User) -> None:
    me = user.memberships.get()
    for address, given in (("role", {"role": "viewer"}), ("remove", {})):
        page = signed_in.post(f"/team/members/{me.pk}/{address}", given, follow=True)
        assert "is the only admin of Team" in page.content.decode()
    assert user.memberships.get().role == "admin"


def test_whoever_is_deactivated_is_out_at_once(signed_in: Client, team: Team, user: User) -> None:
    ada = member(team, Role.EDITOR, "ada")
    client = Client()
    client.force_login(ada.user)
    assert client.get("/").status_code == 200
    signed_in.post(f"/team/members/{ada.pk}/active", {"active": "0"})
    assert client.get("/").status_code == 302
    signed_in.post(f"/team/members/{ada.pk}/active", {"active": "1"})
    me = user.memberships.get()
    page = signed_in.post(f"/team/members/{me.pk}/active", {"active": "0"}, follow=True)
    assert "You cannot deactivate yourself" in page.content.decode()


def test_one_link_lets_one_in(team: Team, user: User) -> None:
    _, secret = invite(team, user, "viewer")
    for name in ("ada", "bob"):
        person = User.objects.create_user(name)
        if name == "ada":
            accept(secret, person)
        else:
            with pytest.raises(InvitationRefused, match="was used already"):
                accept(secret, person)
    assert Membership.objects.filter(team=team).count() == 2


def test_who_was_let_go_has_no_way_back(signed_in: Client, team: Team, user: User) -> None:
    eve = member(team, Role.ADMIN, "eve")
    for undo in ("remove", "role", "active"):
        _, secret = invite(team, eve.user, "admin", days=90)
        given = {"role": "viewer", "active": "0"}
        signed_in.post(f"/team/members/{eve.pk}/{undo}", given)
        response = Client().post(f"/join/{secret}", JOINING)
        assert response.status_code == 410 and "may not invite" in response.content.decode()
        eve.user.refresh_from_db()
        User.objects.filter(pk=eve.user.pk).update(is_active=True)
        eve = Membership.objects.update_or_create(
            team=team, user=eve.user, defaults={"role": "admin"}
        )[0]


def test_an_admin_does_not_lock_out_the_owner(client: Client, team: Team, user: User) -> None:
    client.force_login(member(team, Role.ADMIN, "eve").user)
    owner = user.memberships.get()
    for address, given in (("role", {"role": "viewer"}), ("remove", {})):
        page = client.post(f"/team/members/{owner.pk}/{address}", given, follow=True)
        assert "owns the installation: only" in page.content.decode()
    assert client.post(f"/team/members/{owner.pk}/active", {"active": "0"}).status_code == 403
    assert user.memberships.get().role == "admin"


def test_deactivating_leaves_each_team_an_admin(signed_in: Client, team: Team, user: User) -> None:
    eve = member(team, Role.EDITOR, "eve")
    eve.user.join(Team.objects.create(name="Hers"), Role.ADMIN)
    page = signed_in.post(f"/team/members/{eve.pk}/active", {"active": "0"}, follow=True)
    assert "eve is the only admin of Hers" in page.content.decode()
    assert User.objects.get(username="eve").is_active
    with pytest.raises(MemberRefused, match="the only one who owns"):
        member(team, Role.ADMIN, "ada")
        set_active(user, False)


def test_open_invitations_are_always_listed(signed_in: Client, team: Team, user: User) -> None:
    invite(team, user, "admin", note="the old one", days=90)
    for _ in range(25):
        made, _ = invite(team, user, "viewer")
        Invitation.objects.filter(pk=made.pk).update(used=timezone.now())
    assert "the old one" in signed_in.get("/team").content.decode()
