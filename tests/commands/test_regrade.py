"""Grading runs again by a command."""

import pytest
from django.core.management.base import CommandError

from tests.commands.running import manage
from tests.conftest import MakeSet
from tests.execution.regrading import Make, make_old, maker
from webapp.accounts.models import Team
from webapp.execution.start import submit_ranking
from webapp.experts.models import Pool
from webapp.runs.models import Event, Profile, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def make(team: Team, pool: Pool, question_set: MakeSet) -> Make:
    return maker(team, pool, question_set)


def test_the_command(make: Make, team: Team) -> None:
    assert "No run has ended yet." in manage("regrade", "--all")
    run = make("all-experts")
    make_old(run)
    correct = Run.objects.get(pk=run.pk).correct
    printed = manage("regrade", run.pk)
    run.refresh_from_db()
    assert f"{run.heading}. Graded again: " in printed
    assert f"{correct} correct before, {run.correct} now." in printed
    assert f"{run.heading}. Graded again: nothing changed." in manage("regrade", "--all")
    other = Team.objects.create(name="Others")
    assert "No run has ended yet." in manage("regrade", "--all", "--team", other.name)
    for arguments, message in (
        ([], "Give the numbers of runs, or --all"),
        (["--all", run.pk], "Give the numbers of runs, or --all"),
        ([run.pk + 1], f"There is no run {run.pk + 1}"),
        (["--all", "--team", "X"], "no team called 'X'"),
    ):
        with pytest.raises(CommandError, match=message):
            manage("regrade", *arguments)


def test_one_that_is_refused_does_not_stop_the_others(
    make: Make, team: Team, pool: Pool, question_set: MakeSet
) -> None:
    profiled, run = make("profile"), make("all-experts")
    ranking = submit_ranking(team, None, Profile.objects.get())
    with pytest.raises(CommandError, match=f"{ranking} goes by the responses of {profiled}"):
        manage("regrade", "--all")
    assert Event.objects.filter(run=run, kind="regraded").exists()
