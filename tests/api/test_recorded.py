"""From recorded responses to the results of a run, through the API alone."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import Program
from webapp.execution.advance import advance_run
from webapp.experts.models import Expert, Pool
from webapp.runs.models import RecordedResponse

# Importing and playing back use transactions of their own.
pytestmark = pytest.mark.django_db(transaction=True)

MODELS = ("good-llm", "bad-llm")
SIZE = 6


def questions(kind: str) -> list[dict[str, Any]]:
    return [
        {"question_id": f"{kind}-{n}", "question": f"How much is {n} + {n}?", "answer": str(2 * n)}
        for n in range(SIZE)
    ]


def responses(kind: str) -> list[dict[str, Any]]:
    return [
        {
            "question_id": f"{kind}-{n}",
            "model": model,
            "output": rf"So \boxed{{{2 * n if model == 'good-llm' else 1}}}.",
        }
        for n in range(SIZE)
        for model in MODELS
    ]


def a_file(rows: list[dict[str, Any]]) -> SimpleUploadedFile:
    return SimpleUploadedFile("rows.jsonl", "\n".join(map(json.dumps, rows)).encode())


def upload(program: Program, kind: str) -> tuple[int, dict[str, Any]]:
    """A question set's id, and what became of the responses to it."""
    status, made = program.upload(
        "/question-sets", file=a_file(questions(kind)), name=kind, kind=kind
    )
    assert status == 201, made
    status, said = program.upload(
        "/recorded-responses", file=a_file(responses(kind)), question_set=made["id"], pool="Logs"
    )
    assert status == 201, said
    return made["id"], said


def test_from_two_logs_to_results(program: Program, stranger: Program) -> None:
    validation, said = upload(program, "validation")
    assert (said["experts"], said["responses"]) == (2, 2 * SIZE)
    assert (said["warnings"], said["errors"]) == ([], [])
    test, again = upload(program, "test")
    assert again["pool"] == said["pool"]

    pool = program.get(f"/pools/{said['pool']}")[1]
    experts = program.get("/experts")[1]["items"]
    assert [expert["id"] for expert in experts] == pool["experts"]
    assert {(expert["name"], expert["engine"]) for expert in experts} == {
        (model, "recorded") for model in MODELS
    }
    assert stranger.get("/experts")[1]["items"] == []

    status, profile = program.post("/profiles", {"pool": pool["id"], "question_set": validation})
    assert status == 201, profile
    advance_run(profile["run"])
    assert program.get(f"/profiles/{profile['id']}")[1]["ready"] is True
    names = {expert["name"]: expert["id"] for expert in experts}
    good = program.get(f"/experts/{names['good-llm']}/profile")[1]
    bad = program.get(f"/experts/{names['bad-llm']}/profile?profile={profile['id']}")[1]
    assert good["profile"] == bad["profile"] == profile["id"]
    assert all(cell["right"] and not cell["wrong"] for cell in good["cells"])
    assert all(cell["wrong"] and not cell["right"] for cell in bad["cells"])
    assert good["cells"] and bad["cells"]

    status, run = program.post("/runs", {"question_set": test, "pool": pool["id"]})
    assert status == 201, run
    advance_run(run["id"])
    done = program.get(f"/runs/{run['id']}")[1]
    assert (done["status"], done["done"], done["total"]) == ("done", SIZE, SIZE)
    assert (done["accuracy"], done["writer"], done["profile"]) == (100.0, "weighted", profile["id"])
    assert done["stages"]["respond"]["loads"] == 0
    assert done["generations"] == {"done": 3 * SIZE, "failed": 0, "total": 3 * SIZE}
    assert done["wall_seconds"] >= 0 and done["lower_bound_seconds"] == 0

    results = program.get(f"/runs/{run['id']}/results")[1]["items"]
    assert [result["question_id"] for result in results] == [f"test-{n}" for n in range(SIZE)]
    assert {result["verdict"] for result in results} == {"correct"}
    assert {seat["name"] for result in results for seat in result["seats"]} == {"good-llm"}
    kinds = {event["kind"] for event in program.get(f"/runs/{run['id']}/events")[1]["items"]}
    assert {"submitted", "generated", "graded", "advanced", "done"} <= kinds


def test_responses_to_questions_that_the_set_does_not_have(program: Program) -> None:
    made = program.upload("/question-sets", file=a_file(questions("test")), kind="test")[1]
    rows = [*responses("test"), {"question_id": "other", "model": "good-llm", "output": "1"}]
    fields = {"question_set": made["id"], "pool": "Logs"}
    status, said = program.upload("/recorded-responses", file=a_file(rows), **fields)
    assert (status, [error["row"] for error in said["errors"]]) == (422, [2 * SIZE + 1])
    assert not Pool.objects.exists() and not Expert.objects.exists()
    assert not RecordedResponse.objects.exists()
    status, said = program.upload(
        "/recorded-responses", file=a_file(rows), on_error="skip", **fields
    )
    assert (status, said["responses"]) == (201, 2 * SIZE)
    assert [error["row"] for error in said["errors"]] == [2 * SIZE + 1]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"pool": ""}, "pool"),
        ({"pool": " "}, "pool"),
        ({"pool": "x" * 101}, "pool"),
        ({"pool": "a\0"}, "pool"),
        ({"question_set": "first"}, "question_set"),
        ({"question_set": str(10**30)}, "question_set"),
        ({"on_error": "ignore"}, "on_error"),
    ],
)
def test_the_wrong_field_is_named(program: Program, wrong: dict[str, str], field: str) -> None:
    made = program.upload("/question-sets", file=a_file(questions("test")), kind="test")[1]
    fields = {"question_set": str(made["id"]), "pool": "Logs"} | wrong
    status, said = program.upload("/recorded-responses", file=a_file(responses("test")), **fields)
    assert (status, [error["field"] for error in said["errors"]]) == (422, [field])
    assert not Pool.objects.exists()


def test_the_same_responses_twice(program: Program) -> None:
    made, _ = upload(program, "test")
    status, said = program.upload(
        "/recorded-responses", file=a_file(responses("test")), question_set=made, pool="Logs"
    )
    assert (status, said["responses"], said["unchanged"]) == (201, 0, 2 * SIZE)


def test_a_pool_of_recorded_experts_needs_responses_to_the_set(program: Program) -> None:
    _, said = upload(program, "test")
    other = program.upload("/question-sets", file=a_file(questions("validation")),
                           name="other", kind="validation")[1]  # fmt: skip
    status, refused = program.post("/profiles", {"pool": said["pool"], "question_set": other["id"]})
    assert (status, "is recorded: import" in refused["message"]) == (422, True)


def test_a_run_by_ours_tells_what_spoke_for_each_expert(program: Program) -> None:
    validation, said = upload(program, "validation")
    test, _ = upload(program, "test")
    pool = said["pool"]
    advance_run(program.post("/profiles", {"pool": pool, "question_set": validation})[1]["run"])
    given = {"pool": pool, "question_set": test, "recruiter": "ours", "k": 1}
    for writer in ("calibrated", "decided"):
        status, made = program.post("/runs", given | {"writer": writer})
        assert status == 201, made
        advance_run(made["id"])
        run = program.get(f"/runs/{made['id']}")[1]
        assert (run["recruiter"], run["writer"]) == ("ours", "calibrated")
        assert (run["status"], run["accuracy"]) == ("done", 100)
        result = program.get(f"/runs/{made['id']}/results")[1]["items"][0]
        experts = {str(id) for id in program.get(f"/pools/{pool}")[1]["experts"]}
        assert result["contributions"].keys() == experts
        for parts in result["contributions"].values():
            assert parts.keys() == {"strength", "skills", "neighbours", "together"}
        assert [seat["name"] for seat in result["seats"]] == ["good-llm"]
