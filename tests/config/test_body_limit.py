"""Bodies that are too large, sent to the ASGI application itself."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.files.asgi import Answer, ask, run

PIECE = bytes(2**20)
LIMIT = settings.UPLOAD_LIMIT_BYTES + 2 * 2**20


class Body:
    """Pieces of zeros; counts how many were taken, and the files that lie open meanwhile."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.taken = 0
        self.on_disk = 0

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.pieces):
            self.taken += 1
            self.on_disk = max(self.on_disk, _bytes_in_temporary_files())
            yield PIECE


def _bytes_in_temporary_files() -> int:
    """Of this process; Django's spool has no name any more."""
    folder = str(settings.FILE_UPLOAD_TEMP_DIR)
    found = 0
    for link in Path("/proc/self/fd").iterdir():
        try:
            if str(link.readlink()).startswith(folder):
                found += link.stat().st_size
        except OSError:  # closed since it was listed
            continue
    return found


def post(path: str, body: Body, **headers: str) -> Answer:
    from webapp.config.asgi import application

    return run(ask(application, path, body, headers=headers))


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("path", ["/question-sets/new", "/api/v1/question-sets"])
def test_a_body_that_is_too_large(path: str, announced: bool) -> None:
    body = Body(LIMIT // len(PIECE) + 50)
    length = {"content-length": str(body.pieces * len(PIECE))} if announced else {}
    before = _bytes_in_temporary_files()
    answer = post(path, body, **length)
    assert answer.status == 413
    assert body.taken == body.pieces  # a browser shows no answer before it has sent all
    assert body.on_disk - before <= (0 if announced else LIMIT)
    assert _bytes_in_temporary_files() == before
    if path.startswith("/api/"):
        told = json.loads(answer.body)
        assert told["errors"] == []
        assert "102 MB" in told["message"]
    else:
        assert b"102 MB. Split the file" in answer.body


def test_a_body_that_is_small_enough_reaches_django(db: None) -> None:
    """Which asks for a token before anything else."""
    body = Body(LIMIT // len(PIECE))
    assert post("/question-sets/new", body).status == 403
