"""A database that has been migrated, made once and kept under build/ for later sessions of tests.

It is named by a digest of whatever it rests on: another migration, model or version of a package
is another name. Whoever starts on it runs `migrate` all the same.
"""

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
from importlib.util import find_spec
from pathlib import Path

from webapp.processes import postgres
from webapp.processes.folder import DataFolder
from webapp.processes.servers import wait_for

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "migrated"
MOST_KEPT = 8  # a few megabytes each: work on several branches may share the folder
RESTS_ON = (
    "webapp/*/migrations/*.py",
    "webapp/*/models.py",
    "webapp/*/models/**/*.py",
    "webapp/*/apps.py",
    "webapp/experts/engines/**/*.py",
    "webapp/config/settings.py",
    "webapp/processes/postgres.py",
    "tests/migrated.py",
)


def begin_migrated(folder: DataFolder, kept: Path = KEPT) -> bool:
    """Give a new data folder such a database; False where none can be kept."""
    folder.make()
    try:
        kept.mkdir(parents=True, exist_ok=True)
        lock = (kept / "lock").open("w")
    except OSError:  # somebody else's clone, or one that is only read
        return False
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _taken(kept, folder.path):
            make(kept)
            assert _taken(kept, folder.path)
        for old in sorted(kept.glob("*.tar.gz"), key=_used)[:-MOST_KEPT]:
            old.unlink()
    return True


def name() -> str:
    """The digest of the code that makes the database, and of what is installed by version."""
    digest = hashlib.blake2b(digest_size=12)
    for path in sorted({path for pattern in RESTS_ON for path in ROOT.glob(pattern)}):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode() + content)
    django = find_spec("django")
    assert django and django.origin
    installed = Path(django.origin).parents[1]
    digest.update("\n".join(sorted(path.name for path in installed.glob("*.dist-info"))).encode())
    return digest.hexdigest()


def _taken(kept: Path, folder: Path) -> bool:
    """Whether there is a whole one, which then lies in the folder. Broken ones are removed."""
    for packed in kept.glob(f"{name()}-*.tar.gz"):
        if packed.name == _named(packed):
            packed.touch()
            with tarfile.open(packed) as archive:
                archive.extractall(folder, filter="fully_trusted")  # with the server's user
            return True
        packed.unlink()
    return False


def make(kept: Path) -> None:
    """A new one, which takes some 15 seconds."""
    with tempfile.TemporaryDirectory(prefix="skillmoe-migrated-") as made:
        folder = DataFolder(Path(made))
        folder.make()
        server = postgres.prepare(folder)
        log = (folder.logs / "postgres.log").open("wb")
        with log, subprocess.Popen(server.program().argv(), stdout=log, stderr=log) as process:
            try:
                wait_for("PostgreSQL", server.ensure_database, 60, lambda: None)
                _migrate(folder, server.url)
            finally:
                process.send_signal(signal.SIGINT)
        if process.returncode:
            raise RuntimeError((folder.logs / "postgres.log").read_text())
        pack(folder.path, kept)


def pack(data: Path, kept: Path) -> None:
    """Keep the database of a data folder whose server has ended."""
    fresh = kept / "fresh"
    with tarfile.open(fresh, "w:gz", compresslevel=1) as archive:
        for part in ("postgres", "postgres-password"):
            archive.add(data / part, part)
    fresh.chmod(0o600)
    fresh.rename(kept / _named(fresh))


def _migrate(folder: DataFolder, database_url: str) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:1/0",  # of no use here
        "SKILLMOE_DATA": str(folder.path),
    }
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--no-input", "--verbosity=0"]
    subprocess.run(command, env=environment, check=True)


def _named(packed: Path) -> str:
    """Its name says what is in it, too."""
    return f"{name()}-{hashlib.blake2b(packed.read_bytes(), digest_size=12).hexdigest()}.tar.gz"


def _used(packed: Path) -> float:
    return packed.stat().st_mtime
