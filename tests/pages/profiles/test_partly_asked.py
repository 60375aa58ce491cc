"""A profile that asked only a part says so, and can be completed."""

import pytest
from django.test import Client

from tests.pages.reading import words
from webapp.experts.models import Pool
from webapp.runs.models import Profile, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def test_the_page_says_what_was_asked_and_asks_the_rest(
    signed_in: Client, pool: Pool, profile: Profile
) -> None:
    address = profile.get_absolute_url()
    assert "Not everything was asked" not in signed_in.get(address).content.decode()
    _, second = pool.experts.order_by("name")
    run = profile.runs.get()
    asked = list(run.answers.values_list("question_id", flat=True)[:3])
    Run.objects.filter(pk=run.pk).update(asks={str(second.pk): asked})
    page = signed_in.get(address)
    assert "8 of the 8 questions of validation 8 were asked; of these tiny-02 3." in words(
        page.content.decode()
    )
    sent = {"question_set": profile.question_set_id, "part": "all"}
    signed_in.post(f"/pools/{pool.pk}/profile", sent)
    rest = Run.objects.exclude(pk=run.pk).get()
    assert (rest.asks, rest.questions, rest.reuses) == ({}, 8, True)


def test_what_each_part_costs_is_told_before_it_is_built(
    signed_in: Client, pool: Pool, profile: Profile
) -> None:
    """What was asked in another way counts for nothing here."""
    found = signed_in.get(f"/pools/{pool.pk}/asked", {"question_set": profile.question_set_id})
    told = words(found.content.decode())
    assert "all questions: 16 responses" in told and "half of them: 8 responses" in told
    assert "a third of them" not in told
    sent = {"question_set": profile.question_set_id, "part": "half"}
    signed_in.post(f"/pools/{pool.pk}/profile", sent)
    assert Run.objects.latest("pk").questions == 4
    refused = signed_in.post(f"/pools/{pool.pk}/profile", sent | {"part": "third"}, follow=True)
    assert "A third is enough where others" in refused.content.decode()
