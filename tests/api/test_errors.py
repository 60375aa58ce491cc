"""Bodies and forms that cannot be: 4xx, JSON, a message that helps, and nothing stored."""

import json
from typing import Any

import pytest

from tests.api.conftest import Program, Things
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db

BODIES: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 422, "body"),
    "cut off": (b'{"name": "a', 400, "cannot be read as JSON"),
    "no JSON": (b"name=a&source=b", 400, "cannot be read as JSON"),
    "no UTF-8": (b'{"name": "\xff\xfe\xfa"}', 400, "cannot be read as JSON"),
    "deep": (b"[" * 100_000, 400, "recursion"),
    "deep and closed": (b'{"a":' * 60 + b"1" + b"}" * 60, 422, "nested"),
    "a list": (b"[1]", 422, "Give a JSON object"),
    "a number": (b"7", 422, "Give a JSON object"),
    "null": (b"null", 422, "Give a JSON object"),
    "NaN": (b'{"temperature": NaN}', 400, "NaN"),
    "infinite": (b'{"temperature": 1e999}', 422, "too large"),
    "endless number": (b'{"max_new_tokens": ' + b"9" * 5000 + b"}", 400, "digits"),
    "NUL": (b'{"name": "a\\u0000b", "source": "c"}', 422, "U+0000"),
    "NUL deep": (b'{"chat_template_options": {"a": [{"\\u0000": 1}]}}', 422, "U+0000"),
    "half a pair": (b'{"name": "\\ud800"}', 422, "surrogate"),
    "half a pair as a name": (b'{"\\udfff": 1}', 422, "surrogate"),
    "too large": (b'"' + b"a" * 1_100_000 + b'"', 413, "1 MB"),
}


@pytest.mark.parametrize("body", BODIES)
def test_bodies_that_are_no_object(program: Program, body: str) -> None:
    content, expected, words = BODIES[body]
    for address in ("/experts", "/pools", "/profiles", "/runs"):
        status, said = program.ask("POST", address, content, content_type="application/json")
        assert status == expected, said
        assert words in said["message"]
        assert set(said) == {"message", "errors"}
    assert count() == (0, 0, 0)


def count() -> tuple[int, int, int]:
    return Expert.objects.count(), Pool.objects.count(), Run.objects.count()


WRONG_RUNS: list[tuple[dict[str, Any], str, str]] = [
    ({"k": 0}, "k", "greater than or equal to 1"),
    ({"k": 65}, "k", "less than or equal to 64"),
    ({"k": "3"}, "k", "valid integer"),
    ({"k": 2.5}, "k", "valid integer"),
    ({"k": True}, "k", "valid integer"),
    ({"k": None}, "k", "valid integer"),
    ({"seed": -1}, "seed", "greater than or equal to 0"),
    ({"seed": 2**31}, "seed", "less than or equal to"),
    ({"method": "paper"}, "method", "'skill-moe', 'single'"),
    ({"method": ["skill-moe"]}, "method", "'skill-moe', 'single'"),
    ({"writer": ""}, "writer", "'decided'"),
    ({"recruiter": "best"}, "recruiter", "'paper', 'paper-top-k'"),
    ({"stopping": "few"}, "stopping", "'all', 'lossless'"),
    ({"pool": 10**30}, "pool", "less than or equal to"),
    ({"pool": 0}, "pool", "greater than or equal to 1"),
    ({"pool": {"id": 1}}, "pool", "valid integer"),
    ({"profile": "newest"}, "profile", "valid integer"),
    ({"questions": 1}, "questions", "no such field"),
    ({"\ud7ff": 1}, "\ud7ff", "no such field"),
]


@pytest.mark.parametrize(("wrong", "field", "words"), WRONG_RUNS)
def test_the_wrong_field_of_a_body_is_named(
    program: Program, things: Things, wrong: dict[str, Any], field: str, words: str
) -> None:
    body = {"question_set": things.test.pk, "pool": things.pool.pk, "method": "all-experts"}
    before = count()
    status, said = program.post("/runs", body | wrong)
    assert status == 422
    assert said["errors"] == [
        {"row": None, "message": said["errors"][0]["message"], "field": field}
    ]
    assert words in said["errors"][0]["message"]
    assert said["message"] == f"{field}: {said['errors'][0]['message']}"
    assert count() == before


def test_missing_fields_are_listed(program: Program) -> None:
    status, said = program.post("/runs", {})
    assert status == 422
    assert [error["field"] for error in said["errors"]] == ["question_set", "pool"]
    assert "required" in said["message"] and "1 more" in said["message"]


def test_whole_numbers_may_have_a_point(program: Program, things: Things) -> None:
    """JSON has one kind of number."""
    content = json.dumps({"question_set": float(things.test.pk), "pool": float(things.pool.pk),
                          "method": "all-experts", "k": 3.0})  # fmt: skip
    status, said = program.ask("POST", "/runs", content.encode(), content_type="application/json")
    assert status == 201, said


@pytest.mark.parametrize("limit", ["0", "501", "-1", "x", "1.5", ""])
def test_pages_have_a_largest_size(program: Program, limit: str) -> None:
    status, said = program.get(f"/runs?limit={limit}")
    assert (status, said["errors"][0]["field"]) == (422, "limit")


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\xff",
        "multipart/form-data; boundary=a",
        "application/json",
        "application/x-www-form-urlencoded",
        "nonsense",
        "",
    ],
)
@pytest.mark.parametrize("address", ["/question-sets", "/recorded-responses"])
def test_forms_that_are_none(program: Program, content_type: str, address: str) -> None:
    status, said = program.ask("POST", address, b"--a\r\n\r\n", content_type=content_type)
    assert status in {400, 422}
    assert said["message"]


def test_a_form_of_too_many_fields(program: Program) -> None:
    status, said = program.upload("/question-sets", **{f"f{n}": "" for n in range(2000)})
    assert (status, "cannot be read" in said["message"]) == (400, True)


def test_what_nobody_foresaw_is_no_traceback(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret of the installation")

    monkeypatch.setattr("webapp.api.runs.runs.summary_of", fail)
    monkeypatch.setattr("webapp.api.runs.runs.rows_of", lambda *_, **__: ([1], None))
    status, said = program.get("/runs")
    assert status == 500
    assert "secret" not in json.dumps(said)
    assert "on our side" in said["message"]


def test_a_failing_token_check_is_json_too(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(token: str) -> None:
        raise RuntimeError(token)

    monkeypatch.setattr("webapp.api.auth.digest_of", fail)
    status, said = program.get("/runs")
    assert (status, said["errors"]) == (500, [])
