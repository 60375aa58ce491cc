"""The form of a new run."""

import pytest
from django.test import Client

from moe_core.methods import METHODS
from moe_core.recruiters import RECRUITERS

pytestmark = pytest.mark.django_db


def test_every_method_is_offered_with_a_line(signed_in: Client) -> None:
    page = signed_in.get("/runs/new").content.decode()
    for method in METHODS.values():
        assert method.title in page and method.summary.replace("'", "&#x27;") in page
    for shown in ("the method&#x27;s own", "Not used by Single best expert, Self-refine, All"):
        assert shown in page


def test_comparators_stand_apart_with_their_sources(signed_in: Client) -> None:
    page = signed_in.get("/runs/new").content.decode()
    own, _, elsewhere = page.partition('<optgroup label="Comparators from the literature">')
    for recruiter in RECRUITERS.values():
        option = f'<option value="{recruiter.name}"'
        assert (option in elsewhere.partition("</optgroup>")[0]) == (recruiter.source is not None)
        assert recruiter.source is None or recruiter.source.paper in page
    assert '<option value="ours"' in own
