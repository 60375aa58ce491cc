"""Answers that mean the same count as one: in votes, outcomes, disagreement, and profiles."""

from typing import Any

import pytest

from tests.conftest import MakeSet
from tests.recorded.logs import done, take
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.grading.regrade import regrade
from webapp.execution.profiles.evidence import evidence_of
from webapp.execution.start import submit_profile, submit_run
from webapp.questions.models import QuestionSet
from webapp.runs.models import Generation, Profile, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]

HALF = [r"\dfrac{1}{2}", "0.5", "1/2"]


def answered(team: Team, questions: QuestionSet, stated: list[str], gold: str) -> Run:
    """A recorded run in which every question is answered so, by one expert after the other."""
    questions.questions.update(gold=gold)
    given = [
        {"question_id": question.key, "model": f"m{place}", "output": rf"So \boxed{{{text}}}."}
        for question in questions.questions.all()
        for place, text in enumerate(stated)
    ]
    pool = take(team, questions, given).pool
    return done(submit_run(team, None, pool=pool, questions=questions, method="all-experts"))


def outcomes(run: Run) -> set[tuple[str | None, str, str, int, str]]:
    fields = ("text", "verdict", "outcome", "stances", "comparison")
    return set(run.answers.values_list(*fields))


@pytest.mark.parametrize(
    ("stated", "gold", "expected"),
    [
        (["7", *HALF, "8", "7"], "1/2", (HALF[0], "correct", "agreed", 3, "done")),
        (HALF, r"\frac{1}{2}", (HALF[0], "correct", "agreed", 1, "done")),
        ([*HALF, "7", "7"], "7", (HALF[0], "incorrect", "outvoted", 2, "done")),
        ([*HALF, "3"], "", (HALF[0], "ungraded", "", 2, "done")),
        (["14", "15", "15.0"], "14", ("15", "incorrect", "outvoted", 2, "")),
        (["1/2", "7", "8"], "0.5", ("1/2", "correct", "agreed", 3, "")),
    ],
)
def test_spellings_are_one_camp(
    team: Team, question_set: MakeSet, stated: list[str], gold: str, expected: tuple[Any, ...]
) -> None:
    run = answered(team, question_set("test", 2), stated, gold)
    assert outcomes(run) == {expected}
    assert run.same_by == "value"
    before = list(run.generations.order_by("pk").values_list("stated", "same_as", "verdict"))
    told = regrade(run.pk)
    assert (told["stated"], told["sameness"], told["answers"]) == (0, 0, 0)
    assert outcomes(run) == {expected}
    again = list(run.generations.order_by("pk").values_list("stated", "same_as", "verdict"))
    assert again == before


def test_what_an_expert_states_stays_as_it_is_spelled(team: Team, question_set: MakeSet) -> None:
    run = answered(team, question_set("test", 1), ["7", *HALF], "7")
    rows = Generation.objects.filter(run=run).order_by("number")
    assert list(rows.values_list("stated", "same_as")) == [
        ("7", None),
        (HALF[0], None),
        ("0.5", HALF[0]),
        ("1/2", HALF[0]),
    ]
    assert [row.counted for row in rows] == ["7", *[HALF[0]] * 3]


def test_letters_are_not_compared(team: Team, question_set: MakeSet) -> None:
    questions = question_set("test", 2)
    questions.questions.update(options=["1/2", "0.5"])
    run = answered(team, questions, ["A", "B", "A"], "A")
    assert outcomes(run) == {("A", "correct", "agreed", 2, "")}
    assert not Generation.objects.filter(run=run, same_as__isnull=False).exists()


def test_a_run_of_before_counts_as_spelled_until_it_is_graded_again(
    team: Team, question_set: MakeSet
) -> None:
    stated = ["7", "7", *HALF]
    run = answered(team, question_set("test", 2), stated, "1/2")
    Run.objects.filter(pk=run.pk).update(same_by="spelling")
    run.generations.update(same_as=None)
    run.answers.update(comparison="", text="7", verdict="incorrect", outcome="outvoted", stances=3)
    Run.objects.filter(pk=run.pk).update(correct=0)
    told = regrade(run.pk)
    assert (told["stated"], told["verdicts"], told["sameness"], told["answers"]) == (0, 0, 2, 2)
    assert outcomes(run) == {(HALF[0], "correct", "agreed", 2, "done")}
    run.refresh_from_db()
    assert (run.same_by, run.correct) == ("value", 2)


def test_a_run_that_began_by_spelling_ends_by_it(team: Team, question_set: MakeSet) -> None:
    questions = question_set("test", 1)
    first = answered(team, questions, ["7", "7", *HALF], "1/2")
    assert first.pool is not None
    run = submit_run(team, None, pool=first.pool, questions=questions, method="all-experts")
    Run.objects.filter(pk=run.pk).update(same_by="spelling")
    run = done(run)
    assert outcomes(run) == {("7", "incorrect", "outvoted", 2, "")}


def test_a_profile_knows_who_says_the_same(team: Team, question_set: MakeSet) -> None:
    questions = question_set("validation", 3)
    run = answered(team, questions, ["7", *HALF], "7")
    assert run.pool is not None
    profiling = submit_profile(team, None, run.pool, questions)
    advance_run(profiling.pk)
    profile = Profile.objects.get()
    assert profile.ready
    found = evidence_of(profile, list(run.pool.experts.order_by("pk")))
    assert found.stated == [["7", *[HALF[0]] * 3]] * 3
    assert set(profiling.answers.values_list("comparison", flat=True)) == {"done"}


def test_a_question_whose_time_is_up_counts_as_spelled(
    team: Team, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.grading.comparing.QUESTION_SECONDS", 0.0)
    run = answered(team, question_set("test", 1), ["7", "7", "x+1", "1+x", "y"], "7")
    assert outcomes(run) == {("7", "correct", "agreed", 4, "costly")}
