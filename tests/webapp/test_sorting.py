"""Outcomes are stored in whichever order verdicts come: at once, by and by, again."""

from collections import Counter

import pytest
from django.utils import timezone

from tests.conftest import MakeSet
from tests.webapp.recorded.logs import done, take
from webapp.accounts.models import Team
from webapp.execution import regrade as regrading
from webapp.execution.advance import advance_run
from webapp.execution.regrade import regrade
from webapp.execution.regrade_requests import RegradeRefused
from webapp.execution.retry import retry
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.runs.models import Answer, Generation, Progress, Run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.queue.events.wake", lambda *told: None)


def outcomes(run: Run) -> set[tuple[str, int]]:
    return set(run.answers.values_list("outcome", "stances"))


def respond(run: Run, failed: int | None = None) -> None:
    """Everything that waits comes back at once, right but for the one that failed."""
    waiting = Generation.objects.filter(run=run, status="waiting")
    for row in waiting.select_related("answer__question"):
        assert row.answer is not None
        row.status = "failed" if row.pk == failed else "done"
        row.output = rf"So \boxed{{{row.answer.question.gold}}}." * (row.status == "done")
        row.finished = timezone.now()
        row.save()
    for progress in Progress.objects.filter(run=run):
        rows = Generation.objects.filter(run=run, expert=progress.expert)
        counts = Counter(rows.values_list("status", flat=True))
        progress.done, progress.failed = counts["done"], counts["failed"]
        progress.save()
    run.answers.update(pending=0)
    advance_run(run.pk)
    run.refresh_from_db()
    assert run.status == Run.Status.DONE


def test_more_responses_come_back_than_are_graded_at_once(
    pool: Pool, question_set: MakeSet
) -> None:
    questions = question_set("test", 60)
    run = submit_run(pool.team, None, pool=pool, questions=questions, method="all-experts")
    advance_run(run.pk)
    respond(run)
    assert outcomes(run) == {("agreed", 1)}


def test_recorded_responses_that_take_algebra(team: Team, question_set: MakeSet) -> None:
    questions = question_set("test", 4)
    questions.questions.update(gold="1/2")
    given = [
        {"question_id": question.key, "model": model, "output": output}
        for question in questions.questions.all()
        for model, output in (("a", r"So \boxed{\frac{1}{2}}."), ("b", r"So \boxed{0.5}."))
    ]
    pool = take(team, questions, given).pool
    run = done(submit_run(team, None, pool=pool, questions=questions, method="all-experts"))
    assert outcomes(run) == {("agreed", 1)}
    run.answers.update(outcome="saved", stances=3)
    told = regrade(run.pk)
    assert (told["verdicts"], told["answers"]) == (0, 0)
    assert outcomes(run) == {("agreed", 1)}, "what an older product sorted otherwise comes right"


def test_a_run_that_is_retried_is_not_graded_again(
    pool: Pool, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = question_set("test", 2)
    run = submit_run(pool.team, None, pool=pool, questions=questions, method="all-experts")
    advance_run(run.pk)
    first = Generation.objects.filter(run=run).order_by("pk")[0]
    respond(run, failed=first.pk)
    Answer.objects.filter(generations=first.pk).update(verdict="incorrect", text="x")
    Run.objects.filter(pk=run.pk).update(correct=1)
    compare = regrading._regrade_some

    def retried_meanwhile(run: Run, answers: object) -> object:
        retry(Run.objects.get(pk=run.pk))
        return compare(run, answers)  # type: ignore[arg-type]

    monkeypatch.setattr(regrading, "_regrade_some", retried_meanwhile)
    with pytest.raises(RegradeRefused, match="is still running"):
        regrade(run.pk)
    respond(run)
    assert (run.finished, run.correct, run.graded) == (2, 2, 2)
    monkeypatch.setattr(regrading, "_regrade_some", compare)
    assert regrade(run.pk)["correct"] == 2
