"""Previews: taken again while they hold, and gone after a day."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.conftest import demo_expert
from tests.planning.previewing import Form, page_of, show, start
from webapp.planning import previews
from webapp.questions.models import QuestionSet
from webapp.runs.models import Preview, Profile, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("woken")]


def test_a_preview_is_taken_again_while_it_holds(
    signed_in: Client, profile: Profile, form: Form
) -> None:
    first = show(signed_in, form)
    assert show(signed_in, form) == first
    assert show(signed_in, form | {"k": 2}) != first
    start(signed_in, form)  # the skills have been named since
    second = show(signed_in, form)
    assert second != first and second.found["ways"] == {"annotated": 8}
    Run.objects.create(team=profile.team, kind="profile", profile=profile, event_seq=3)
    assert show(signed_in, form) != second  # the profile may have been counted again


def test_old_previews_go(signed_in: Client, form: Form) -> None:
    old = show(signed_in, form | {"method": "all-experts"})
    Preview.objects.update(created=timezone.now() - timedelta(days=1, seconds=1))
    new = show(signed_in, form | {"method": "all-experts"})
    assert list(Preview.objects.all()) == [new] and new != old


def test_what_went_meanwhile_is_said(signed_in: Client, form: Form) -> None:
    sent = form | {"method": "all-experts", "act": "show", "left_out": [demo_expert("tiny-01").pk]}
    signed_in.post("/runs/new", sent)
    QuestionSet.objects.all().delete()
    preview = Preview.objects.get()
    assert not previews.find(preview.pk)
    page = page_of(signed_in, preview)
    assert "choose again" in page and 'type="hidden" name="left_out"' in page
