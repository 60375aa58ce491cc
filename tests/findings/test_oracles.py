"""Whether a right answer was to be had to each question of a run."""

import pytest

from tests.conftest import MakeSet, Messages
from tests.execution.answers import RIGHT, answered
from tests.findings.working import work
from tests.recorded.logs import MODELS, done
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.findings import asking, oracles
from webapp.findings.oracles import Found, find
from webapp.questions.golds import Correction, Gold, correct
from webapp.questions.models import QuestionSet
from webapp.runs.models import Answer, Finding, RecordedResponse, Run

pytestmark = pytest.mark.django_db


def without(pool: Pool, questions: QuestionSet, *models: str) -> Run:
    """A run of all experts of a pool but these."""
    gone = list(pool.experts.filter(source__in=models).values_list("pk", flat=True))
    return done(
        submit_run(
            pool.team, None, pool=pool, questions=questions, method="all-experts", left_out=gone
        )
    )


def told(run: Run) -> list[str]:
    return list(run.answers.order_by("pk").values_list("unseated", flat=True))


def test_recorded_responses_tell_who_was_right_without_a_seat(
    recorded_pool: Pool, test_set: QuestionSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oracles, "AT_ONCE", 3)
    right, wrong, _ = MODELS
    run = without(recorded_pool, test_set, right)
    first, second = test_set.questions.order_by("row")[:2]
    said = RecordedResponse.objects.filter(expert__source=right)
    said.filter(question=first).update(output="The answer is 3.")
    said.filter(question=second).delete()
    assert find(run) == Found(judged=8, seats=0, right=6, nobody=1, unknown=1)
    assert told(run) == ["nobody", ""] + ["right"] * 6
    run = without(recorded_pool, test_set, wrong)
    assert find(run) == Found(judged=8, seats=6, right=0, nobody=2, unknown=0), (
        "a seat that has nothing to say is not right"
    )


@pytest.fixture
def pair(pool: Pool, question_set: MakeSet, nobody_listens: Messages) -> tuple[Run, Run]:
    """Two runs over one set."""
    questions = question_set()
    first, second = (
        submit_run(pool.team, None, pool=pool, questions=questions, method="all-experts")
        for _ in range(2)
    )
    return first, second


def ended(run: Run) -> Run:
    Run.objects.filter(pk=run.pk).update(status=Run.Status.DONE)
    run.refresh_from_db()
    return run


def test_other_runs_tell_it_once_they_have_ended(pair: tuple[Run, Run]) -> None:
    run, other = pair
    for place in range(3):
        answered(run, ["3"], "incorrect", place)
    answered(run, [RIGHT], "correct", 3)
    answered(other, ["3", RIGHT], "incorrect", 0)
    answered(other, ["3", "4"], "incorrect", 1)
    answered(other, ["3", RIGHT], "incorrect", 3)
    assert find(run) == Found(judged=4, seats=1, right=0, nobody=0, unknown=3)
    ended(other)
    assert find(run) == Found(judged=4, seats=1, right=1, nobody=1, unknown=1)
    assert told(run) == ["right", "nobody"] + [""] * 6


def test_verdicts_by_another_gold_answer_do_not_count(pair: tuple[Run, Run]) -> None:
    run, other = pair
    answered(run, ["3"], "incorrect")
    answered(other, ["3", RIGHT], "incorrect")
    question = run.answers.earliest("pk").question
    correct(question.question_set, [Correction(question.pk, Gold("4711"), "So.")], None)
    Run.objects.filter(pk=run.pk).update(gold_version=2)
    ended(other)
    run.refresh_from_db()
    assert find(run)["unknown"] == 1


def test_it_is_looked_for_once_and_again_when_something_moves(
    pair: tuple[Run, Run], nobody_listens: Messages, team: Team
) -> None:
    run, other = pair
    answered(run, ["3"], "incorrect")
    assert oracles.ask(run) is None, "it goes on"
    ended(run)
    nobody_listens.clear()
    found = oracles.ask(run)
    assert found is not None and not found.ready and nobody_listens == [(asking.TASK, found.pk)]
    work(Finding.Name.ORACLE)
    assert (again := oracles.ask(run)) is not None and again.ready
    assert again.found["unknown"] == 1 and len(nobody_listens) == 1
    answered(other, ["3", RIGHT], "incorrect")
    ended(other)
    assert (again := oracles.ask(run)) is not None and not again.ready
    Finding.objects.update(asked="2000-01-01T00:00:00Z")
    assert asking.waiting() == [found.pk]
    work(Finding.Name.ORACLE)
    assert Answer.objects.get(run=run, asked=True).unseated == "right"
    run.pool.experts.add(Expert.objects.create(name="new", source="org/new"))  # type: ignore[union-attr]
    assert (again := oracles.ask(run)) is not None and not again.ready
