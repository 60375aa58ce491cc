"""The database of an earlier product, as a team filled it: migrated, whole, and every page of it.

`before_rooms.sql.gz` is a dump of its tables with a little of everything: runs of every method and
state, recorded and multiple-choice pools, reviews, presets, previews, uploads. Nobody can sign in
with what it says, and its vectors keep half of their digits.
"""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pytest_django.plugin import DjangoDbBlocker

from tests.crawling import crawl
from webapp.accounts.models import User
from webapp.db.memory import cache
from webapp.db.rows import fetched
from webapp.experts.models import Expert
from webapp.reviews.models import Change, Review

DUMP = Path(__file__).with_name("before_rooms.sql.gz")
NAME = "earlier_data"
# Rows that Django itself adds: after a migration, and when somebody signs in.
DJANGOS = {"django_migrations", "django_content_type", "auth_permission", "django_session"}
COPY = re.compile(r"^(COPY public\.(\w+) [^\n]*;)\n(.*?)^\\\.\n", re.MULTILINE | re.DOTALL)
# Tables that are another application's now.
MOVED = {"runs_review": "reviews_review", "runs_comment": "comments_comment"}
# What no page names, because a form leads there.
STARTS = ["/", "/runs/new?preview=1", "/runs/new?preview=8", "/runs/compare?run=3&run=8"]
OF_EACH = 15  # addresses of one path, beside the runs, which are all opened
EXPECTED = {
    *("/runs/", "/runs/new", "/runs/#", "/runs/#/live", "/runs/#/flow.json", "/runs/#/lost"),
    *("/runs/#/timeline.json", "/runs/#/questions", "/runs/#/questions/#", "/runs/compare"),
    *("/runs/#/review", "/runs/#/responses.jsonl", "/runs/history.json", "/runs/previews/#"),
    *("/question-sets/", "/question-sets/#", "/question-sets/#/used", "/question-sets/uploads/#"),
    *("/question-sets/#/golds", "/question-sets/#/suspects"),
    *("/question-sets/#/questions/#", "/question-sets/#/questions/#/used"),
    *("/experts/", "/experts/#", "/experts/#/edit", "/pools/", "/pools/#", "/pools/#/edit"),
    *("/profiles/#", "/profiles/#/cell", "/profiles/#/changes", "/profiles/#/experts", "/gpu"),
    *("/recorded-responses/new", "/question-sets/new", "/experts/new", "/pools/new"),
}


@pytest.fixture(scope="module")
def dumped(django_db_blocker: DjangoDbBlocker) -> Iterator[Counter[str]]:
    """Django's database is the earlier one, brought up to date; gives the dump's rows per table."""
    own, database = connection.settings_dict["NAME"], sql.Identifier(NAME)
    with (
        psycopg.connect(settings.DATABASE_URL, autocommit=True) as server,
        django_db_blocker.unblock(),
    ):
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database)
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(database))
        rows = restored()
        connection.close()
        connection.settings_dict["NAME"] = NAME
        cache.clear()  # other tests' runs have the same numbers
        try:
            call_command("migrate", verbosity=0)
            yield rows
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own
            cache.clear()
            server.execute(drop)


def restored() -> Counter[str]:
    """Fill the database from the dump, as psql would, which a machine may not have."""
    rows: Counter[str] = Counter()
    text, done = gzip.decompress(DUMP.read_bytes()).decode(), 0
    with psycopg.connect(make_conninfo(settings.DATABASE_URL, dbname=NAME)) as earlier:
        for table in COPY.finditer(text):
            earlier.execute(text[done : table.start()].encode())
            with earlier.cursor().copy(table[1].encode()) as copy:
                copy.write(table[3])
            rows[table[2]] = table[3].count("\n")
            done = table.end()
        earlier.execute(text[done:].encode())
    return rows


def test_nothing_of_it_is_lost_and_every_page_opens(dumped: Counter[str]) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username="admin"))
    runs = [f"/runs/{run}" for (run,) in fetched("SELECT id FROM runs_run ORDER BY id")]
    wrong, opened = crawl(client, [*STARTS, *runs], most=OF_EACH)
    assert not wrong
    assert opened.keys() >= EXPECTED
    assert opened["/runs/#"] == count("runs_run")
    kept = {MOVED.get(table, table): n for table, n in dumped.items() if table not in DJANGOS}
    kept["reviews_review"] += 4  # who settled a dispute has ruled on it
    assert {table: count(table) for table in kept} == kept


def test_reviews_are_first_verdicts_with_history(dumped: Counter[str]) -> None:
    assert Change.objects.count() == Review.objects.count() == dumped["runs_review"] + 4
    ruling = Review.objects.get(answer=21, is_ruling=True)
    assert (ruling.person_id, ruling.verdicts) == (1, ["settled"])
    settled = Review.objects.get(answer=21, person=2)
    assert settled.verdicts == ["disputed"] and not settled.disputes
    assert settled.changed < ruling.changed
    assert settled.note == "I see it the same way."
    dispute = Review.objects.get(answer=22, person=1)
    assert dispute.disputes and dispute.answer.review_changes.count() == 2
    assert dispute.changed.isoformat().startswith("2026-11-29T06:09:28.862")


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        (n,) = cursor.fetchone()
    return int(n)


def test_experts_write_as_they_did(dumped: Counter[str]) -> None:
    """Profiles rest on that; a new expert is sampled as its checkpoint asks."""
    loaded = Expert.objects.filter(engine="vllm")
    kept = {(e.top_p, e.top_k, e.min_p, e.repetition_penalty) for e in loaded}
    assert kept == {(1.0, 0, 0.0, 1.0)} and not loaded.filter(temperature=None).exists()
    assert Expert.objects.exclude(engine="vllm").filter(top_p=None).exists()
    assert Expert().top_p is None
