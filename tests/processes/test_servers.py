"""The embedded PostgreSQL and Redis, for real."""

import os
import stat
import subprocess
import time
from pathlib import Path

import psycopg
import pytest
import redis

from tests.processes.conftest import RunningServers
from webapp.processes import postgres
from webapp.processes import redis as embedded_redis
from webapp.processes.errors import ServerFailed, ServerMissing
from webapp.processes.folder import DataFolder
from webapp.processes.servers import Servers, prepare

AWKWARD = f"a data folder, 100% #1 ;-) {'x' * 120}"


def run_sql(servers: Servers, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(servers.database_url) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_data_survives_and_awkward_paths_do_no_harm(
    tmp_path: Path, running_servers: RunningServers
) -> None:
    """The parent folder is closed to others, as /root is: PostgreSQL, which refuses to run as
    root, still gets in, and nobody else does."""
    tmp_path.chmod(0o700)
    data = tmp_path / AWKWARD
    with running_servers(data) as (servers, _):
        run_sql(servers, "CREATE TABLE kept (word text)")
        run_sql(servers, "INSERT INTO kept VALUES ('still here')")
    with running_servers(data) as (servers, _):
        assert run_sql(servers, "SELECT word FROM kept") == [("still here",)]
    assert mode(tmp_path) == 0o700
    assert mode(data / "postgres") == 0o700
    assert mode(data / "postgres-password") == 0o600


def test_both_servers_ask_for_a_password(tmp_path: Path, running_servers: RunningServers) -> None:
    with running_servers(tmp_path) as (servers, _):
        assert servers.postgres and servers.redis
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(servers.database_url.replace(servers.postgres.password, "wrong"))
        with (
            redis.Redis(port=servers.redis.port) as client,
            pytest.raises(redis.AuthenticationError),
        ):
            client.ping()
        addresses = run_sql(servers, "SHOW listen_addresses")
    assert addresses == [("127.0.0.1",)]


def test_a_killed_postgres_comes_back_by_itself(
    tmp_path: Path, running_servers: RunningServers
) -> None:
    with running_servers(tmp_path) as (servers, manager):
        run_sql(servers, "CREATE TABLE kept (word text)")
        (pid,) = [one.pid for one in manager.states() if one.name == "postgres"]
        os.kill(pid, 9)
        servers.wait_until_ready()
        assert run_sql(servers, "SELECT word FROM kept") == []


def test_a_stale_pid_file_does_not_block(tmp_path: Path, running_servers: RunningServers) -> None:
    """Its number is now another process', as after a restart of a container."""
    with running_servers(tmp_path):
        pass
    cluster = tmp_path / "postgres"
    stranger = subprocess.Popen(["sleep", "60"], user=cluster.stat().st_uid, cwd="/")
    (cluster / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster}\n")
    try:
        with running_servers(tmp_path):
            assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", ["", "not a number\n"])
def test_a_cut_off_pid_file_is_removed(tmp_path: Path, content: str) -> None:
    (tmp_path / "postmaster.pid").write_text(content)
    postgres.clear_leftover(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


def test_a_server_left_running_is_ended(tmp_path: Path, running_servers: RunningServers) -> None:
    with running_servers(tmp_path):
        pass
    left = postgres.prepare(DataFolder(tmp_path))
    process = subprocess.Popen(left.program().argv(), stderr=subprocess.DEVNULL)
    pid_file = tmp_path / "postgres" / "postmaster.pid"
    while not (pid_file.exists() and pid_file.read_text()):  # it is there before it tells anything
        assert process.poll() is None
        time.sleep(0.01)
    postgres.clear_leftover(tmp_path / "postgres")
    assert process.wait(15) == 0
    assert not pid_file.exists()


def test_data_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(ServerFailed, match="PostgreSQL 15"):
        postgres.prepare(DataFolder(tmp_path))


def test_a_lost_password_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18\n")
    with pytest.raises(ServerFailed, match="postgres-password is gone"):
        postgres.prepare(DataFolder(tmp_path))


def test_configured_servers_replace_the_embedded_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me:secret@127.0.0.1:1/mine")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr("webapp.processes.servers.OWN_SERVER_SECONDS", 0)
    servers = prepare(DataFolder(tmp_path))
    assert servers.programs == []
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ServerFailed, match=r"127\.0\.0\.1:1/mine") as caught:
        servers.wait_until_ready()
    assert "secret" not in str(caught.value)


def test_without_the_packages_it_says_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "find_spec", lambda name: None)
    monkeypatch.setattr(embedded_redis, "find_spec", lambda name: None)
    with pytest.raises(ServerMissing, match="DATABASE_URL"):
        postgres.prepare(DataFolder(tmp_path))
    with pytest.raises(ServerMissing, match="REDIS_URL"):
        embedded_redis.prepare(DataFolder(tmp_path))
