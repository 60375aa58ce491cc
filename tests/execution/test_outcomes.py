"""Where points were lost, from the seats' verdicts and the answer's, whenever those come."""

from collections import Counter
from typing import Any

import pytest
from django.utils import timezone

from tests.conftest import MakeSet
from tests.execution.answers import RIGHT, answered
from tests.recorded.logs import done, take
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.grading.regrade import _regrade_some, regrade
from webapp.execution.grading.regrade_requests import RegradeRefused
from webapp.execution.resuming.retry import RetryRefused, retry
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.runs.models import Answer, Generation, Progress, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def run(pool: Pool, question_set: MakeSet) -> Run:
    return submit_run(pool.team, None, pool=pool, questions=question_set(), method="all-experts")


@pytest.mark.parametrize(
    ("stated", "verdict", "outcome", "stances"),
    [
        ([RIGHT, RIGHT, "3"], "correct", "agreed", 2),
        ([RIGHT, "3", "3"], "correct", "saved", 2),
        ([RIGHT, "3", None], "correct", "agreed", 2),  # a tie goes to the earlier seat
        (["3", RIGHT, None], "correct", "saved", 2),
        ([None, None, None], "correct", "saved", 0),
        (["3", "4", "4"], "incorrect", "none right", 2),
        ([None, None, None], "incorrect", "none right", 0),
        ([RIGHT, "3", "3"], "incorrect", "outvoted", 2),
        (["3", RIGHT, "4"], "incorrect", "outvoted", 3),
        ([RIGHT, "3", "4"], "incorrect", "broken", 3),
        (["33", "33.0", RIGHT, RIGHT, "033"], "incorrect", "outvoted", 2),
        (["1,000", "1000", "1000.0"], "ungraded", "", 1),
        ([RIGHT, RIGHT, "3"], "incorrect", "broken", 2),
        ([RIGHT, RIGHT, RIGHT], "no answer", "no answer", 1),
        (["3", "4", "5"], "ungraded", "", 3),
    ],
)
def test_outcomes(
    run: Run, stated: list[str | None], verdict: str, outcome: str, stances: int
) -> None:
    answer = answered(run, stated, verdict)
    assert (answer.outcome, answer.stances) == (outcome, stances)


def test_the_last_round_counts(run: Run) -> None:
    answered(run, [RIGHT, RIGHT, "3"], "incorrect")
    answer = answered(run, ["3", "3", None], "incorrect", round_=1)
    assert (answer.outcome, answer.stances) == ("none right", 1)


def test_a_round_in_which_a_seat_states_nothing_takes_nothing_back(run: Run) -> None:
    answered(run, [RIGHT, RIGHT, "3"], "correct")
    answer = answered(run, [None, None, "3"], "correct", round_=1)
    assert (answer.outcome, answer.stances) == ("agreed", 2)


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

    def retried_meanwhile(run: Run, *more: Any) -> object:
        with pytest.raises(RetryRefused, match="is being graded again"):
            retry(Run.objects.get(pk=run.pk))
        return _regrade_some(run, *more)

    monkeypatch.setattr("webapp.execution.grading.regrade._regrade_some", retried_meanwhile)
    regrade(run.pk)
    retry(Run.objects.get(pk=run.pk))
    with pytest.raises(RegradeRefused, match="is still running"):
        regrade(run.pk)
    respond(run)
    assert (run.finished, run.correct, run.graded) == (2, 2, 2)
    assert regrade(run.pk)["correct"] == 2
