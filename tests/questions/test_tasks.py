"""Files that were uploaded and never stored."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from tests.pages.question_sets.uploading import BAD, GOOD, files, upload
from webapp.questions.models import Upload
from webapp.questions.models.upload import kept_files
from webapp.questions.tasks import forget_uploads

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    for path in files():  # of other tests
        path.unlink()
    yield
    for path in files():
        path.unlink()


def test_what_is_never_stored_goes_after_a_day(signed_in: Client) -> None:
    upload(signed_in, GOOD)
    upload(signed_in, BAD)
    old, young = Upload.objects.order_by("pk")
    orphan = Path(kept_files().location) / "orphan"
    orphan.write_text("left by a crash")
    yesterday = timezone.now() - timedelta(days=1, minutes=1)
    Upload.objects.filter(pk=old.pk).update(created=yesterday)
    for path in (Path(old.file.path), orphan):
        os.utime(path, (time.time(), yesterday.timestamp()))
    forget_uploads()
    assert list(Upload.objects.all()) == [young]
    assert files() == [Path(young.file.path)]
