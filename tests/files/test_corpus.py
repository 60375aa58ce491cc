"""Hostile files through the browser's form: refused in words, nothing stored, nothing left."""

import asyncio
import os
import random
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from tests.files import parquets
from tests.files.asgi import ask, run
from tests.files.corpus import CORPUS, LARGE, PARQUETS, made
from tests.files.loading import HOW, READER
from webapp.files.errors import FileRefused
from webapp.files.read_in_child import read_file
from webapp.questions.models import Question, QuestionSet

SECONDS = 60  # a loaded machine's patience; most take a tenth of a second
# Those that take seconds go through the API in make test, and through the form in make test-faults.
BY_FORM = [
    pytest.param(name, marks=pytest.mark.faults) if name in LARGE | PARQUETS else name
    for name in CORPUS
]


@pytest.fixture(autouse=True)
def nothing_is_left(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """No process, and no file where uploads go, with or without a name."""
    settings.FILE_UPLOAD_TEMP_DIR = folder = str(tmp_path)
    yield
    listed = subprocess.run(
        ["ps", "-o", "args=", "--ppid", str(os.getpid())], capture_output=True, text=True
    )
    assert "webapp.files.child" not in listed.stdout
    open_files = [os.path.realpath(link) for link in Path("/proc/self/fd").iterdir()]
    assert not [path for path in [*open_files, *map(str, tmp_path.iterdir())] if folder in path]


@pytest.mark.parametrize("name", BY_FORM)
def test_a_hostile_file_is_refused_in_the_browser(signed_in: Client, name: str) -> None:
    content, message = CORPUS[name]
    file = SimpleUploadedFile("hostile", made(content))
    if not file.size:
        message = "The submitted file is empty"  # Django's own words
    start = time.monotonic()
    answer = signed_in.post("/question-sets/new", {"file": file}, follow=True)
    assert time.monotonic() - start < SECONDS
    if "report" in answer.context:  # kept: another mapping may help, or some rows are good
        report = answer.context["report"]
        row, told = report["errors"][0] if report["errors"] else (0, report["problem"])
        counts = f"{report['bad_rows']} of the {answer.context['total']} rows"
        said = f"{counts} cannot be taken. Row {row}: {told}"
    else:
        assert answer.status_code == 422
        said = told = answer.context["form"].errors["file"][0]
    assert re.search(message, said, re.DOTALL), said
    assert escape(told) in answer.content.decode()
    assert not QuestionSet.objects.exists() and not Question.objects.exists()


def test_a_mutated_parquet_is_read_or_refused() -> None:
    """Arrow may do with it what it likes, in the child."""
    draw = random.Random(0)
    whole = parquets.questions(200)
    for _ in range(25):
        content = bytearray(whole)
        near_the_end = draw.random() < 0.7  # the footer
        for _ in range(draw.randint(1, 8)):
            first = len(content) - 1000 if near_the_end else 4
            content[draw.randrange(first, len(content) - 8)] = draw.randrange(256)
        file = SimpleUploadedFile("mutated", bytes(content))
        try:
            with read_file(file, "f", READER, HOW) as read:
                assert read.size + read.bad_rows <= 200
                assert sum(1 for _ in read.rows()) == read.size
        except FileRefused as error:
            assert str(error).startswith("f: ")


@pytest.mark.parametrize("patience", [None, 1], ids=["waits", "goes away"])
@pytest.mark.django_db(transaction=True)
def test_other_requests_are_answered_meanwhile(
    signed_in: Client, settings: Settings, patience: float | None
) -> None:
    settings.READING_SECONDS = 3
    slow = made(CORPUS["19 GB of good rows"][0])

    async def both() -> tuple[int, list[float]]:
        from webapp.config.asgi import application

        upload = asyncio.create_task(_upload(application, signed_in, slow, patience))
        waits = []
        while not upload.done():
            start = time.monotonic()
            answer = await ask(application, "/sign-in", method="GET")
            assert answer.status == 200
            waits.append(time.monotonic() - start)
            await asyncio.sleep(0.05)
        return await upload, waits

    status, waits = run(both())
    assert status == (0 if patience else 422)
    assert len(waits) > 10
    assert max(waits) < 1.5, waits
    assert not QuestionSet.objects.exists()


async def _upload(
    application: object, signed_in: Client, content: bytes, patience: float | None
) -> int:
    token = "t" * 32
    body = b"\r\n".join(
        [
            b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\ntest',
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="slow"\r\n',
            content,
            b"--x--\r\n",
        ]
    )
    session = signed_in.cookies["sessionid"].value
    headers = {
        "content-type": "multipart/form-data; boundary=x",
        "content-length": str(len(body)),
        "cookie": f"sessionid={session}; csrftoken={token}",
        "x-csrftoken": token,
    }
    address = "/question-sets/new"
    return (await ask(application, address, [body], headers=headers, patience=patience)).status
