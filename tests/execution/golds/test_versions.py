"""Runs keep the gold answers that they began with, until they are graded again."""

import pytest

from moe_core.values import Scoring
from tests.conftest import MakeSet
from tests.execution.regrading import Make, in_step, maker, state
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.golds import again
from webapp.execution.golds.effects import effect_of, stated_by_experts
from webapp.execution.grading.regrade import _write, regrade
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.progress.gradings import gradings
from webapp.progress.words import happenings
from webapp.questions.golds import Correction, Gold, correct
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import Event, Profile, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def make(team: Team, pool: Pool, question_set: MakeSet) -> Make:
    return maker(team, pool, question_set)


def make_right(run: Run, text: str = "14") -> Question:
    """A question that no expert got right has the gold answer that one has given."""
    assert run.question_set is not None
    answer = run.answers.filter(text=text, verdict="incorrect").select_related("question")[0]
    correct(run.question_set, [Correction(answer.question_id, Gold(text), "14 it is.")], None)
    return answer.question


def test_a_run_is_graded_by_its_version_until_it_is_graded_again(make: Make) -> None:
    run = make("all-experts")
    before = state(run)
    question = make_right(run)
    assert run.value_of(Question.objects.get(pk=question.pk)).gold == question.gold
    regraded_before = run.correct
    told = regrade(run.pk)
    run.refresh_from_db()
    assert run.gold_version == 2 and run.correct > regraded_before and in_step(run)
    assert (told["was_golds"], told["golds"]) == (1, 2)
    assert [(g.version, g.share.right) for g in gradings(run)] == [
        (1, before[2][0]),
        (2, run.correct),
    ]
    assert gradings(run)[1].change == pytest.approx(100 / run.graded)
    words = [row.text for row in happenings(run)][:2]
    assert "by version 2 of the gold answers" in words[0] and "version 2" in words[1]
    assert run.value_of(Question.objects.get(pk=question.pk)).gold == "14"


def test_a_question_without_gold_leaves_grading(make: Make) -> None:
    run = make("all-experts")
    assert run.question_set is not None
    graded, first = run.graded, run.question_set.questions.all()[0]
    correct(run.question_set, [Correction(first.pk, Gold(), "It has no answer.")], None)
    regrade(run.pk)
    assert in_step(run) and run.graded == graded - 1
    assert run.answers.get(question=first).verdict == "ungraded"


def test_a_run_that_is_going_on_keeps_its_golds(
    team: Team, recorded_pool: Pool, test_set: QuestionSet
) -> None:
    untouched = submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts")
    advance_run(untouched.pk)
    run = submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts")
    for question in test_set.questions.all():
        correct(test_set, [Correction(question.pk, Gold("no such answer"), "Well.")], None)
    again.ask_when_ended(run)
    again.begin_due()
    assert not Run.objects.get(pk=run.pk).regrading, "it is going on"
    advance_run(run.pk)
    new = submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts")
    advance_run(new.pk)
    for one in (untouched, run, new):
        one.refresh_from_db()
    assert run.status == Run.Status.DONE
    assert (run.gold_version, run.correct) == (1, untouched.correct) and run.correct > 0
    assert (new.gold_version, new.correct) == (test_set.version, 0)
    again.begin_due()
    run.refresh_from_db()
    assert run.regrading and not run.regrade_due
    regrade(run.pk)
    run.refresh_from_db()
    assert (run.gold_version, run.correct) == (test_set.version, 0)


def test_after_a_crash_accuracy_before_is_still_known(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make("all-experts")
    right = run.correct
    make_right(run)
    monkeypatch.setattr("webapp.execution.grading.regrade.RESPONSES_AT_ONCE", 4)

    def crash(*given: object) -> None:
        _write(*given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("webapp.execution.grading.regrade._write", crash)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                regrade(run.pk)
    regrade(run.pk, scoring=Scoring())  # asked for once more in the middle of it
    run.refresh_from_db()
    assert [(g.version, g.share.right) for g in gradings(run)] == [(1, right), (2, run.correct)]
    assert run.correct > right


def test_what_others_rest_on_keeps_its_golds(make: Make) -> None:
    profiled, ranking = make("profile"), make("rank")
    assert profiled.question_set is not None
    profiled.question_set.refresh_from_db()
    first = profiled.question_set.questions.all()[0]
    before = state(profiled), state(ranking)
    correct(profiled.question_set, [Correction(first.pk, Gold("7"), "So.")], None)
    assert not again.graded_before(profiled.question_set).exists()
    assert list(again.profiles_before(profiled.question_set)) == [Profile.objects.get()]
    regrade(profiled.pk)
    regrade(ranking.pk)
    assert (state(profiled), state(ranking)) == before
    profiled.refresh_from_db()
    assert profiled.gold_version == 1
    ranking.answers.all().delete()
    ranking.generations.all().delete()
    Event.objects.filter(run=ranking).delete()
    ranking.delete()
    assert list(again.graded_before(profiled.question_set)) == [profiled]
    regrade(profiled.pk)
    profiled.refresh_from_db()
    assert profiled.gold_version == 2
    assert state(profiled)[:1] != before[0][:1]


def test_all_runs_of_a_set_are_graded_again(make: Make, nobody_listens: list[object]) -> None:
    run = make("all-experts")
    assert run.question_set is not None
    make_right(run)
    nobody_listens.clear()
    assert again.ask(run.question_set) == 1
    again.begin_due()
    assert nobody_listens == [(again.TASK,), ("runs.regrade", run.pk)]
    assert again.waiting(run.team) == 1
    regrade(run.pk)
    assert again.ask(run.question_set) == 0 and again.waiting(run.team) == 0


def test_the_effect_is_told_before(make: Make, team: Team) -> None:
    run = make("all-experts")
    question = run.answers.filter(text="14", verdict="incorrect")[0].question
    said = stated_by_experts(team, question)
    assert {(one.answer, tuple(one.experts)) for one in said} == {
        ("14", ("tiny-01",)), ("7", ("tiny-02",))
    }  # fmt: skip
    found = effect_of(team, question, Gold("14"))
    assert (found.runs, found.now_right, found.now_wrong) == (1, 1, 0)
    assert found.words == "In 1 run: responses 1 right from then on."
    assert effect_of(team, question, Gold()).ungraded == 2
    same = effect_of(team, question, Gold.of(question))
    assert same.words == "No response of a run gets another verdict."
