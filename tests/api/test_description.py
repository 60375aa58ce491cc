"""The OpenAPI description, and what holds for every operation in it."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from moe_core.methods import METHODS
from tests.api.conftest import API, Program, Things
from webapp.accounts.models import Team

pytestmark = pytest.mark.django_db

Operation = tuple[str, str, dict[str, Any]]

# Bodies that are right but for the things they name, which are another team's.
BODIES: dict[str, dict[str, Any]] = {
    "build_profile": {"pool": "pool", "question_set": "question_set"},
    "start_run": {"pool": "pool", "question_set": "question_set"},
    "start_rerun": {"by": "expert"},
    "start_try": {"question": "Well?"},
    "give_review": {"question_id": "nothing", "verdicts": ["right"]},
    "make_queue": {"name": "Mine", "runs": ["run"], "people": ["admin"]},
    "review_queue_item": {"verdicts": ["right"]},
    "correct_golds": {"corrections": [{"question_id": "x", "gold": "1", "reason": "So."}]},
    "undo_corrections": {"version": 1},
    "make_pool": {"name": "Mine", "experts": ["expert"]},
    "copy_pool": {"replace": "expert", "by": "expert"},
}


def description() -> dict[str, Any]:
    """Anybody may read it: it tells nothing of what a team has."""
    response = Client().get(API + "/openapi.json")
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def operations() -> list[Operation]:
    return [
        (method, path.removeprefix(API), operation)
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_contract_is_there() -> None:
    assert {(method, path) for method, path, _ in operations()} == {
        ("post", "/question-sets"),
        ("post", "/question-sets/preview"),
        ("get", "/question-mappings"),
        ("get", "/question-sets"),
        ("get", "/question-sets/{question_set}"),
        ("get", "/question-sets/{question_set}/questions"),
        ("get", "/question-sets/{question_set}/corrections"),
        ("post", "/question-sets/{question_set}/corrections"),
        ("post", "/question-sets/{question_set}/corrections/undo"),
        ("post", "/question-sets/{question_set}/regrade"),
        ("get", "/question-sets/{question_set}/suspects"),
        ("get", "/question-sets/{question_set}/leaderboard"),
        ("post", "/question-sets/{question_set}/scorer"),
        ("post", "/question-sets/{question_set}/scorer/preview"),
        ("post", "/runs/{run}/scorer/preview"),
        ("post", "/recorded-responses"),
        ("post", "/recorded-responses/preview"),
        ("get", "/log"),
        ("get", "/experts"),
        ("post", "/experts"),
        ("get", "/experts/{expert}"),
        ("get", "/experts/{expert}/profile"),
        ("get", "/experts/{expert}/tries"),
        ("post", "/experts/{expert}/tries"),
        ("get", "/tries/{tried}"),
        ("post", "/tries/{tried}/cancel"),
        ("get", "/pools"),
        ("post", "/pools"),
        ("get", "/pools/{pool}"),
        ("get", "/pools/{pool}/memory"),
        ("get", "/pools/{pool}/ways"),
        ("get", "/pools/{pool}/curve"),
        ("post", "/pools/{pool}/copies"),
        ("get", "/pools/{pool}/advice"),
        ("get", "/runs/{run}/contributions"),
        ("get", "/profiles"),
        ("post", "/profiles"),
        ("get", "/profiles/{profile}"),
        ("get", "/runs"),
        ("post", "/runs"),
        ("get", "/runs/{run}"),
        ("get", "/runs/{run}/events"),
        ("get", "/runs/{run}/results"),
        ("get", "/runs/{run}/seats"),
        ("get", "/runs/{run}/costs"),
        ("get", "/costs"),
        ("post", "/runs/{run}/cancel"),
        ("post", "/runs/{run}/regrade"),
        ("post", "/runs/{run}/retry"),
        ("post", "/runs/{run}/continue"),
        ("post", "/runs/{run}/reruns"),
        ("get", "/runs/{run}/reruns"),
        ("post", "/reruns/{rerun}/call-off"),
        ("get", "/verdicts"),
        ("get", "/runs/{run}/reviews"),
        ("post", "/runs/{run}/reviews"),
        ("get", "/queues"),
        ("post", "/queues"),
        ("get", "/queues/{queue}"),
        ("get", "/queues/{queue}/items"),
        ("post", "/queues/{queue}/next"),
        ("post", "/queues/{queue}/items/{item}/review"),
        ("patch", "/runs/{run}"),
        ("patch", "/question-sets/{question_set}"),
        ("patch", "/pools/{pool}"),
        ("patch", "/profiles/{profile}"),
        ("delete", "/runs/{run}"),
        ("delete", "/question-sets/{question_set}"),
        ("delete", "/pools/{pool}"),
        ("delete", "/profiles/{profile}"),
        ("get", "/deletions"),
        ("post", "/deletions/{deletion}/undo"),
    }


def test_every_operation_is_described() -> None:
    described = description()
    assert described["components"]["securitySchemes"]["BearerToken"]["scheme"] == "bearer"
    problem = {"$ref": "#/components/schemas/Problem"}
    for _, path, operation in operations():
        assert operation["summary"] and operation["description"], path
        assert operation["security"] == [{"BearerToken": []}]
        codes = set(operation["responses"])
        assert {"401", "403", "422", "500"} < codes
        assert ("404" in codes) or "{" not in path
        assert ({"400", "413"} <= codes) == ("requestBody" in operation)
        for code in codes - {"200", "201"}:
            assert operation["responses"][code]["content"]["application/json"]["schema"] == problem


def test_the_page_asks_no_other_host_and_has_nothing_inline(client: Client) -> None:
    page = client.get(API + "/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "://" not in text and "<style" not in text and " style=" not in text
    scripts = re.findall(r"<script ([^>]*)>", text)
    assert all("src=" in script or "application/json" in script for script in scripts)
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', text)
    assert len(files) >= 3
    assert all(client.get(file).status_code == 200 for file in files)
    assert "unsafe" not in page["Content-Security-Policy"]


def test_limits_are_described() -> None:
    of = {operation["operationId"]: operation for _, _, operation in operations()}
    ids = of["get_run"]["parameters"][0]["schema"]
    assert (ids["minimum"], ids["maximum"]) == (1, 2**63 - 1)
    cursor, limit = (parameter["schema"] for parameter in of["list_experts"]["parameters"])
    assert (cursor["minimum"], limit["minimum"], limit["maximum"]) == (0, 1, 500)
    run = description()["components"]["schemas"]["NewRun"]
    assert (run["properties"]["k"]["minimum"], run["properties"]["k"]["maximum"]) == (1, 64)
    assert run["properties"]["method"]["enum"] == list(METHODS)
    assert run["additionalProperties"] is False
    benchmarks = ["mmlu-pro", "gpqa", "aime", "medmcqa"]
    (body,) = of["upload_question_set"]["requestBody"]["content"].values()
    assert body["schema"]["properties"]["benchmark"]["enum"] == ["guess", "none", *benchmarks]
    for schema in ("Uploaded", "QuestionSetDetails"):
        told = description()["components"]["schemas"][schema]["properties"]["benchmark"]
        assert told["enum"] == ["", *benchmarks]


def ask(
    program: Program, method: str, path: str, operation: dict[str, Any], ids: dict[str, int]
) -> tuple[int, Any]:
    """With these ids in the address, or else in the body."""
    address = path.format(**ids)
    if method == "get":
        return program.get(address)
    if operation["operationId"] in {"upload_recorded_responses", "preview_recorded_responses"}:
        file = {"question_set": ids["question_set"], "pool": "Mine", "file": a_file()}
        return program.upload(address, **file)
    body = BODIES.get(operation["operationId"], {})
    named = {
        field: [ids.get(str(v), v) for v in value]
        if isinstance(value, list)
        else ids.get(value, value)
        for field, value in body.items()
    }
    if method == "post":
        return program.post(address, named)
    return program.ask(method.upper(), address, json.dumps(named).encode())


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("responses.jsonl", b'{"question_id": "1", "model": "a"}\n')


def test_whatever_names_a_thing_of_another_team_finds_nothing(
    things: Things, stranger: Program, program: Program
) -> None:
    """Every operation that takes an id, in its address or its body."""
    asked = 0
    before = Team.objects.get(name="Others").runs.count()
    for method, path, operation in operations():
        if "404" not in operation["responses"]:
            continue
        asked += 1
        status, said = ask(stranger, method, path, operation, things.ids)
        assert status == 404, (path, said)
        assert said["errors"][0]["field"] in path or method == "post", said
        missing = dict.fromkeys(things.ids, 10**12)
        assert ask(program, method, path, operation, missing)[0] == 404, path
        status, said = ask(program, method, path, operation, things.ids)
        assert status in {200, 201, 422}, (path, said)
    assert asked == 58
    assert Team.objects.get(name="Others").runs.count() == before


def test_lists_hold_nothing_of_other_teams(things: Things, stranger: Program) -> None:
    for method, path, operation in operations():
        if method == "get" and "{" not in path:
            status, said = stranger.get(path)
            assert status == 200
            if path == "/log":
                assert {item["team"] for item in said["items"]} <= {"Others", ""}
                continue
            names = {item.get("name") for item in said["items"]}
            assert names <= {None, "annotator", "aggregator", "tiny-01", "tiny-02"}, path
            assert path in {"/experts", "/verdicts"} or not said["items"], path
            assert operation["responses"]["200"]


def test_no_operation_works_without_a_token(things: Things) -> None:
    for method, path, operation in operations():
        assert ask(Program(None), method, path, operation, things.ids)[0] == 401, path
        assert ask(Program("x"), method, path, operation, things.ids)[0] == 401, path


def test_ids_that_cannot_be(things: Things, program: Program) -> None:
    wrong = ["0", "-1", str(2**63), str(10**30), "9" * 5000, "abc", "1.0", "1_0", "%00",
             "%ED%A0%80", "+1", "%20", "٣", "1e3", "null", "%0a1"]  # fmt: skip
    for method, path, _ in operations():
        for value in wrong if "{" in path else []:
            name = path.partition("{")[2].partition("}")[0]
            address = path.replace(f"{{{name}}}", value)
            status, said = program.ask(method.upper(), address)
            assert status == 422, (address, said)
            assert said["errors"][0]["field"] == name
    status, said = program.get(f"/runs/{things.run.pk}/results?cursor={10**30}")
    assert (status, said["errors"][0]["field"]) == (422, "cursor")


def test_wrong_methods_are_told_the_right_ones(things: Things, program: Program) -> None:
    allowed: dict[str, list[str]] = {}
    for method, path, _ in operations():
        allowed.setdefault(path, []).append(method.upper())
    for path, methods in allowed.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - set(methods):
            client = Client(headers={"Authorization": f"Bearer {program.token}"})
            response = client.generic(method, API + path.format(**things.ids))
            assert response.status_code == 405, (method, path)
            assert response["Allow"] == ", ".join(sorted(methods))
            assert "use" in response.json()["message"]


@pytest.mark.parametrize("address", ["/", "/nothing", "/runs/", "/runs/1/nothing", "/docs/", "//"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_other_addresses_are_not_found_in_json(program: Program, address: str, method: str) -> None:
    status, said = program.ask(method, address)
    assert status == 404
    assert "/api/v1/docs" in said["message"]
