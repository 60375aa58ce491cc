"""The database's disk is full: a real, small one, on which the generations are."""

import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection

from tests.faults.conftest import MakeRun
from tests.faults.moments import is_generating
from tests.faults.witness import Witness, check_unchanged, check_whole, committed
from tests.gpu_worker.workers import RealWorkers
from webapp.processes.identity import system_user
from webapp.runs.models import Run

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

SIZE = "32m"
FULL_SECONDS = 15  # for which it stays full: several tries of whoever wants to write


@pytest.fixture
def disk(transactional_db: None) -> Iterator[Path]:
    """A tmpfs that Postgres keeps the table of generations on."""
    owner = system_user(Path("/nowhere"))
    if owner is None:
        pytest.skip("only root can mount a small disk")
    folder = Path(tempfile.mkdtemp(prefix="skillmoe-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "none", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        folder.rmdir()
        pytest.skip("no disk can be mounted here")
    try:
        space = folder / "space"
        space.mkdir(mode=0o700)
        shutil.chown(space, pwd.getpwnam(owner).pw_uid)
        folder.chmod(0o755)
        sql(f"CREATE TABLESPACE small LOCATION '{space}'")
        sql("ALTER TABLE runs_generation SET TABLESPACE small")
        yield folder
    finally:
        (folder / "ballast").unlink(missing_ok=True)
        sql("ALTER TABLE runs_generation SET TABLESPACE pg_default")
        sql("DROP TABLESPACE IF EXISTS small")
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_full_disk(disk: Path, witness: Witness, workers: RealWorkers, submit: MakeRun) -> None:
    """The log says so; nothing that was committed changes; with room again, the run goes on."""
    workers.start("default")
    workers.start("gpu")
    pids = {name: workers.pid(name) for name in ("default", "gpu")}
    run = submit(240)
    workers.wait(lambda: is_generating(run), 120, "a generation")
    fill(disk)
    before = committed()
    workers.wait(lambda: says_full(workers), 60, "an error in the log")
    stuck = committed()
    check_unchanged(before)
    time.sleep(FULL_SECONDS)
    check_unchanged(stuck)
    assert len(committed()) < 480, "the disk was full too late to show anything"
    assert Run.objects.get(pk=run.pk).status == "running"
    (disk / "ballast").unlink()
    workers.finish(run, seconds=180)
    check_unchanged(stuck)
    check_whole(witness, [run])
    assert {name: workers.pid(name) for name in pids if workers.is_running(name)} == pids
    print(f"generated again: {len(witness.again())}")


def fill(disk: Path) -> None:
    """To the last byte, as another program on the same disk would."""
    with (disk / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(bytes(4096))


def says_full(workers: RealWorkers) -> bool:
    return "No space left on device" in workers.log("gpu").read_text()
