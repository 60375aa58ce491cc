"""The settings in which two runs differ."""

import pytest
from django.test import Client

from tests.conftest import demo_expert
from tests.pages.comparison.conftest import address
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


def test_what_differs(signed_in: Client, runs: list[Run]) -> None:
    settings = signed_in.get(address(runs)).context["settings"]
    assert [(of.name, of.values) for of in settings] == [("Seed", ("1", "2"))]
    runs[1].left_out = [demo_expert("tiny-01").pk]
    runs[1].seed = 1
    runs[1].save()
    settings = signed_in.get(address(runs)).context["settings"]
    assert [(of.name, of.values) for of in settings] == [
        ("Seats per question", ("2", "1")),
        ("Left out", ("", "tiny-01")),
    ]
