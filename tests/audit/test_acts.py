"""Each act is told in the transaction that does it: neither is there without the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.accounts.walking import Things, make_things, member
from tests.audit.acts import Act, acts
from tests.conftest import demo_expert
from webapp.accounts.models import Membership, Role, Team, User
from webapp.audit.actions import Action
from webapp.audit.models import Entry
from webapp.db.rows import executed, fetched
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db
SEEN = "{last_seen,last_used,last_login}"  # that somebody was there is no act


@pytest.fixture
def things(ours_run: Run, user: User) -> Things:
    return make_things(ours_run, user)


@pytest.fixture
def other(team: Team) -> Membership:
    return member(team, Role.EDITOR, "other")


def everything() -> dict[str, str]:
    """What every table holds, but for the log and sessions."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table in ("audit_entry", "django_session", "usersessions_usersession"):
            continue
        row = f"(to_jsonb(t) - '{SEEN}'::text[])::text"
        ((found[table],),) = fetched(
            f"SELECT md5(coalesce(string_agg({row}, '' ORDER BY {row}), '')) FROM {table} t"
        )
    return found


@contextmanager
def failing(table: str) -> Iterator[None]:
    """Nothing can be added to a table."""
    executed(
        f"""
        CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$;
        CREATE TRIGGER fails BEFORE INSERT ON {table} EXECUTE FUNCTION fails()
        """
    )
    yield
    executed("DROP FUNCTION fails() CASCADE")


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ready(client: Client, act: Act, things: Things) -> tuple[str, dict[str, Any]]:
    """Where it is sent, and what; all that it needs is there then."""
    client.get("/team")  # seen
    own = reverse(act.page, kwargs=act.keys) if act.keys else things.address(act.page)
    return act.before(things, client) or own, dict(act.given(things))


def do(client: Client, act: Act, address: str, given: dict[str, Any]) -> Any:
    return client.get(address) if act.method == "GET" else client.post(address, given)


def last() -> int:
    return Entry.objects.order_by("-pk")[0].pk


def untold(client: Client, act: Act, things: Things) -> str:
    """What is wrong with how an act is told."""
    address, given = ready(client, act, things)
    before = last()
    done = do(client, act, address, given)
    told = Entry.objects.filter(pk__gt=before, action=act.action.value).first()
    if told is None or done.status_code >= 400:
        return f"not told: {done.status_code}"
    found = (told.person, told.team, told.way, told.address)
    team = "" if told.kind == "expert" else "Team"  # experts are the installation's
    wanted = ("admin", team, "page", "127.0.0.1")
    return "" if found == wanted else f"told as {found}"


def done_untold(client: Client, act: Act, things: Things) -> str:
    """What stays of an act that cannot be told."""
    address, given = ready(client, act, things)
    before = everything()
    with failing("audit_entry"):
        done = do(client, act, address, given)
    after = everything()
    changed = [table for table in before if before[table] != after[table]]
    if done.status_code != 500 or changed:
        return f"{done.status_code} although it cannot be told; stays in {changed}"
    return ""


def test_each_act_is_told_or_not_done(
    things: Things, user: User, other: Membership, client: Client
) -> None:
    wrong = []
    client.raise_request_exception = False
    for act in acts(other):
        for problem in (untold, done_untold):
            client.force_login(user)
            with undone():
                if said := problem(client, act, things):
                    wrong.append(f"{act.page}, {act.action}: {said}")
    assert not wrong, "\n".join(wrong)


def test_what_is_not_done_is_not_told(
    things: Things, signed_in: Client, user: User, test_set: QuestionSet
) -> None:
    _fails(signed_in, things)
    _is_refused(signed_in, things, user.memberships.get(), test_set)


def _fails(signed_in: Client, things: Things) -> None:
    signed_in.raise_request_exception = False
    start = next(act for act in acts(Membership()) if act.action == Action.RUN_STARTED)
    before = last()
    with undone(), failing("runs_event"):
        address, given = ready(signed_in, start, things)
        assert do(signed_in, start, address, given).status_code == 500
        assert not Entry.objects.filter(pk__gt=before).exists()


def _is_refused(signed_in: Client, things: Things, mine: Membership, test_set: QuestionSet) -> None:
    before = last()
    run = things.run.pk
    for address, given in {
        reverse("member-role", args=[mine.pk]): {"role": "viewer"},  # the only admin
        reverse("member-remove", args=[mine.pk]): {},
        reverse("run-retry", args=[run]): {},
        reverse("run-continue", args=[run]): {},
        reverse("run-cancel", args=[run]): {},
        reverse("question-set-benchmark", args=[test_set.pk]): {"benchmark": "gpqa"},
        "/runs/new": {"question_set": test_set.pk},
        "/pools/new": {"name": "Mine"},
        "/me/password": {"old_password": "wrong"},
    }.items():
        signed_in.post(address, given)
    assert list(Entry.objects.filter(pk__gt=before)) == []


def test_details_say_what_changed(signed_in: Client, pool: Pool, team: Team) -> None:
    tiny = demo_expert("tiny-01")
    given = {"name": "Smaller", "experts": [tiny.pk], "embedder": pool.embedder}
    signed_in.post(f"/pools/{pool.pk}/edit", given | {"merging": pool.merging})
    told = Entry.objects.get(action=Action.POOL_CHANGED)
    assert told.details["name"] == {"before": "Small", "after": "Smaller"}
    assert told.details["experts"] == {"before": ["tiny-01", "tiny-02"], "after": ["tiny-01"]}
    assert told.details["annotator"] == {"before": "annotator", "after": None}
    assert (told.kind, told.object_id, told.object) == ("pool", pool.pk, "Smaller")
