"""Postgres and Redis: the team's own where DATABASE_URL or REDIS_URL say so, else embedded."""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
import redis as redis_client

from webapp.machine.faults import SERVERS, faults_of
from webapp.processes import postgres, redis
from webapp.processes.errors import ServerFailed
from webapp.processes.folder import DataFolder
from webapp.processes.program import Program
from webapp.processes.waiting import wait_until_it_answers

OWN_SERVER_SECONDS = 5


@dataclass(frozen=True)
class Servers:
    """Where Postgres and Redis are, and the ones of them that we start."""

    database_url: str
    redis_url: str
    postgres: postgres.Postgres | None
    redis: redis.Redis | None

    @property
    def programs(self) -> list[Program]:
        """In the order of starting; stopped the other way round."""
        return [server.program() for server in (self.postgres, self.redis) if server]

    def wait_until_ready(self, check: Callable[[], None] = lambda: None) -> None:
        """Wait for both; `check` raises when waiting longer is of no use.

        Raises ServerFailed when a team's own cannot be reached in time; of ours, which may have to
        recover after an unclean end, `check` says when they have ended.
        """
        if self.postgres:
            wait_for("PostgreSQL", self.postgres.ensure_database, math.inf, check)
        else:
            where = f"The PostgreSQL of DATABASE_URL ({place(self.database_url)})"
            wait_for(where, lambda: ask_postgres(self.database_url), OWN_SERVER_SECONDS, check)
        if self.redis:
            wait_for("Redis", lambda: ask_redis(self.redis_url), math.inf, check)
        else:
            where = f"The Redis of REDIS_URL ({place(self.redis_url)})"
            wait_for(where, lambda: ask_redis(self.redis_url), OWN_SERVER_SECONDS, check)

    def faults(self) -> list[str]:
        """What is known to be wrong with a team's own servers, once they answer; of the embedded
        ones the set-up has told."""
        own = [] if self.postgres else [ask_postgres(self.database_url)]
        own += [] if self.redis else [ask_redis(self.redis_url)]
        return [
            f"{SERVERS[name]} {version} has known faults. {fault}"
            for name, version in own
            for fault in faults_of(name, version)
        ]


def prepare(folder: DataFolder) -> Servers:
    """Read the environment and prepare what it leaves to us; starts nothing."""
    database_url = os.environ.get("DATABASE_URL")
    redis_url = os.environ.get("REDIS_URL")
    own_postgres = None if database_url else postgres.prepare(folder)
    own_redis = None if redis_url else redis.prepare(folder)
    return Servers(
        database_url or (own_postgres.url if own_postgres else ""),
        redis_url or (own_redis.url if own_redis else ""),
        own_postgres,
        own_redis,
    )


def ask_postgres(url: str) -> tuple[str, str]:
    """What it is, and its version. Raises psycopg.Error when it does not answer."""
    with psycopg.connect(url, connect_timeout=3) as connection:
        return "postgresql", connection.info.parameter_status("server_version") or ""


def ask_redis(url: str) -> tuple[str, str]:
    """The same of Redis or Valkey. Raises redis.RedisError when it does not answer."""
    with redis_client.Redis.from_url(url, socket_timeout=3) as client:
        said = client.info("server")
    kind = "valkey" if "valkey_version" in said else "redis"
    return kind, str(said[f"{kind}_version"])


def wait_for(
    name: str, ask: Callable[[], object], seconds: float, check: Callable[[], None]
) -> None:
    """Ask again until it answers. Raises ServerFailed with the last error."""
    not_yet = (psycopg.Error, redis_client.RedisError, ValueError)
    try:
        wait_until_it_answers(name, ask, not_yet, check, seconds)
    except not_yet as error:
        raise ServerFailed(f"{name} cannot be reached: {error}") from None


def place(url: str) -> str:
    """Host, port and database of an address, without the password."""
    parts = urlsplit(url)
    return f"{(parts.netloc or '').rpartition('@')[2]}{parts.path}"
