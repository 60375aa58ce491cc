"""Correcting gold answers: versions, what is refused, undoing, and two people at once."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from tests.conftest import MakeSet
from webapp.accounts.models import Team, User
from webapp.questions.golds import (
    Correction,
    Gold,
    GoldRefused,
    correct,
    give_golds,
    gold_at,
    undo,
)
from webapp.questions.models import GoldCorrection, GoldVersion, Question, QuestionSet

pytestmark = pytest.mark.django_db


def one(question: Question, answer: str, *others: str, **told: object) -> Correction:
    return Correction(question.pk, Gold(answer, others), "It is wrong.", **told)  # type: ignore[arg-type]


def test_each_correction_is_a_version_and_all_before_are_known(
    test_set: QuestionSet, user: User
) -> None:
    first, second, third = test_set.questions.all()[:3]
    golds = [question.gold for question in (first, second, third)]
    made = correct(test_set, [one(first, "7", "7.0"), one(second, "")], user)
    assert (made.number, made.person, test_set.version) == (2, user, 2)
    correct(test_set, [one(first, "8")], None)
    test_set.refresh_from_db()
    assert test_set.version == 3
    for version, expected in (
        (1, golds),
        (2, ["7", "", golds[2]]),
        (3, ["8", "", golds[2]]),
    ):
        rows = list(test_set.questions.all()[:3])
        assert [gold_at(question, version).answer for question in rows] == expected
        give_golds(rows, version)
        assert [question.gold for question in rows] == expected
    assert gold_at(Question.objects.get(pk=first.pk), 2) == Gold("7", ("7.0",))
    row = GoldCorrection.objects.get(question=second)
    assert (row.old_gold, row.gold, row.reason) == (golds[1], "", "It is wrong.")
    before, after = second, Question.objects.get(pk=second.pk)
    kept = ("row", "key", "text", "options", "category", "messages")
    assert all(getattr(before, name) == getattr(after, name) for name in kept)


def test_a_row_that_was_read_before_a_correction_tells_its_own_version(
    test_set: QuestionSet,
) -> None:
    early = test_set.questions.all()[0]
    correct(test_set, [one(early, "7")], None)
    assert gold_at(early, 1).answer == early.gold
    late = test_set.questions.all()[0]
    assert (gold_at(late, 1).answer, gold_at(late, 2).answer) == (early.gold, "7")


def test_undoing_is_a_further_version(test_set: QuestionSet) -> None:
    question, other = test_set.questions.all()[:2]
    made = correct(test_set, [one(question, "7")], None)
    later = correct(test_set, [one(question, "8"), one(other, "9")], None)
    with pytest.raises(GoldRefused, match="corrected again in version 3: undo that first"):
        undo(made, None)
    undone = undo(later, None)
    assert (undone.number, undone.undoes) == (4, later)
    assert [q.gold for q in test_set.questions.all()[:2]] == ["7", other.gold]
    with pytest.raises(GoldRefused, match="undone already"):
        undo(later, None)
    with pytest.raises(GoldRefused, match="corrected again in version 4"):
        undo(made, None)
    undo(undone, None)  # which is the later one again
    assert [q.gold for q in test_set.questions.all()[:2]] == ["8", "9"]


def test_what_is_refused_stores_nothing(test_set: QuestionSet, question_set: MakeSet) -> None:
    question, other = test_set.questions.all()[:2]
    stranger = question_set("test", 3).questions.all()[0]
    for given, why in (
        ([], "Nothing is corrected"),
        ([one(question, question.gold)], "its gold answer already"),
        ([one(stranger, "7")], "of this question set"),
        ([one(question, "7"), one(question, "8")], "a question of its own"),
        ([one(question, "", "7")], "before others"),
        ([one(question, "7", was=Gold("6"))], "somebody has corrected"),
        ([one(other, "7"), Correction(question.pk, Gold("7"), " ")], "say why"),
        ([one(question, "7\0")], "cannot be stored"),
    ):
        with pytest.raises(GoldRefused, match=why):
            correct(test_set, given, None)
    assert not GoldVersion.objects.exists()
    assert QuestionSet.objects.get(pk=test_set.pk).version == 1


def test_with_options_a_gold_answer_is_a_letter(test_set: QuestionSet) -> None:
    question = test_set.questions.all()[0]
    question.options, question.gold = ["one", "two", "three"], "A"
    question.save()
    with pytest.raises(GoldRefused, match="one of A to C"):
        correct(test_set, [one(question, "D")], None)
    correct(test_set, [one(question, " (c)", "b", "C")], None)
    question.refresh_from_db()
    assert (question.gold, question.alternatives) == ("C", ["B"])


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_make_two_versions() -> None:
    team = Team.objects.create(name="Team")
    made = QuestionSet.objects.create(team=team, name="Set", kind="test", size=8)
    questions = [
        Question.objects.create(question_set=made, row=n, key=str(n), text=str(n), gold="1")
        for n in range(8)
    ]
    together = Barrier(8)

    def work(question: Question) -> None:
        together.wait()
        correct(QuestionSet.objects.get(pk=made.pk), [one(question, "2")], None)
        connection.close()

    threads = [Thread(target=work, args=[question]) for question in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(GoldVersion.objects.values_list("number", flat=True)) == [*range(2, 10)]
    made.refresh_from_db()
    assert made.version == 9
    versions = set(made.questions.values_list("gold", "gold_version"))
    assert versions == {("2", number) for number in range(2, 10)}
