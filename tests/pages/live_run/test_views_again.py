"""The buttons of a run that has ended."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import MakeSet, Messages
from tests.execution.regrading import Make, make_old, maker
from webapp.accounts.models import Team, User
from webapp.execution.tasks import regrade_run
from webapp.experts.models import Pool
from webapp.runs.models import Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def make(team: Team, pool: Pool, question_set: MakeSet) -> Make:
    return maker(team, pool, question_set)


def test_the_button(signed_in: Client, user: User, make: Make, nobody_listens: Messages) -> None:
    run = make("all-experts")
    address = run.get_absolute_url()
    assert 'data-over="1"' in signed_in.get(address).content.decode()
    assert signed_in.get(f"{address}/regrade").headers["Location"] == address
    make_old(run)
    page = signed_in.post(f"{address}/regrade", follow=True).content.decode()
    assert "It is being graded again: until then" in page and 'id="regrade"' not in page
    assert "the events will say what changed" in page
    assert 'data-over=""' in page  # it listens
    assert nobody_listens[-1] == ("runs.regrade", run.pk)
    regrade_run(run.pk)
    run.refresh_from_db()
    live = signed_in.get(f"{address}/live").content.decode()
    assert f"0 correct before, {run.correct} now" in live and 'form="regrade-form"' in live

    Run.objects.filter(pk=run.pk).update(status="running")
    del nobody_listens[:]
    page = signed_in.post(f"{address}/regrade", follow=True).content.decode()
    assert "is still running" in page and "Grade again" not in page
    assert not nobody_listens
    regrade_run(run.pk)  # refused meanwhile: logged

    stranger = User.objects.create_user("stranger", team=Team.objects.create(name="Others"))
    signed_in.force_login(stranger)
    assert signed_in.post(reverse("run-regrade", args=[run.pk])).status_code == 404
