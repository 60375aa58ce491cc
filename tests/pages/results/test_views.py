"""Whose results may be seen."""

import pytest
from django.test import Client

from webapp.accounts.models import Team
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["questions", "lost", "lost.json"])
def test_of_another_team(signed_in: Client, run: Run, page: str) -> None:
    assert signed_in.get(f"/runs/{run.pk}/{page}").status_code == 200
    Run.objects.update(team=Team.objects.create(name="Others"))
    assert signed_in.get(f"/runs/{run.pk}/{page}").status_code == 404
