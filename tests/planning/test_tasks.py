"""What the worker does for previews."""

import pytest
from django.test import Client
from django.utils import timezone

from tests.planning.previewing import Form
from webapp.planning import previews, tasks
from webapp.runs.models import Preview

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("woken")]


def test_a_lost_message_is_made_up_for(signed_in: Client, form: Form) -> None:
    signed_in.post("/runs/new", form | {"method": "all-experts", "act": "show"})
    tasks.preview_all()
    assert not Preview.objects.get().ready  # its message may still come
    Preview.objects.update(created=timezone.now() - previews.LATE)
    tasks.preview_all()
    assert Preview.objects.get().ready
