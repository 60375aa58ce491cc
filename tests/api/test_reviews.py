"""Reviews and queues through the API."""

import pytest

from tests.api.conftest import Program
from tests.conftest import MakeSet, Messages
from tests.reviews.conftest import finished
from webapp.accounts.models import Role, Team, Token, User
from webapp.experts.models import Pool
from webapp.reviews.models import Review
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(pool: Pool, question_set: MakeSet, nobody_listens: Messages) -> Run:
    return finished(pool, question_set, 20)


def a_reviewer(team: Team, name: str) -> Program:
    person = User.objects.create_user(name, team=team, role=Role.REVIEWER)
    return Program(Token.create(person)[1])


def test_a_review_is_given_and_listed(program: Program, run: Run) -> None:
    key = run.answers.order_by("pk")[0].question.key
    status, verdicts = program.get("/verdicts")
    assert status == 200 and len(verdicts["items"]) == 6
    given = {"question_id": key, "verdicts": ["disputed"], "note": "No.", "corrected": "15"}
    status, made = program.post(f"/runs/{run.pk}/reviews", given)
    assert status == 201
    assert (made["titles"], made["corrected"], made["person"]) == (["Gold disputed"], "15", "admin")
    program.post(f"/runs/{run.pk}/reviews", {"question_id": key, "verdicts": ["right"]})
    status, listed = program.get(f"/runs/{run.pk}/reviews")
    assert [row["verdicts"] for row in listed["items"]] == [["right"]]
    assert Review.objects.get().answer.review_changes.count() == 2
    for wrong in ({"verdicts": ["settled"]}, {"verdicts": ["x"]}, {"question_id": "x"}):
        body = {"question_id": key, "verdicts": ["right"]} | wrong
        assert program.post(f"/runs/{run.pk}/reviews", body)[0] == 422


def test_a_queue_is_made_and_worked(program: Program, run: Run, team: Team) -> None:
    ada, grace = a_reviewer(team, "ada"), a_reviewer(team, "grace")
    body = {"name": "Q", "runs": [run.pk], "what": "disagreed", "people": ["ada", "grace"]}
    status, queue = program.post("/queues", body | {"wanted": 2})
    assert (status, queue["items"], queue["reviews"]) == (201, 4, 0)
    address = f"/queues/{queue['id']}"
    for reviewer, verdict in ((ada, "right"), (grace, "extraction")):
        for n in range(4):
            status, item = reviewer.post(f"{address}/next")
            assert status == 200 and item is not None
            said = {"verdicts": [verdict if n == 3 else "right"]}
            status, counted = reviewer.post(f"{address}/items/{item['id']}/review", said)
            assert (status, counted) == (200, {"counts": True})
        assert reviewer.post(f"{address}/next") == (200, None)
    status, found = program.get(address)
    assert (found["finished"], found["reviews"], found["shared"]) == (4, 8, 4)
    assert found["raw_agreement"]["value"] == 0.75
    assert {share["person"]: share["done"] for share in found["people"]} == {"ada": 4, "grace": 4}
    status, items = program.get(f"{address}/items")
    assert [item["done"] for item in items["items"]] == [2, 2, 2, 2]
    assert program.post(f"{address}/next")[0] == 403, "who is not asked takes nothing"
    assert program.get("/queues")[1]["items"][0]["name"] == "Q"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"people": ["nobody"]}, "no member of your team who may review"),
        ({"what": "overturned"}, "No finished answer is like that"),
        ({"wanted": 6}, "less than or equal to 5"),
    ],
)
def test_what_cannot_be_a_queue(
    program: Program, run: Run, wrong: dict[str, object], told: str
) -> None:
    run.answers.update(outcome="agreed")
    body = {"name": "Q", "runs": [run.pk], "people": ["admin"], "what": "all"} | wrong
    status, said = program.post("/queues", body)
    assert status == 422 and told in said["message"]
