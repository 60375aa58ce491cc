"""Home before the first run, and the part of it that is asked for again."""

import pytest
from django.test import Client
from django.utils import timezone

from tests.conftest import MakeSet
from tests.pages.reading import flat
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.experts.models import Expert, Pool
from webapp.queue import workers
from webapp.runs.models import Run, Visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens", "empty_cache")]


def test_home_shows_the_three_steps_until_there_is_a_run(
    signed_in: Client, team: Team, pool: Pool, question_set: MakeSet
) -> None:
    Pool.objects.all().delete()
    assert "Three steps to a first result" in signed_in.get("/").content.decode()
    Run.objects.create(team=team, question_set=question_set(), method="all-experts")
    page = signed_in.get("/").content.decode()
    assert "Three steps" not in page
    assert "In progress" in page
    assert "no expert is loaded" in page


def test_home_says_what_the_gpu_does_and_what_waits(signed_in: Client, run: Run) -> None:
    """The same part again for the page that asks every few seconds."""
    advance_run(run.pk)
    expert = Expert.objects.get(name="tiny-01")
    Expert.objects.update(load_seconds=10, tokens_per_second=50)
    before = Run.objects.create(team=run.team, status=Run.Status.DONE)
    before.progress.create(purpose="respond", expert=expert, asked=20, done=20, tokens=2500)
    with workers.registered_worker() as worker:
        Visit.objects.create(
            worker=worker, expert=expert, loaded=timezone.now(), generations=20, tokens=2500,
            busy_seconds=25.0,
        )  # fmt: skip
        home = flat(signed_in.get("/").content.decode())
        part = flat(signed_in.get("/gpu").content.decode())
    assert part.strip() in home
    assert "20 generations at 100 tokens/s" in part
    assert "20 s" in part, "8 waiting, of 125 tokens each, at 50 tokens per second, and no load"
    assert part.count("status-loaded") == 2
