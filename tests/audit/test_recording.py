"""Entries: what is kept of an act, and that nobody can change it."""

import importlib
import subprocess
import sys
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.db.transaction import TransactionManagementError

from tests.accounts.walking import member
from tests.conftest import ROOT
from webapp.accounts.acting import acting_as
from webapp.accounts.models import Role, Team, User
from webapp.audit.actions import Action, title_of
from webapp.audit.actors import Actor, Way, acting, actor, become
from webapp.audit.models import Entry
from webapp.audit.recording import Change, plain, record
from webapp.db.rows import executed
from webapp.experts.models import Pool
from webapp.machine.user import name

pytestmark = pytest.mark.django_db
FIRST = importlib.import_module("webapp.audit.migrations.0001_initial")


def told(**details: Any) -> Entry:
    with transaction.atomic():
        record(Action.LOG_EXPORTED, **details)
    return Entry.objects.order_by("-pk")[0]


def test_whoever_acts_is_known_in_the_block_and_not_after_it() -> None:
    with acting(way=Way.PAGE, address="::1"):
        become(person_id=5, person="Ada")
        with acting(means="inside"):
            assert actor() == Actor(Way.PAGE, "inside", "::1", 5, "Ada")
        assert actor() == Actor(Way.PAGE, "", "::1", 5, "Ada")
    assert actor() == Actor()


def test_outside_of_a_transaction_nothing_is_told() -> None:
    with pytest.raises(TransactionManagementError, match="in the transaction that does it"):
        record(Action.LOG_EXPORTED)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET person = 'nobody'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
    ],
)
def test_postgres_refuses_to_change_the_log(change: str) -> None:
    executed(FIRST.NO_TRUNCATE)  # which the tests do without
    told()
    with pytest.raises(Error, match="only added to"), transaction.atomic():
        executed(change)
    assert Entry.objects.count() == 1


def test_the_log_outlives_what_it_tells_of(team: Team) -> None:
    other = member(Team.objects.create(name="Others"), Role.EDITOR, "eve").user
    pool = Pool.objects.create(team=other.memberships.get().team, name="Small")
    with transaction.atomic(), acting_as(other, other.team):
        record(Action.POOL_MADE, pool)
    before = Entry.objects.values().get()
    assert (before["person"], before["team"], before["object"]) == ("eve", "Others", "Small")
    Pool.objects.all().delete()
    User.objects.filter(pk=other.pk).update(team=None)
    Team.objects.filter(name="Others").delete()
    other.delete()
    assert Entry.objects.values().get() == before
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, "audit_entry")
    assert not [name for name, how in constraints.items() if how["foreign_key"]]


def test_an_entry_belongs_to_its_objects_team(team: Team, user: User) -> None:
    pool = Pool.objects.create(team=Team.objects.create(name="Others"), name="Small")
    with transaction.atomic(), acting_as(user, team):
        record(Action.POOL_MADE, pool)
        record(Action.LOG_EXPORTED)
        record(Action.SIGN_IN_FAILED, team=None)
    assert list(Entry.objects.values_list("team", flat=True)) == ["", "Team", "Others"]


def test_details_are_short_and_without_credentials() -> None:
    entry = told(
        text="x" * 1000,
        nul="a\0b\ud800",
        many=range(100),
        server=Change("http://me:secret@host/v1", "http://host/v1"),
        way=Way.PAGE,
    )
    entry.refresh_from_db()
    assert len(entry.details["text"]) == 300 and entry.details["text"].endswith("…")
    assert entry.details["nul"] == "ab?"
    assert len(entry.details["many"]) == 50
    assert entry.details["server"] == {"before": "http://…@host/v1", "after": "http://host/v1"}
    assert entry.details["way"] == "page"
    assert plain(None) is None and plain(True) is True and plain(1.5) == 1.5


def test_an_action_that_there_is_no_more_reads_as_it_was_called() -> None:
    assert title_of("signed-in") == "signed in" and title_of("danced") == "danced"


@pytest.mark.django_db(transaction=True)
def test_commands_are_told_of_whoever_runs_them_on_the_machine(user: User) -> None:
    """By manage.py, so Django's own too."""
    code = (
        "import runpy, sys; from webapp.config import settings;"
        f" settings.DATABASES['default']['NAME'] = {connection.settings_dict['NAME']!r};"
        " sys.argv = ['manage.py', *sys.argv[1:]];"
        " runpy.run_path('manage.py', run_name='__main__')"
    )
    subprocess.run([sys.executable, "-c", code, "create_token", "admin"], cwd=ROOT, check=True)
    told = Entry.objects.get()
    assert (told.action, told.way, told.person) == (Action.TOKEN_MADE, "command", "")
    assert told.means == name() and told.team == "Team" and told.details["of"] == "admin"


def test_a_password_that_is_changed_anyhow_is_told(user: User) -> None:
    user.set_password("a new secret of mine")
    user.save()
    assert Entry.objects.get().action == Action.PASSWORD_CHANGED
    assert user.check_password("a new secret of mine")
    user.save()
    assert Entry.objects.count() == 1
