"""The child that reads a file: what it gives, how it ends, and that it always ends."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TypeVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from pytest_django import Settings

from tests.files.loading import HOW, LIMITS, READER
from webapp.files.errors import FileRefused, RowError
from webapp.files.read_in_child import read_file

Found = TypeVar("Found")
ROOT = Path(__file__).resolve().parents[2]
GOOD = b"question,answer,note\nq,1,x\n,2,y\nr,3,z\n"


def reader(name: str) -> str:
    return f"tests.files.readers:{name}"


def children(parent: int) -> list[str]:
    """Command lines of the processes that read files for a parent."""
    listed = subprocess.run(
        ["ps", "-o", "args=", "--ppid", str(parent)], capture_output=True, text=True
    )
    return [line for line in listed.stdout.splitlines() if "webapp.files.child" in line]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "good.csv"
    path.write_bytes(GOOD)
    return path


def test_what_is_read(file: Path) -> None:
    with read_file(file, "good.csv", READER, HOW) as read:
        rows = list(read.rows())
        assert list(read.rows()) == rows  # as often as one likes
    assert [(row["row"], row["text"], row["gold"]) for row in rows] == [
        (1, "q", "1"),
        (3, "r", "3"),
    ]
    assert (read.size, read.bad_rows, read.format) == (2, 1, "CSV")
    assert read.errors == [RowError(2, "The question is empty.")]
    assert read.columns == {"question": "question", "answer": "answer"}
    assert read.unused == ["note"]
    assert read.sha256 == hashlib.sha256(GOOD).hexdigest()


def test_uploads_are_read_too() -> None:
    with read_file(SimpleUploadedFile("a.csv", GOOD), "a.csv", READER, HOW) as read:
        assert read.size == 2
    with TemporaryUploadedFile("a.csv", "text/csv", len(GOOD), None) as upload:
        upload.write(GOOD)
        upload.flush()
        with read_file(upload, "a.csv", READER, HOW) as read:
            assert read.size == 2
            assert Path(upload.temporary_file_path()).exists()


def test_only_the_first_thousand_errors_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("question,answer\n" + ",1\n" * 1500)
    with read_file(file, "bad.csv", READER, HOW) as read:
        assert (read.size, read.bad_rows, len(read.errors)) == (0, 1500, 1000)
        assert read.errors[-1].row == 1000


def test_the_child_knows_no_credentials(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLMOE_SECRET_KEY", "a secret")
    with read_file(file, "", reader("Curious")) as read:
        row = next(read.rows())
    assert row["folder"] == str(ROOT)
    assert "PATH" in row["environment"]
    assert not {"SKILLMOE_SECRET_KEY", "DATABASE_URL", "REDIS_URL"} & set(row["environment"])


def test_files_that_are_none(tmp_path: Path, settings: Settings, file: Path) -> None:
    settings.UPLOAD_LIMIT_BYTES = len(GOOD) - 1
    for wrong, message in (
        (tmp_path / "missing.csv", "No such file"),
        (tmp_path, "no file that can be read"),
        (Path("/dev/zero"), "no file that can be read"),
        (file, "SKILLMOE_UPLOAD_LIMIT_MB"),
        (SimpleUploadedFile("a.csv", GOOD), "SKILLMOE_UPLOAD_LIMIT_MB"),
    ):
        with pytest.raises(FileRefused, match=f"^f: .*{message}"), read_file(wrong, "f", READER):
            pass


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Busy", "more than 1 seconds: split it, or .* SKILLMOE_READING_SECONDS"),
        ("Sleepy", "more than 1 seconds"),
        ("Greedy", "more than 2,048 MB of memory: split it, or .* SKILLMOE_READING_MEMORY_MB"),
        ("Chatty", "more than 10 MB when they are unpacked"),
        ("Broken", r"reading it failed \(exit code 1\)"),
    ],
)
def test_a_child_that_goes_wrong(name: str, message: str, file: Path, settings: Settings) -> None:
    settings.READING_SECONDS = 1
    settings.UPLOAD_LIMIT_BYTES = 2**20
    file.write_text("a\n" + "b\n" * 20)
    with pytest.raises(FileRefused, match=message), read_file(file, "f", reader(name)):
        pass
    assert children(os.getpid()) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("SIGSEGV", r"reading it failed \(SIGSEGV\).*export it again"),
        ("SIGABRT", r"reading it failed \(SIGABRT\)"),
        ("SIGKILL", "memory"),
        ("SIGXCPU", "seconds"),
    ],
)
def test_a_child_that_is_killed(name: str, message: str, file: Path) -> None:
    file.write_text(f"a\n{name}\n")
    with pytest.raises(FileRefused, match=message), read_file(file, "f", reader("Signalled")):
        pass


def test_a_row_that_cannot_be_taken_may_be_left_out_of_a_large_file(
    file: Path, settings: Settings
) -> None:
    settings.CELL_LIMIT_CHARACTERS = 1024
    file.write_text('a\n"' + "line\n" * 1000 + '"\n"good, ""quoted""\nline"\n' + "b" * 1025)
    with read_file(file, "f", reader("Plain")) as read:
        assert [row["a"] for row in read.rows()] == ['good, "quoted"\nline']
        assert [error.row for error in read.errors] == [1, 3]
        assert "It is in lines 2-1,002" in read.errors[0].message


def test_a_child_ends_by_itself_when_its_time_is_up(file: Path) -> None:
    """Its parent may be stopped, and look at no clock."""
    task = {
        "parent": os.getpid(),
        "path": str(file),
        "output": os.devnull,
        "problems": os.devnull,
        "reader": reader("Busy"),
        "settings": {},
        "limits": asdict(replace(LIMITS, seconds=1)),
    }
    done = subprocess.run(
        [sys.executable, "-m", "webapp.files.child"], cwd=ROOT, input=json.dumps(task).encode()
    )
    assert done.returncode == -signal.SIGXCPU


PARENT = """
import sys, django
django.setup()
from pathlib import Path
from typing import TypeVar
from webapp.files.read_in_child import read_file
with read_file(Path(sys.argv[1]), "f", "tests.files.readers:Sleepy"):
    pass
"""


@pytest.mark.parametrize("seconds", [0, 1], ids=["as it starts", "as it reads"])
def test_a_child_does_not_outlive_its_parent(seconds: int, file: Path) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "webapp.config.settings"}
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(file)], cwd=ROOT, env=environment)
    child = _wait_for(lambda: _children(parent.pid))[0]
    time.sleep(seconds)
    parent.kill()
    parent.wait()
    _wait_for(lambda: not Path(f"/proc/{child}").exists())


def _children(parent: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True)
    return [int(line) for line in listed.stdout.split()]


def _wait_for(ask: Callable[[], Found]) -> Found:
    """What is asked for, once it is there."""
    for _ in range(400):
        if found := ask():
            return found
        time.sleep(0.05)
    raise AssertionError("It did not come.")
