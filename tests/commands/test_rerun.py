"""manage.py rerun."""

import pytest
from django.core.management.base import CommandError

from tests.commands.running import manage
from webapp.commands.management.commands import rerun as command
from webapp.execution.advance import advance_run
from webapp.planning import tasks
from webapp.runs.models import Rerun, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("newcomer")]


def test_until_the_new_run_is_done(ours_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def worked(runs: list[Run], show: bool) -> None:
        """The workers' part."""
        advance_run(runs[0].pk)
        tasks.start_reruns()

    monkeypatch.setattr(command, "wait_for", worked)
    said = manage("rerun", ours_run.pk, "--by", "org/new", "--replace", "org/wrong", "--wait")
    assert f"{ours_run} again with new instead of wrong, in Logs with new instead of wrong." in said
    made = Rerun.objects.get().run
    assert made is not None and made.status == Run.Status.DONE and made.heading in said


def test_what_is_wrong(ours_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for args, words in (
        ((0, "--by", "org/new"), "There is no run 0"),
        ((ours_run.pk, "--by", "org/other"), "no expert called 'org/other'"),
        ((ours_run.pk, "--by", "org/wrong"), "is in Logs already"),
    ):
        with pytest.raises(CommandError, match=words):
            manage("rerun", *args)
    manage("rerun", ours_run.pk, "--by", "org/new")
    rerun = Rerun.objects.get()
    assert rerun.profiling is not None
    Run.objects.filter(pk=rerun.profiling.pk).update(status=Run.Status.FAILED)
    tasks.start_reruns()
    with pytest.raises(CommandError, match="which it waits for, has failed"):
        command._started(rerun.pk)
