"""Asking again for what failed, and for nothing else."""

import pytest
from django.test import Client

from gpu_worker.fake_engine import FakeEngine
from tests.conftest import MakeSet, demo_expert
from tests.gpu_worker.serving import serve, write
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.cancel import cancel
from webapp.execution.resuming.retry import RetryRefused, retry
from webapp.execution.start import submit_profile, submit_run
from webapp.execution.trying import submit_try
from webapp.experts.models import Pool
from webapp.runs.models import Answer, Profile, Progress, Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone")]


def adds_up(run: Run) -> None:
    """The maintained counts are those of the rows."""
    run.refresh_from_db()
    answers = Answer.objects.filter(run=run)
    assert run.finished == sum(answer.is_done for answer in answers) == run.questions
    assert run.correct == answers.filter(verdict="correct").count()
    for row in Progress.objects.filter(run=run):
        mine = run.generations.filter(purpose=row.purpose, expert=row.expert)
        assert row.asked == mine.count()
        assert row.done == mine.filter(status="done").count()
        assert row.failed == mine.filter(status="failed").count()
        assert row.tokens == sum(mine.values_list("tokens", flat=True))


def test_only_what_failed_is_generated_again(
    team: Team, pool: Pool, question_set: MakeSet, signed_in: Client
) -> None:
    broken = pool.experts.get(name="tiny-02")
    run = submit_run(team, None, pool=pool, questions=question_set("test", 4), method="all-experts")
    serve(FakeEngine(write, broken={broken.source}))
    kept = dict(run.generations.filter(status="done").values_list("pk", "finished"))
    page = signed_in.get(f"/runs/{run.pk}").content.decode()
    assert "Retry what failed" in page and "4 generations again" in page

    signed_in.post(f"/runs/{run.pk}/retry")
    run.refresh_from_db()
    assert run.status == Run.Status.RUNNING and run.ended is None and run.finished == 0
    serve(engine := FakeEngine(write))
    assert engine.loads == [broken.source]
    adds_up(run)
    assert run.status == Run.Status.DONE
    assert not run.generations.exclude(status="done").exists()
    assert dict(run.generations.filter(pk__in=kept).values_list("pk", "finished")) == kept
    assert "Retry what failed" not in signed_in.get(f"/runs/{run.pk}").content.decode()


def test_what_rests_on_a_failed_generation_is_asked_again_too(
    team: Team, pool: Pool, question_set: MakeSet, profiled: Run
) -> None:
    """An annotation of one question fails: that question is recruited for and answered again."""
    run = submit_run(team, None, pool=pool, questions=question_set("test", 3), writer="llm")
    advance_run(run.pk)
    lost = run.generations.filter(purpose="annotate").order_by("pk")[2]

    serve(FakeEngine(write, refused={lost.pk}))
    lost.refresh_from_db()
    assert lost.status == "failed"
    others = run.generations.exclude(answer=lost.answer_id)
    kept = dict(others.values_list("pk", "finished"))
    rested = run.generations.filter(answer=lost.answer_id, stage__gt=lost.stage)
    before, rested_before = run.generations.count(), set(rested.values_list("pk", flat=True))

    assert retry(run) == 1
    assert set(rested.values_list("pk", flat=True)) == rested_before, "they stand until then"
    serve(FakeEngine(write))
    assert rested.count() == len(rested_before) == 3 + 1
    assert not rested.filter(pk__in=rested_before).exists()
    adds_up(run)
    assert run.status == Run.Status.DONE
    assert run.generations.count() == before
    assert not run.generations.exclude(status="done").exists()
    assert dict(others.values_list("pk", "finished")) == kept


def test_a_run_that_failed_for_its_aggregator_is_mended(
    team: Team, pool: Pool, question_set: MakeSet, profiled: Run
) -> None:
    run = submit_run(team, None, pool=pool, questions=question_set("test", 3), writer="llm")
    serve(FakeEngine(write, broken={demo_expert("aggregator").source}))
    run.refresh_from_db()
    assert run.status == Run.Status.FAILED and "aggregator" in run.problem
    responses = set(run.generations.filter(purpose="respond").values_list("pk", flat=True))

    assert retry(run) == 3
    serve(engine := FakeEngine(write))
    assert engine.loads == [demo_expert("aggregator").source]
    adds_up(run)
    assert run.status == Run.Status.DONE and run.problem == ""
    assert set(run.generations.filter(purpose="respond").values_list("pk", flat=True)) == responses
    assert set(run.generations.filter(pk__in=responses).values_list("attempts", flat=True)) == {1}


def test_a_profile_is_counted_again_unless_runs_rest_on_it(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    run = submit_profile(team, None, pool, question_set("validation", 6))
    advance_run(run.pk)
    lost = run.generations.filter(purpose="profile", expert__name="tiny-01").first()
    assert lost is not None

    serve(FakeEngine(write, refused={lost.pk}))
    profile = Profile.objects.get()
    answered = profile.totals.get(expert__name="tiny-01")
    assert profile.ready and answered.right + answered.wrong == 5

    retry(run)
    assert not Profile.objects.get().ready
    serve(FakeEngine(write))
    adds_up(run)
    profile.refresh_from_db()
    answered = profile.totals.get(expert__name="tiny-01")
    assert profile.ready and answered.right + answered.wrong == 6

    run.generations.filter(purpose="profile").update(status="failed")
    submit_run(team, None, pool=pool, questions=question_set("test", 2), writer="majority")
    with pytest.raises(RetryRefused, match="rests on what"):
        retry(run)


def test_refused(team: Team, pool: Pool, question_set: MakeSet, signed_in: Client) -> None:
    questions = question_set("test", 2)
    run = submit_run(team, None, pool=pool, questions=questions, method="all-experts")
    with pytest.raises(RetryRefused, match="still running"):
        retry(run)
    answered = signed_in.post(f"/runs/{run.pk}/retry", follow=True)
    assert "still running" in answered.content.decode()
    serve(FakeEngine(write))
    run.refresh_from_db()
    with pytest.raises(RetryRefused, match="Nothing failed"):
        retry(run)
    with pytest.raises(RetryRefused, match="on its page"):
        retry(submit_try(team, None, pool.experts.all()[0], "What?"))
    other = submit_run(team, None, pool=pool, questions=questions, method="all-experts")
    cancel(other)
    other.refresh_from_db()
    with pytest.raises(RetryRefused, match="before all was asked"):
        retry(other)
