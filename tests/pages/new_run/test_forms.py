"""The form of a new run."""

import pytest
from django.test import Client

from moe_core.methods import METHODS

pytestmark = pytest.mark.django_db


def test_every_method_is_offered_with_a_line(signed_in: Client) -> None:
    page = signed_in.get("/runs/new").content.decode()
    for method in METHODS.values():
        assert method.title in page and method.summary.replace("'", "&#x27;") in page
    for shown in ("the method&#x27;s own", "Not used by Single best expert, Self-refine, All"):
        assert shown in page
