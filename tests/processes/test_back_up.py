"""Back-up and restore as docs/operations.md has them, word for word."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.test import Client
from psycopg import sql

from tests.conftest import ROOT
from webapp.accounts.models import User
from webapp.audit.models import Entry
from webapp.db.rows import executed
from webapp.processes import postgres
from webapp.processes.errors import ServerMissing
from webapp.runs.models import Run

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
RESTORED = "restored"
CHANGING = re.compile(r'csrfmiddlewaretoken" value="[^"]*"')


def commands(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n```sh\n(.*?)```", OPERATIONS, re.DOTALL)
    assert found
    return found[1]


def follow(name: str, data: Path, back_up: Path, database: str) -> None:
    """The commands on a data folder whose product runs on that database."""
    url = urlunsplit(urlsplit(settings.DATABASE_URL)._replace(path=f"/{database}"))
    data.mkdir(exist_ok=True)
    (data / "servers.json").write_text(json.dumps({"database_url": url}))
    given = {n: v for n, v in os.environ.items() if n not in ("DATABASE_URL", "REDIS_URL")}
    given |= {"SKILLMOE_DATA": str(data), "BACKUP": str(back_up)}
    done = subprocess.run(
        ["sh", "-c", commands(name)], cwd=ROOT, env=given, capture_output=True, text=True
    )
    assert done.returncode == 0 and not done.stderr, done.stderr


@contextmanager
def in_database(name: str) -> Iterator[None]:
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    cache.clear()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
        cache.clear()


@pytest.fixture
def another_database() -> Iterator[str]:
    """With something in it that is to go."""
    name = sql.Identifier(RESTORED)
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name)
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as server:
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        with in_database(RESTORED):
            executed("CREATE TABLE runs_run (left_over int)")
        yield RESTORED
        server.execute(drop)


def page(run: int) -> str:
    client = Client()
    client.force_login(User.objects.get(username="admin"))
    shown = client.get(f"/runs/{run}")
    assert shown.status_code == 200
    return CHANGING.sub("", shown.content.decode())


@pytest.mark.django_db(transaction=True)
def test_a_back_up_restored_has_the_same_pages(
    ours_run: Run, user: User, another_database: str, tmp_path: Path
) -> None:
    try:
        postgres.find_programs()
    except ServerMissing:
        pytest.skip("the embedded PostgreSQL is not installed")
    before, log = page(ours_run.pk), Entry.objects.count()
    data, new, back_up = (tmp_path / name for name in ("data", "new", "back-up"))
    data.mkdir()
    (data / "secret-key").write_text("a key")
    follow("back-up", data, back_up, connection.settings_dict["NAME"])
    assert back_up.stat().st_mode & 0o077 == 0, "nobody else reads it"
    follow("restore", new, back_up, another_database)
    assert (new / "secret-key").read_text() == "a key"
    with in_database(another_database):
        assert Entry.objects.count() == log
        assert page(ours_run.pk) == before
        with pytest.raises(Error, match="only added to"):
            Entry.objects.all().delete()


def test_a_product_that_does_not_run_is_told_of(tmp_path: Path) -> None:
    given = {**os.environ, "SKILLMOE_DATA": str(tmp_path), "DATABASE_URL": ""}
    reach = [str(ROOT / ".venv/bin/python"), "-m", "webapp.processes.reach"]
    done = subprocess.run(reach, cwd=ROOT, env=given, capture_output=True, text=True)
    assert done.returncode == 1 and "start the product first" in done.stderr and not done.stdout
