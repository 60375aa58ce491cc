"""What a queue is made of."""

import pytest

from tests.conftest import MakeSet
from tests.reviews.conftest import finished
from webapp.accounts.models import User
from webapp.experts.models import Pool
from webapp.reviews.making import (
    Choice,
    QueueRefused,
    chosen_of,
    make,
    make_pairs,
    numbered,
    spans_of,
)
from webapp.reviews.models import Queue
from webapp.runs.models import Finding, Run

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("choice", "n"),
    [
        (Choice.LOST, 20),
        (Choice.DISAGREED, 8),
        (Choice.OVERTURNED, 4),
        (Choice.SUSPECTED, 16),
        (Choice.ALL, 40),
    ],
)
def test_each_choice(run: Run, choice: Choice, n: int) -> None:
    assert chosen_of([run], choice).count() == n


def test_golds_that_all_runs_speak_against_are_suspects(run: Run) -> None:
    right = run.answers.get(question__row=1)
    assert run.question_set is not None
    assert right not in chosen_of([run], Choice.SUSPECTED)
    found = {"rows": [{"question": right.question_id, "probability": 0.9}]}
    Finding.objects.create(name=Finding.Name.SUSPECTS, question_set=run.question_set, found=found)
    assert right not in chosen_of([run], Choice.SUSPECTED), "not looked for to the end"
    Finding.objects.update(ready=True)
    assert right in chosen_of([run], Choice.SUSPECTED)


def test_thin_evidence(run: Run) -> None:
    run.answers.filter(question__row__lte=3).update(uniform=True)
    Run.objects.update(k=2)
    run.answers.filter(question__row=9).update(stances=2)
    assert chosen_of([run], Choice.THIN).count() == 3 + 8 + 1


def test_only_finished_answers(run: Run) -> None:
    run.answers.filter(question__row=1).update(stage=1)
    run.answers.filter(question__row=2).update(asked=False)
    assert chosen_of([run], Choice.ALL).count() == 38


def test_questions_by_number(run: Run) -> None:
    rows = numbered(chosen_of([run], Choice.ALL), spans_of("3, 8-12;40"))
    assert sorted(rows.values_list("question__row", flat=True)) == [3, 8, 9, 10, 11, 12, 40]
    for wrong in ("x", "3-", "1,,2", "²", "-3", "9" * 20):
        with pytest.raises(QueueRefused, match="is no number"):
            spans_of(wrong)


def test_a_sample_of_several_runs(
    run: Run, pool: Pool, question_set: MakeSet, people: list[User]
) -> None:
    other = finished(pool, question_set, 12, "validation")
    rows = chosen_of([run, other], Choice.ALL)
    queue = make(Queue(team=run.team, name="Q"), people, rows, sample=30)
    assert queue.items.count() == 30
    assert set(queue.items.values_list("answer__run", flat=True)) == {run.pk, other.pk}
    again = make(Queue(team=run.team, name="R"), people, rows, sample=1000)
    assert again.items.count() == 52
    with pytest.raises(QueueRefused, match="No finished answer"):
        make(Queue(team=run.team, name="S"), people, rows.none())
    assert Queue.objects.count() == 2, "what is refused is not kept"


def test_pairs_are_what_two_runs_answered_differently(
    run: Run, pool: Pool, people: list[User]
) -> None:
    other = Run.objects.create(
        team=run.team, question_set=run.question_set, pool=pool, method="all-experts"
    )
    for answer in run.answers.all():
        place = answer.question.row
        answer.pk, answer.run = None, other
        if place <= 3:
            answer.text = "another"
        answer.save()
    third = Run.objects.create(
        team=run.team, question_set=run.question_set, pool=pool, method="single"
    )
    for answer in list(run.answers.all()):
        answer.pk, answer.run, answer.text = None, third, "a third"
        answer.save()
    queue = make_pairs(Queue(team=run.team, name="Q", kind="pairs"), people, run, other)
    assert queue.items.count() == 3
    for item in queue.items.all():
        assert item.other is not None and item.answer.question_id == item.other.question_id
        assert (item.answer.run_id, item.other.run_id) == (run.pk, other.pk)
    elsewhere = Run.objects.create(team=run.team, method="all-experts")
    for second in (run, elsewhere):
        with pytest.raises(QueueRefused, match="two runs over one question set"):
            make_pairs(Queue(team=run.team, name="R", kind="pairs"), people, run, second)


def test_no_more_reviews_than_people(run: Run, people: list[User]) -> None:
    with pytest.raises(QueueRefused, match="4 reviews, but 3 can give one"):
        make(Queue(team=run.team, name="Q", wanted=4), people, run.answers.all())
    with pytest.raises(QueueRefused, match="goes backwards"):
        spans_of("12-8")
