"""A run that was ended in the middle goes on: what is there is kept, and nothing is asked twice."""

from collections.abc import Callable

import pytest
from django.test import Client

from gpu_worker.fake_engine import FakeEngine
from gpu_worker.loop import Loop
from moe_core.engine import Checkpoint, Endpoint, Prompt
from tests.conftest import MakeSet, demo_expert
from tests.gpu_worker.serving import serve, write
from tests.gpu_worker.test_retrying import adds_up
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.cancel import cancel
from webapp.execution.resuming.continuing import ContinuingRefused, continue_run
from webapp.execution.resuming.retry import retry
from webapp.execution.start import submit_profile, submit_ranking, submit_run
from webapp.execution.trying import submit_try
from webapp.experts.models import Pool
from webapp.queue import workers
from webapp.runs.models import Answer, Generation, Profile, Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone")]


def serve_until(run: Run, enough: Callable[[], bool], engine: FakeEngine) -> None:
    """Cancelled once there is enough; its worker then lets go of what it holds."""

    def stopping() -> bool:
        advance_run(run.pk)
        if enough():
            cancel(run)
        return False

    with workers.registered_worker() as worker:
        Loop(worker, engine, stopping).run()
    run.refresh_from_db()
    assert run.status == Run.Status.CANCELLED and run.finished < run.questions


def told(run: Run) -> list[tuple[object, ...]]:
    """What came of each question, and who was asked for what."""
    rows = run.generations.order_by("answer__question", "purpose", "round", "number")
    asked = rows.values_list("answer__question", "purpose", "round", "number", "expert", "output")
    answers = Answer.objects.filter(run=run).order_by("question")
    return [*asked, *answers.values_list("question", "text", "verdict", "skills", "probabilities")]


@pytest.mark.parametrize(
    "done", [1, 17, *(pytest.param(done, marks=pytest.mark.faults) for done in (14, 20, 24))]
)
def test_it_comes_to_what_it_would_have_come_to(
    team: Team, pool: Pool, question_set: MakeSet, profiled: Run, done: int
) -> None:
    """Cancelled among its annotations, responses and aggregations."""
    questions = question_set("test", 3)
    whole = submit_run(team, None, pool=pool, questions=questions, writer="llm")
    serve(FakeEngine(write))
    run = submit_run(team, None, pool=pool, questions=questions, writer="llm")
    finished = run.generations.filter(status="done")
    serve_until(run, lambda: finished.count() >= done, FakeEngine(write, at_once=1))
    kept = dict(finished.values_list("pk", "finished"))
    assert len(kept) >= done

    continue_run(run)
    serve(FakeEngine(write))
    adds_up(run)
    assert run.status == Run.Status.DONE and run.problem == ""
    assert dict(finished.filter(pk__in=kept).values_list("pk", "finished")) == kept
    assert told(run) == told(whole)


def test_a_debate_that_was_ended_in_a_later_round(
    team: Team, pool: Pool, question_set: MakeSet, profiled: Run
) -> None:
    run = submit_run(team, None, pool=pool, questions=question_set("test", 2), method="debate", k=2)
    later = run.generations.filter(round=1, status="done")

    def differ(checkpoint: Checkpoint | Endpoint, prompt: Prompt) -> str:
        return rf"\boxed{{{checkpoint.source[-1]}}}"

    serve_until(run, lambda: later.count() >= 1, FakeEngine(differ, at_once=1))
    continue_run(run)
    serve(FakeEngine(differ))
    adds_up(run)
    assert run.status == Run.Status.DONE
    assert run.generations.filter(status="done").count() == 2 * 2 * 3


def test_one_that_was_retried_and_then_cancelled(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    broken = pool.experts.get(name="tiny-02")
    run = submit_run(team, None, pool=pool, questions=question_set("test", 4), method="all-experts")
    serve(FakeEngine(write, broken={broken.source}))
    assert retry(run) == 4
    run.refresh_from_db()
    cancel(run)
    run.refresh_from_db()
    pool.experts.update(problem="")
    assert continue_run(run) == 0, "every question has its answer, as before"
    serve(FakeEngine(write))
    adds_up(run)
    assert run.status == Run.Status.DONE
    assert retry(run) == 4
    serve(FakeEngine(write))
    adds_up(run)
    assert run.generations.filter(status="done").count() == 8


def test_one_that_was_cancelled_after_its_last_question(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    run = submit_run(team, None, pool=pool, questions=question_set("test", 2), method="all-experts")
    serve(FakeEngine(write))
    Run.objects.filter(pk=run.pk).update(status="cancelled")
    assert continue_run(run) == 0
    advance_run(run.pk)
    adds_up(run)
    assert run.status == Run.Status.DONE


def test_a_ranking_that_another_one_has_overtaken(
    team: Team, pool: Pool, question_set: MakeSet, profiled: Run
) -> None:
    assert profiled.profile is not None
    profiled.profile.ranks.all().delete()
    Profile.objects.filter(pk=profiled.profile.pk).update(ranked=False)
    profiled.profile.refresh_from_db()
    run = submit_ranking(team, None, profiled.profile)
    cancel(run)
    Profile.objects.filter(pk=profiled.profile.pk).update(ranked=True)
    with pytest.raises(ContinuingRefused, match="ranked by another run since"):
        continue_run(run)


def test_a_profile_goes_on(team: Team, pool: Pool, validation: object, signed_in: Client) -> None:
    run = submit_profile(team, None, pool, validation)  # type: ignore[arg-type]
    finished = run.generations.filter(status="done")
    serve_until(run, lambda: finished.count() >= 3, FakeEngine(write, at_once=1))
    page = signed_in.get(f"/runs/{run.pk}").content.decode()
    assert 'id="continue"' in page
    signed_in.post(f"/runs/{run.pk}/continue")
    serve(FakeEngine(write))
    adds_up(run)
    assert run.status == Run.Status.DONE and run.profile is not None
    run.profile.refresh_from_db()
    assert run.profile.ready
    assert 'id="continue"' not in signed_in.get(f"/runs/{run.pk}").content.decode()


def test_refused(team: Team, pool: Pool, question_set: MakeSet) -> None:
    def refused(run: Run) -> str:
        with pytest.raises(ContinuingRefused) as refusal:
            continue_run(run)
        return str(refusal.value)

    tried = submit_try(team, None, demo_expert("tiny-01"), "What is 1+1?")
    assert "on its page" in refused(tried)
    cancel(tried)
    run = submit_run(team, None, pool=pool, questions=question_set("test", 2), method="all-experts")
    assert "still running" in refused(run)
    advance_run(run.pk)
    cancel(run)
    Generation.objects.create(
        run=run, expert=demo_expert("tiny-01"), engine_key="k", purpose="respond", stage=1,
        number=9, prompt="?", temperature=0, max_tokens=1, seed=0, status="claimed",
    )  # fmt: skip
    assert "just being stopped" in refused(run)
    run.generations.all().delete()
    demo_expert("tiny-01").__class__.objects.filter(name="tiny-01").update(problem="broken")
    assert "tiny-01 cannot be used: broken" in refused(run)
    demo_expert("tiny-01").__class__.objects.update(problem="")
    continue_run(run)
    serve(FakeEngine(write))
    adds_up(run)
    run.refresh_from_db()
    assert "come to its end" in refused(run)
