"""The set-up in clean roots that lack what a developer's machine has. Run by make test-machines.

Needs root, debootstrap, Debian's packages and PyPI; some minutes.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from webapp.processes.product import ROOT

pytestmark = [
    pytest.mark.machines,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a root"),
    pytest.mark.skipif(shutil.which("debootstrap") is None, reason="no debootstrap"),
]
INSIDE = "root/skill-moe"  # in a home that is closed to others
CARRIED = ("PIP_", "UV_", "SSL_", "NODE_", "npm_")  # settings of where to download from
LACKS = ("gcc", "cc", "ninja", "nvcc", "git", "node")
SERVE = """touch said
.venv/bin/python manage.py serve > said 2>&1 & launcher=$!
for _ in $(seq 120); do grep -q Ctrl-C said && break; sleep 0.5; done
kill -TERM $launcher; wait $launcher; cat said
"""


class Root:
    """A Debian of one release in a folder, with a clone of the repository in root's home."""

    def __init__(self, path: Path, release: str, packages: str) -> None:
        self.path = path
        include = f"--include=make,ca-certificates,{packages}"
        subprocess.run(["debootstrap", "--variant=minbase", include, release, path], check=True)
        for folder in ("proc", "sys", "dev"):
            subprocess.run(["mount", "--rbind", f"/{folder}", path / folder], check=True)
            subprocess.run(["mount", "--make-rslave", path / folder], check=True)
        for file in ("etc/resolv.conf", "etc/ssl/certs/ca-certificates.crt"):
            shutil.copy(f"/{file}", path / file)
        self.carry_pips_folders()
        own = ["git", "-c", "safe.directory=*", "clone", "--quiet", str(ROOT), str(path / INSIDE)]
        subprocess.run(own, check=True)

    def carry_pips_folders(self) -> None:
        """Folders that pip's settings name have to be there as well."""
        for name in ("PIP_FIND_LINKS", "UV_FIND_LINKS"):
            for folder in map(Path, os.environ.get(name, "").split()):
                if folder.is_dir() and not (self.path / folder.relative_to("/")).exists():
                    shutil.copytree(folder, self.path / folder.relative_to("/"))

    def run(self, script: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """A shell's script in the clone; output and errors are both in `stdout`."""
        carried = {name: value for name, value in os.environ.items() if name.startswith(CARRIED)}
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return subprocess.run(
            ["chroot", self.path, "sh", "-c", f"cd /{INSIDE} && {script}"],
            env={**carried, "HOME": "/root", "PATH": path, **environment},
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=300,
        )

    def pretend(self, driver: str | None) -> None:
        """Put an nvidia-smi there that says so, or none."""
        program = self.path / "usr/bin/nvidia-smi"
        program.unlink(missing_ok=True)
        if driver:
            program.write_text(f"#!/bin/sh\necho 'NVIDIA H200, {driver}, 9.0, 143771'\n")
            program.chmod(0o755)

    def remove(self) -> None:
        """Only when nothing of this machine is mounted in it any more."""
        for folder in ("proc", "sys", "dev"):
            subprocess.run(["umount", "--recursive", self.path / folder], check=True)
        shutil.rmtree(self.path)


@contextmanager
def made(folder: Path, release: str, packages: str) -> Iterator[Root]:
    root = Root(folder / release, release, packages)
    try:
        yield root
    finally:
        root.remove()


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Root]:
    """Python and its module venv; nothing that compiles."""
    with made(tmp_path_factory.mktemp("roots"), "bookworm", "python3,python3-venv") as root:
        yield root


def downloaded_nothing(root: Root) -> bool:
    return not (root.path / INSIDE / ".venv").exists()


def test_it_is_clean(clean: Root) -> None:
    assert not [name for name in LACKS if clean.run(f"command -v {name}").returncode == 0]
    assert clean.run("ls /usr/include/python3*/Python.h").returncode != 0


@pytest.mark.parametrize(
    ("driver", "said", "unsaid"),
    [
        ("550.54.15", ["550.54.15, of 580 or newer", "C compiler", "Python.h"], ["libnuma"]),
        ("580.65.06", ["C compiler", "Python.h", "SKILLMOE_DEVICE=cpu"], ["580 or newer"]),
        (None, ["libnuma1"], ["C compiler", "driver"]),
    ],
)
def test_what_is_missing_is_said_first(
    clean: Root, driver: str | None, said: list[str], unsaid: list[str]
) -> None:
    clean.pretend(driver)
    done = clean.run("make setup")
    clean.pretend(None)
    assert done.returncode != 0
    assert all(words in done.stdout for words in said), done.stdout
    assert not any(words in done.stdout for words in unsaid), done.stdout
    assert downloaded_nothing(clean)


def test_without_a_gpu_it_is_set_up_and_serves(clean: Root) -> None:
    clean.run("apt-get install -y -q --no-install-recommends libnuma1")
    assert clean.run("make setup").returncode == 0
    done = clean.run(SERVE)
    assert "Skill-MoE runs on" in done.stdout, done.stdout
    assert "Skill-MoE has stopped" in done.stdout
    assert (clean.path / "root").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("release", "packages", "said"),
    [
        ("bullseye", "python3", "Skill-MoE needs Python 3.11, 3.12 or 3.13"),  # has 3.9
        ("bookworm", "python3", "python3.11-venv"),
        ("bookworm", "perl-base", "Skill-MoE needs Python 3.11, 3.12 or 3.13"),  # no Python
    ],
)
def test_a_machine_without_a_python_that_fits_is_told_in_a_sentence(
    tmp_path: Path, release: str, packages: str, said: str
) -> None:
    with made(tmp_path, release, packages) as root:
        done = root.run("make setup")
        assert done.returncode != 0 and said in done.stdout
        assert "Traceback" not in done.stdout and "Error:" not in done.stdout
