"""Scorers through the API."""

import pytest

from tests.api.conftest import Program
from tests.api.test_question_sets import a_file
from tests.conftest import Messages
from tests.execution.odd_runs import PATTERN, odd_run_of
from webapp.accounts.models import Team
from webapp.questions.models import QuestionSet
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db
CHOSEN = {"scorer": "regex", "pattern": PATTERN}


@pytest.fixture
def odd_run(team: Team, validation: QuestionSet, test_set: QuestionSet) -> Run:
    return odd_run_of(team, validation, test_set)


def test_a_scorer_is_tried_and_named(program: Program, odd_run: Run) -> None:
    of_set, of_run = (
        f"/question-sets/{odd_run.question_set_id}/scorer",
        f"/runs/{odd_run.pk}/scorer",
    )
    for address in (of_set, of_run):
        status, effect = program.post(f"{address}/preview", CHOSEN)
        assert (status, effect["run"], len(effect["rows"])) == (200, odd_run.pk, 10)
        assert (effect["right_before"], effect["right_after"]) == (0, 8)
        assert effect["rows"][0]["right"] == ["5"]
    row = next(row for row in effect["rows"] if row["expert"] == "odd")
    assert (row["before"]["stated"], row["after"]["stated"]) == ("99", "5")
    assert row["after"]["verdict"] == "correct"
    status, said = program.post(of_set, {"scorer": "contains"})
    assert (status, said) == (200, {"scorer": "contains", "pattern": ""})
    status, found = program.get(f"/question-sets/{odd_run.question_set_id}")
    assert (found["scorer"], found["pattern"]) == ("contains", "")
    status, found = program.get(f"/runs/{odd_run.pk}")
    assert (found["scorer"], found["pattern"]) == ("", ""), "it began before"


def test_a_run_is_graded_again_by_another(
    program: Program, odd_run: Run, nobody_listens: Messages
) -> None:
    address = f"/runs/{odd_run.pk}/regrade"
    assert program.post(address, CHOSEN)[0] == 200
    assert program.ask("POST", address)[0] == 200
    assert nobody_listens == [
        ("runs.regrade", odd_run.pk),
        ("runs.regrade", odd_run.pk),
    ]


def test_it_comes_with_the_file(program: Program) -> None:
    rows = [{"question": "2 + 3?", "answer": "5"}]
    how = {"name": "Sums", "kind": "test"}
    status, said = program.upload("/question-sets", file=a_file(rows), **how, **CHOSEN)
    assert status == 201
    found = program.get(f"/question-sets/{said['id']}")[1]
    assert (found["scorer"], found["pattern"]) == ("regex", PATTERN)
    how = {"name": "More", "kind": "test", "scorer": "regex", "pattern": "("}
    status, said = program.upload("/question-sets", file=a_file(rows), **how)
    assert status == 422 and "missing )" in said["message"]
    assert said["errors"][0]["field"] == "pattern"
    assert QuestionSet.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"scorer": "grep"}, "scorer"),
        ({"scorer": "regex", "pattern": "(?<=a)"}, "no lookahead"),
        ({"scorer": "exact", "pattern": "x"}, "leave it empty"),
        ({"scorer": "regex", "pattern": "x" * 501}, "pattern"),
        ({"scorer": "regex", "patern": "x"}, "no such field"),
    ],
)
def test_what_cannot_be_is_refused(
    program: Program, odd_run: Run, given: dict[str, str], says: str, nobody_listens: Messages
) -> None:
    for address in (
        f"/question-sets/{odd_run.question_set_id}/scorer/preview",
        f"/runs/{odd_run.pk}/scorer/preview",
        f"/runs/{odd_run.pk}/regrade",
    ):
        status, said = program.post(address, given)
        assert status == 422 and says in said["message"], address
    assert not nobody_listens


def test_another_team_finds_nothing(stranger: Program, odd_run: Run) -> None:
    for address in (
        f"/question-sets/{odd_run.question_set_id}/scorer/preview",
        f"/runs/{odd_run.pk}/scorer/preview",
    ):
        assert stranger.post(address, CHOSEN)[0] == 404
