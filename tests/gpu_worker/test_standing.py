"""Verdicts, outcomes and counts stand until new ones replace them."""

from typing import Any

import pytest

from gpu_worker.fake_engine import FakeEngine
from tests.conftest import MakeSet
from tests.gpu_worker.serving import serve, write
from tests.gpu_worker.test_retrying import adds_up
from webapp.accounts.models import Team
from webapp.execution import advance as advance_module
from webapp.execution.advance import advance_run
from webapp.execution.cancel import cancel
from webapp.execution.resuming.retry import retry
from webapp.execution.start import submit_profile, submit_run
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Answer, Generation, Profile, Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone")]

SIZE = 3


def told(run: Run) -> dict[str, Any]:
    """All that people see of what a run has found."""
    run.refresh_from_db()
    found = Answer.objects.filter(run=run).order_by("pk")
    return {
        "counts": [run.finished, run.correct, run.graded, run.unmatched],
        "answers": list(
            found.values_list(
                *("text", "verdict", "outcome", "stances", "skills", "probabilities", "asked"),
                *("stage", "uniform", "contributions"),
            )
        ),
        "generations": list(
            run.generations.order_by("pk").values_list("pk", "status", "output", "problem")
        ),
        "progress": list(
            run.progress.order_by("pk").values_list("asked", "done", "failed", "tokens")
        ),
    }


@pytest.fixture
def lost(team: Team, pool: Pool, question_set: MakeSet, profiled: Run) -> Run:
    """A run that is done and has lost a response to every question."""
    run = submit_run(team, None, pool=pool, questions=question_set("test", SIZE), writer="llm", k=2)

    serve(FakeEngine(write, broken={pool.experts.get(name="tiny-02").source}))
    Expert.objects.update(problem="")
    run.refresh_from_db()
    assert run.status == Run.Status.DONE and run.graded == SIZE
    assert run.generations.filter(status="failed", purpose="respond").exists()
    return run


def test_what_a_cancelled_retry_leaves(lost: Run) -> None:
    before = told(lost)
    retry(lost)
    lost.refresh_from_db()
    assert (lost.correct, lost.graded) == tuple(before["counts"][1:3]), "while it waits"
    cancel(lost)
    assert told(lost) == before
    assert lost.status == Run.Status.CANCELLED
    retry(lost)
    serve(FakeEngine(write))
    adds_up(lost)
    assert lost.status == Run.Status.DONE
    assert not lost.generations.exclude(status="done").exists()


def test_a_retry_that_fails_leaves_what_there_was(
    lost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told(lost)
    retry(lost)
    with monkeypatch.context() as broken:

        def breaking(*args: Any) -> None:
            raise KeyError("an expert that is not in the pool")

        broken.setattr(advance_module, "is_prepared", breaking)
        advance_run(lost.pk)
    assert told(lost) == before
    assert lost.status == Run.Status.FAILED
    retry(lost)
    serve(FakeEngine(write))
    adds_up(lost)
    assert lost.status == Run.Status.DONE


@pytest.mark.faults
def test_a_retry_that_is_cancelled_in_the_middle(lost: Run) -> None:
    """What it has found by then counts; of everything else there is what there was."""
    retry(lost)
    waiting = Generation.objects.filter(run=lost, status="waiting")
    first = waiting.order_by("pk").first()
    assert first is not None
    Generation.objects.filter(pk=first.pk).update(
        status="done", output=r"So \boxed{1}.", problem="", finished="2100-01-01T00:00Z"
    )
    lost.progress.filter(purpose=first.purpose, expert=first.expert).update(done=1, failed=0)
    assert first.answer is not None
    Answer.objects.filter(pk=first.answer.pk).update(pending=0)
    advance_run(lost.pk)
    cancel(lost)
    lost.refresh_from_db()
    answers = Answer.objects.filter(run=lost)
    assert lost.finished == SIZE == sum(answer.is_done for answer in answers)
    assert lost.graded == SIZE == answers.exclude(verdict="").count()
    assert not Generation.objects.filter(run=lost, status="waiting").exists()


def test_a_cancelled_retry_of_a_profile(team: Team, pool: Pool, question_set: MakeSet) -> None:
    run = submit_profile(team, None, pool, question_set("validation", 6))
    advance_run(run.pk)
    refused = run.generations.filter(purpose="profile").first()
    assert refused is not None
    serve(FakeEngine(write, refused={refused.pk}))
    profile = Profile.objects.get()

    def cells() -> list[Any]:
        return list(profile.cells.order_by("expert", "skill").values_list("right", "wrong"))

    before = cells()
    retry(run)
    assert not Profile.objects.get().ready
    run.refresh_from_db()
    cancel(run)
    assert Profile.objects.get().ready and cells() == before
