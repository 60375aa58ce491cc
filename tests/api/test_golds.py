"""Gold answers through the API."""

import pytest

from tests.api.conftest import Program
from tests.conftest import Messages
from tests.findings.working import work
from tests.recorded.logs import done, let_two_agree
from webapp.accounts.models import Team
from webapp.execution.grading.regrade import regrade
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Finding

pytestmark = pytest.mark.django_db


def test_gold_answers_are_corrected_listed_and_undone(
    program: Program,
    team: Team,
    recorded_pool: Pool,
    test_set: QuestionSet,
    nobody_listens: Messages,
) -> None:
    run = done(submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts"))
    first, second = test_set.questions.all()[:2]
    address = f"/question-sets/{test_set.pk}"
    given = [
        {"question_id": first.key, "gold": "41", "reason": "A slip."},
        {"question_id": second.key, "gold": "", "reason": "It has none."},
    ]
    status, said = program.post(f"{address}/corrections", {"corrections": given})
    assert (status, said) == (201, {"version": 2, "runs": 1})
    status, said = program.post(f"{address}/corrections", {"corrections": given})
    assert status == 422 and "its gold answer already" in said["message"]
    wrong = {"question_id": "nothing", "gold": "1", "reason": "Well."}
    status, said = program.post(f"{address}/corrections", {"corrections": [given[0], wrong]})
    assert (status, said["errors"][0]["field"]) == (422, "corrections.1.question_id")
    listed = program.get(f"{address}/corrections")[1]["items"]
    assert [row["old_gold"] for row in listed] == [second.gold, first.gold]
    assert (listed[1]["gold"], listed[1]["person"], listed[1]["version"]) == ("41", "admin", 2)
    newest, before = (
        program.get(f"{address}/questions?version={version}")[1]["items"] for version in (0, 1)
    )
    assert [row["answer"] for row in newest[:2]] == ["41", ""]
    assert [row["answer"] for row in before[:2]] == [first.gold, second.gold]
    assert program.get(address)[1]["version"] == 2
    assert program.get(f"/runs/{run.pk}")[1]["gold_version"] == 1
    golds = {row["gold"] for row in program.get(f"/runs/{run.pk}/results")[1]["items"]}
    assert first.gold in golds and "41" not in golds
    nobody_listens.clear()
    assert program.post(f"{address}/regrade")[1] == {"runs": 1}
    assert nobody_listens == [("runs.regrade_due",)]
    regrade(run.pk)
    told = program.get(f"/runs/{run.pk}")[1]
    assert told["gradings"] == [
        {"version": 1, "correct": 8, "graded": 8},
        {"version": 2, "correct": 6, "graded": 7},
    ]
    assert program.post(f"{address}/corrections/undo", {"version": 3})[0] == 422
    status, said = program.post(f"{address}/corrections/undo", {"version": 2})
    assert (status, said) == (201, {"version": 3, "runs": 1})
    assert program.get(f"{address}/corrections")[1]["items"][0]["undoes"] == 2
    assert program.post(f"{address}/corrections/undo", {"version": 2})[0] == 422


def test_suspected_gold_answers_are_listed(
    program: Program, team: Team, recorded_pool: Pool, test_set: QuestionSet
) -> None:
    question = test_set.questions.all()[0]
    given = {"question_id": question.key, "gold": "41", "reason": "A slip."}
    address = f"/question-sets/{test_set.pk}"
    program.post(f"{address}/corrections", {"corrections": [given]})
    let_two_agree(test_set)
    done(submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts"))
    assert program.get(f"{address}/suspects")[1]["ready"] is False
    work(Finding.Name.SUSPECTS)
    told = program.get(f"{address}/suspects")[1]
    assert (told["ready"], told["questions"], told["experts"]) == (True, 8, 3)
    (row,) = told["items"]
    assert (row["question_id"], row["gold"], row["answer"]) == (question.key, "41", question.gold)
    assert row["probability"] > 0.05 and "strong experts say" in row["evidence"]
