"""A set's leaderboard in the browser."""

import pytest
from django.test import Client

from tests.conftest import Messages
from tests.findings.working import work
from tests.pages.reading import flat
from webapp.runs.models import Finding, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def test_it_is_asked_for_and_comes(signed_in: Client, run: Run, nobody_listens: Messages) -> None:
    run.answers.update(verdict="correct")
    run.status, run.graded, run.baseline = Run.Status.DONE, 8, True
    run.save()
    address = f"/question-sets/{run.question_set_id}/leaderboard"
    page = signed_in.get(address).content.decode()
    assert f'hx-get="{address}/found"' in page and "Comparing all" in page
    assert signed_in.get(f"{address}/found").status_code == 204
    assert run.question_set_id is not None
    work(Finding.Name.LEADERBOARD)
    part = flat(signed_in.get(f"{address}/found").content.decode())
    assert "<html" not in part and "hx-get" not in part
    for shown in ("100.0 %", "67.6 to 100.0 %", f"{run}: ", "baseline", f'value="{run.pk}"'):
        assert shown in part, shown
    the_set = signed_in.get(f"/question-sets/{run.question_set_id}").content.decode()
    assert f'href="{address}"' in the_set


def test_a_set_that_nobody_has_answered(signed_in: Client, run: Run) -> None:
    assert run.question_set_id is not None
    address = f"/question-sets/{run.question_set_id}/leaderboard"
    signed_in.get(address)
    work(Finding.Name.LEADERBOARD)
    assert "No run over this set is done yet" in flat(signed_in.get(address).content.decode())
