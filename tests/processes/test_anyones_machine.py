"""PostgreSQL where its user has little: closed folders, few rights, no name. Needs root itself."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.test_servers import mode
from webapp.processes import identity, postgres
from webapp.processes.product import ROOT
from webapp.processes.program import run_once

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user"),
    pytest.mark.skipif(shutil.which("setpriv") is None, reason="no setpriv (util-linux)"),
]
# What Docker leaves to root, and to a user by number.
DOCKER = ["chown", "dac_override", "fsetid", "fowner", "mknod", "net_raw", "setgid", "setuid",
          "setfcap", "setpcap", "net_bind_service", "sys_chroot", "kill",
          "audit_write"]  # fmt: skip
FEW = [f"--bounding-set=-all,+{',+'.join(DOCKER)}"]
FEWER = [f"--bounding-set=-all,+{',+'.join(one for one in DOCKER if one != 'setpcap')}"]
NONE = ["--bounding-set=-all"]
# The one right is for this test's Python, which may lie in root's closed home.
READING = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
NAMELESS = ["--reuid=54321", "--regid=54321", "--clear-groups", *READING]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that anybody may enter, which pytest's own are not, with PostgreSQL in it."""
    with tempfile.TemporaryDirectory() as made:
        path = Path(made)
        path.chmod(0o755)
        programs = postgres.find_programs()
        packages, package = programs.parents[2], programs.parents[1].name
        for copied in (f"{package}.libs", f"{package}/{programs.parent.name}"):
            shutil.copytree(packages / copied, path / "closed" / copied)
        yield path


def own_server(*before: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    (programs,) = (folder / "closed").glob("*/*/bin")
    command = [sys.executable, "-m", "tests.processes.own_server", str(folder / "closed/data")]
    return subprocess.run(
        [*before, *command, str(programs)],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
    )


@pytest.mark.parametrize("rights", [[], FEW], ids=["all-rights", "docker"])
def test_root_in_a_closed_folder(folder: Path, rights: list[str]) -> None:
    """The folder, which holds the programs and the data, stays closed to everybody else."""
    closed = folder / "closed"
    closed.chmod(0o700)
    done = own_server("setpriv", *rights, folder=folder)
    assert done.stdout == "'star':1\n"
    assert mode(closed) == 0o700
    assert (closed / "data/postgres").stat().st_uid != 0
    assert run_once(("ls", str(closed)), user="nobody").returncode != 0


@pytest.mark.parametrize(("rights", "said"), [(FEWER, "may not enter"), (NONE, "may not become")])
def test_root_who_cannot_help_is_told_why(folder: Path, rights: list[str], said: str) -> None:
    closed = folder / "closed"
    closed.chmod(0o700)
    done = own_server("setpriv", *rights, folder=folder)
    assert done.returncode == 1
    assert said in done.stdout and "DATABASE_URL" in done.stdout
    assert said == "may not become" or str(closed) in done.stdout
    assert "Traceback" not in done.stdout


def test_root_who_may_do_little_in_an_open_folder(folder: Path) -> None:
    """No help is needed there, so none has to be given."""
    assert own_server("setpriv", *FEWER, folder=folder).stdout == "'star':1\n"


def test_a_user_without_a_name(folder: Path) -> None:
    os.chown(folder / "closed", 54321, 54321)
    done = own_server("setpriv", *NAMELESS, folder=folder)
    assert done.stdout == "'star':1\n"
    assert (folder / "closed/data/postgres").stat().st_uid == 54321


def test_a_user_without_a_name_where_the_kernel_lends_none(folder: Path) -> None:
    """As in Docker: here a chroot has the kernel refuse user namespaces."""
    os.chown(folder / "closed", 54321, 54321)
    root = folder / "root"
    root.mkdir()
    script = 'mount --rbind / "$0" && exec chroot "$0" "$@"'
    changed = ["unshare", "--mount", "sh", "-c", script, str(root)]
    inside = ["env", f"--chdir={ROOT}", "setpriv", *NAMELESS]
    done = own_server(*changed, *inside, folder=folder)
    if "mount" in done.stdout:
        pytest.skip("mounting is not allowed here")
    assert done.returncode == 1
    assert "skillmoe:x:54321:54321:" in done.stdout and "DATABASE_URL" in done.stdout
    assert "Traceback" not in done.stdout


def test_data_of_a_user_without_a_name_is_served_for_root(folder: Path) -> None:
    closed = folder / "closed"
    os.chown(closed, 54321, 54321)
    assert own_server("setpriv", *NAMELESS, folder=folder).returncode == 0
    assert identity.system_user(closed / "data/postgres") == "54321"
    assert own_server(folder=folder).stdout == "'star':1\n"
