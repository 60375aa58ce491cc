"""How a run stands with the GPU, its figures, and what failed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gpu_worker.fake_engine import FakeEngine
from tests.conftest import MakeSet, demo_expert
from tests.pages.live_run.visits import serve, write
from tests.pages.reading import flat
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.cancel import cancel
from webapp.execution.start import submit_run
from webapp.experts.models import Expert
from webapp.runs.models import Generation, Run, Visit, Worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def page(client: Client, run: Run) -> str:
    return flat(client.get(run.get_absolute_url()).content.decode())


def test_the_figures_of_a_run_that_has_ended(signed_in: Client, run: Run) -> None:
    serve(run)
    Run.objects.filter(pk=run.pk).update(correct=6, graded=8)
    shown = page(signed_in, run)
    assert "95 % interval 40.9 to 92.9 %" in shown
    assert "2 loads for 2 experts, whatever" in shown
    assert "tokens/s on average, loads included" in shown


def test_just_submitted(signed_in: Client, run: Run) -> None:
    shown = page(signed_in, run)
    assert "Just submitted" in shown
    assert "nothing graded yet" in shown and "95 % interval" not in shown


def test_waiting_behind_other_runs(
    signed_in: Client, team: Team, run: Run, worker: Worker, question_set: MakeSet
) -> None:
    assert run.pool and run.question_set
    advance_run(run.pk)
    Visit.objects.create(worker=worker, expert=demo_expert("annotator"))
    assert "16 generations wait for the next expert" in page(signed_in, run)
    first = submit_run(team, None, pool=run.pool, questions=run.question_set, method="all-experts")
    advance_run(first.pk)
    foreign = Run.objects.create(team=Team.objects.create(name="Others"))
    expert = demo_expert("tiny-01")
    foreign.progress.create(purpose="annotate", expert=expert, asked=1005, done=3, failed=2)
    foreign.progress.create(purpose="aggregate", expert=expert, asked=50)  # comes later
    shown = page(signed_in, run)
    assert "1,016 generations may come before its own 16, of other teams" in shown
    assert f"{first}</a> (16)." in shown
    assert str(foreign) + "<" not in shown
    Visit.objects.create(worker=worker, expert=expert)
    assert "come before" not in page(signed_in, run), "one of its experts is being loaded"


def test_no_worker_is_alive(signed_in: Client, run: Run) -> None:
    advance_run(run.pk)
    Generation.objects.update(created=timezone.now() - timedelta(minutes=1))
    shown = page(signed_in, run)
    assert "No gpu worker is alive." in shown
    assert "16 generations of this run wait and are taken up as soon as one runs" in shown


def test_cancelled_and_failed(signed_in: Client, run: Run) -> None:
    advance_run(run.pk)
    cancel(run)
    assert "asks for what is missing, and keeps all that is there" in page(signed_in, run)
    Run.objects.filter(pk=run.pk).update(status="failed", problem="It could not go on: why")
    shown = page(signed_in, run)
    assert "It could not go on: why" in shown
    assert "0 of 8 questions have come to their end" in shown


def test_the_speed_of_what_is_loaded_for_a_run(signed_in: Client, run: Run, worker: Worker) -> None:
    advance_run(run.pk)
    for name, tokens in (("tiny-01", 90), ("annotator", 1_000)):
        Visit.objects.create(
            worker=worker, expert=demo_expert(name), loaded=timezone.now(), busy_seconds=2.0,
            tokens=tokens, generations=1,
        )  # fmt: skip
    assert "<dt>Speed now</dt><dd>45<small>" in page(signed_in, run)


def test_failures_lead_to_their_questions(signed_in: Client, run: Run) -> None:
    serve(run, FakeEngine(write, broken={Expert.objects.get(name="tiny-02").source}))
    answer = run.answers.order_by("pk")[0]
    answer.generations.filter(expert__name="tiny-02").update(status="done")
    shown = page(signed_in, run)
    assert "7 responses</span> of tiny-02: tiny-02 does not load" in shown
    address = f"{run.get_absolute_url()}/questions"
    assert f'href="{address}?failed=respond"' in shown
    rows = signed_in.get(address, {"failed": "respond"}).context["page"].rows
    assert len(rows) == 7 and answer not in rows
    assert len(signed_in.get(address, {"failed": "nonsense"}).context["page"].rows) == 8
