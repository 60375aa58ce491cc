"""Everybody at every address: what each role may, another team's member, nobody."""

from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy

import pytest
from django.db import transaction
from django.test import Client

from tests.accounts.walking import Targets, Things, make_things, member, name_of, names
from webapp.accounts.models import Membership, Role, Team, User
from webapp.accounts.rights import OWN, PAGES, may, needed_for
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db
# That anybody may ask for.
OPEN = {
    *("join", "login", "account_login", "logout", "account_confirm_email", "reset"),
    *("openid_connect_login", "openid_connect_callback", "mfa_authenticate"),
    "mfa_login_webauthn",
    *("account_reset_password", "account_reset_password_done", "account_reset_password_from_key"),
}
OWNER = "owner"
NOTHING = {"GET": (404, 302), "POST": (404, 405)}
# Not of one team's things: they show another team its own.
LISTS = {
    *("home", "gpu", "runs", "run-history", "run-compare", "run-new", "recorded-new", "members"),
    *("recorded-look", "experts", "expert-presets", "expert-new", "pools", "pool-new", "invite"),
    *("expert-best", "run-offers", "run-curve"),
    *("costs", "costs-figure", "costs-table"),
    *("queues", "queue-new", "verdicts", "mine", "notices-read"),
    *("question-sets", "question-set-new", "me", "me-password", "me-tokens", "me-sessions"),
    *("log", "log-csv", "log-jsonl", "view-save", "deleted"),
    *("team-switch", "welcome", "me-display", "me-notices", "team-webhook", "account_email"),
    *("account_reauthenticate", "socialaccount_connections"),
    *("mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_index", "mfa_activate_totp"),
    *("mfa_add_webauthn", "mfa_generate_recovery_codes"),
}


@pytest.fixture
def people(team: Team, user: User) -> dict[str, Membership]:
    """One of each role, and whoever owns the installation."""
    found = {
        # Some things ask for the password once more.
        role.value: member(team, role, f"a-{role.value}", password="a password")
        for role in Role
    }
    return found | {OWNER: user.memberships.get()}


@pytest.fixture
def things(ours_run: Run, user: User) -> Things:
    return make_things(ours_run, user)


def test_every_address_has_its_right() -> None:
    known = set(names())
    assert "" not in known, "an address without a name has no right"
    assert known - OPEN == set(PAGES), "each is in webapp/accounts/rights/, and nothing else"


def asked(client: Client, method: str, address: str) -> tuple[int, str]:
    """The answer's status, and the page that it is; whatever was done is undone."""
    page = ""
    with transaction.atomic():
        response = client.generic(method, address)
        if not response.streaming:
            is_page = response.status_code == 200 and "text/html" in response["Content-Type"]
            page = response.content.decode() if is_page else ""
        elif not getattr(response, "is_async", False):  # closed early, it closes the connection
            with suppress(OSError):
                response.getvalue()
        transaction.set_rollback(True)
    return int(response.status_code), page


def both(things: Things) -> Iterator[tuple[str, str, str]]:
    for name in sorted(PAGES):
        for method in ("GET", "POST"):
            yield name, method, things.address(name)


def test_each_role_may_and_is_shown_what_it_may(
    people: dict[str, Membership], things: Things
) -> None:
    """What it may not is refused, and absent: no link, no form, no part that is fetched. No two
    things of a page have the same id, by which a label leads to its field."""
    wrong, shown, twice = [], set(), set()
    for role, who in people.items():
        client = Client(raise_request_exception=False)
        client.force_login(who.user)
        signed_in = deepcopy(client.cookies)
        for name, method, address in both(things):
            client.cookies = deepcopy(signed_in)  # some addresses sign out
            status, page = asked(client, method, address)
            is_allowed = needed_for(name, method) in may(who)
            if (status == 403) == is_allowed:
                wrong.append((role, name, method, status))
            targets = Targets(page)
            twice |= {(name, one) for one, times in targets.ids.items() if times > 1}
            for by, to in _leading_to(targets, address) if method == "GET" else ():
                if to in PAGES and needed_for(to, by) not in may(who):
                    shown.add((role, name, by, to))
    assert not twice
    assert not wrong
    assert not shown, "\n".join(map(str, sorted(shown)))


def _leading_to(targets: Targets, opened: str) -> Iterator[tuple[str, str]]:
    """Method and name of each address on a page."""
    for address in targets.opened:
        yield "GET", name_of(address)
    for address in targets.sent:
        yield "POST", name_of(address or opened)


def test_roles_grow() -> None:
    """Each may do what those before it may."""
    for name, rights in PAGES.items():
        assert rights[0] is not None, name
    found = [len(may(Membership(role=role, user=User()))) for role in Role]
    assert found == sorted(set(found))
    assert OWN not in may(Membership(role=Role.ADMIN, user=User()))
    assert OWN in may(Membership(role=Role.VIEWER, user=User(is_staff=True)))


def test_another_teams_admin_finds_nothing(things: Things) -> None:
    stranger = member(Team.objects.create(name="Others"), Role.ADMIN, "stranger", is_staff=True)
    stranger.user.set_password("a password")
    stranger.user.save()
    client = Client(raise_request_exception=False)
    client.force_login(stranger.user)
    found = {
        (name, method, status)
        for name, method, address in both(things)
        if name not in LISTS
        and name != "expert-edit"  # experts belong to the installation
        # What only takes what is sent leads away from itself.
        and (status := asked(client, method, address)[0]) not in NOTHING[method]
    }
    assert not found


def test_nobody_is_led_to_sign_in(things: Things) -> None:
    client = Client(raise_request_exception=False)
    for name, method, address in both(things):
        with transaction.atomic():
            response = client.generic(method, address)
            transaction.set_rollback(True)
        assert response.status_code == 302, (name, method)
        assert response["Location"].startswith("/sign-in"), (name, method)
