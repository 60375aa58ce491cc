"""A file that is uploaded in the browser, and what is kept of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from webapp.questions.models import Upload
from webapp.questions.models.upload import kept_files

GOOD = [
    {"question": "What is $1+1$?", "gold_answer": "2"},
    {"question": "Which is prime? The options are: (A) 9 (B) 11", "gold_answer": "B"},
]
STEMS = [{"asked": "Which?", "x": "red", "y": "blue", "key": "1"}]
BAD = [GOOD[0], {"question": "", "gold_answer": "3"}, GOOD[1]]


def upload(
    client: Client, content: bytes | list[dict[str, str]], filename: str = "Mine.json"
) -> Any:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    form = {"file": SimpleUploadedFile(filename, data)}
    return client.post("/question-sets/new", form, follow=True)


def files() -> list[Path]:
    folder = Path(kept_files().location)
    return list(folder.iterdir()) if folder.exists() else []


def store(client: Client, **given: object) -> Any:
    """The newest upload, with what the form says of itself."""
    form = {"name": "Mine", "kind": "test", "benchmark": "guess", **given}
    address = f"{Upload.objects.latest('pk').get_absolute_url()}/store"
    return client.post(address, form, follow=True)


def read_again(client: Client, chosen: Mapping[str, object]) -> Any:
    address = f"{Upload.objects.latest('pk').get_absolute_url()}/read"
    return client.post(address, chosen, follow=True)
