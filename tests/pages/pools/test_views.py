"""A pool in the browser, and building its profile."""

import pytest
from django.test import Client

from tests.conftest import MakeSet
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def test_building_a_profile(signed_in: Client, pool: Pool, question_set: MakeSet) -> None:
    questions = question_set("validation")
    page = signed_in.get(pool.get_absolute_url()).content.decode()
    assert "recruiting goes by a profile, so build one first" in page
    assert "<strong>Caution.</strong> A toy." in page
    sent = signed_in.post(f"/pools/{pool.pk}/profile", {"question_set": questions.pk}, follow=True)
    assert "Getting ready" in sent.content.decode()
    assert "being built" in signed_in.get(pool.get_absolute_url()).content.decode()
    nothing = signed_in.post(f"/pools/{pool.pk}/profile", {"question_set": 0}, follow=True)
    assert "Choose a validation set" in nothing.content.decode()
    Expert.objects.update(source="/nowhere/at/all")
    refused = signed_in.post(
        f"/pools/{pool.pk}/profile", {"question_set": questions.pk}, follow=True
    )
    assert "cannot be used" in refused.content.decode()
    assert Run.objects.count() == 1
