"""Logs of responses as other projects write them, through the API."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import Program
from tests.conftest import ROOT
from webapp.execution.advance import advance_run
from webapp.questions.models import QuestionSet
from webapp.runs.models import RecordedResponse

pytestmark = pytest.mark.django_db(transaction=True)

FILES = ROOT.parent / "shared" / "field" / "files"
MIXED = ROOT.parent / "shared" / "recorded-mixed"
needs_files = pytest.mark.skipif(not FILES.exists(), reason="needs the files in ../shared/field")
needs_mixed = pytest.mark.skipif(not MIXED.exists(), reason="needs ../shared/recorded-mixed")

# File, mapping → what it is read as, what named the questions, model → its outputs in order.
LOGS: list[tuple[str, dict[str, Any], str, str, dict[str, list[str]]]] = [
    ("responses-eval-log.json", {}, "Inspect log", "id", {"local/model-a": ["42", "ANSWER: 18"]}),
    ("responses-generator.jsonl", {}, "ZeroEval results", "id",
     {"model-a": ["7*6 = 42\n#### 42", '{"answer": 18}']}),
    ("responses-lm-eval-samples.jsonl", {"model_name": "org/m"}, "lm-evaluation-harness samples",
     "id", {"org/m": ["So the answer is 42 cups.", "18"]}),
    ("responses-wide.csv", {}, "a column for each model", "text",
     {"model-a": ["42", "9*2 = 18"], "model-b": ["The answer is 40.", "18 dollars"]}),
]  # fmt: skip


def file_at(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes())


def lines(rows: list[dict[str, Any]]) -> SimpleUploadedFile:
    return SimpleUploadedFile("log.jsonl", "\n".join(map(json.dumps, rows)).encode())


def stored(questions: int) -> dict[str, list[str]]:
    rows = RecordedResponse.objects.filter(question__question_set=questions)
    found: dict[str, list[str]] = {}
    for model, output in rows.order_by("question__row").values_list("expert__source", "output"):
        found.setdefault(model, []).append(output)
    return found


@needs_files
@pytest.mark.parametrize(("name", "mapping", "read_as", "by", "outputs"), LOGS)
def test_a_log_of_the_field(
    program: Program,
    name: str,
    mapping: dict[str, Any],
    read_as: str,
    by: str,
    outputs: dict[str, list[str]],
) -> None:
    made = program.upload(
        "/question-sets", file=file_at(FILES / "responses-questions.jsonl"), kind="test"
    )[1]
    given = {"question_set": made["id"], "pool": "Logs", "mapping": json.dumps(mapping)}
    status, seen = program.upload(
        "/recorded-responses/preview", file=file_at(FILES / name), **given
    )
    assert (status, seen["problem"], seen["bad_rows"]) == (200, "", 0), seen
    assert (seen["counts"]["read_as"], seen["counts"]["matched_by"]) == (read_as, by)
    assert {row["output"] for row in seen["rows"]} == {o for many in outputs.values() for o in many}
    assert not RecordedResponse.objects.exists(), "a preview stores nothing"
    status, said = program.upload("/recorded-responses", file=file_at(FILES / name), **given)
    assert status == 201, said
    assert stored(made["id"]) == outputs


@needs_files
@pytest.mark.parametrize(("name", "mapping", "read_as", "by", "outputs"), LOGS)
def test_a_log_makes_its_own_set(
    program: Program,
    name: str,
    mapping: dict[str, Any],
    read_as: str,
    by: str,
    outputs: dict[str, list[str]],
) -> None:
    given = {"new_set": "Its own", "pool": "Logs", "mapping": json.dumps(mapping)}
    status, said = program.upload("/recorded-responses", file=file_at(FILES / name), **given)
    if name == "responses-generator.jsonl":
        assert (status, "texts of its questions" in said["message"]) == (422, True)
        return
    assert status == 201, said
    made = QuestionSet.objects.get(pk=said["question_set"])
    assert list(made.questions.order_by("row").values_list("gold", flat=True)) == ["42", "18"]
    assert stored(made.pk) == outputs


@needs_files
def test_questions_are_no_responses(program: Program) -> None:
    file = FILES / "responses-questions.jsonl"
    made = program.upload("/question-sets", file=file_at(file), kind="test")[1]
    given = {"question_set": made["id"], "pool": "Logs"}
    status, said = program.upload("/recorded-responses", file=file_at(file), **given)
    assert (status, "No column holds the output" in said["message"]) == (422, True)


@needs_mixed
def test_answers_that_were_read_already(program: Program) -> None:
    """ZeroEval's answers without its texts: refused, until they are named as the output."""
    made = program.upload(
        "/question-sets", file=file_at(MIXED / "zeroeval" / "questions_validation.jsonl"),
        kind="validation",
    )[1]  # fmt: skip
    file = MIXED / "zeroeval" / "responses_validation.parquet"
    given = {"question_set": made["id"], "pool": "ZeroEval"}
    status, said = program.upload("/recorded-responses", file=file_at(file), **given)
    assert (status, "All outputs are empty" in said["message"]) == (422, True)
    said = program.upload(
        "/recorded-responses", file=file_at(file), mapping='{"output": "pred"}', **given
    )[1]
    assert (said["experts"], said["responses"], said["matched_by"]) == (16, 5600, "id")


@needs_mixed
def test_scores_without_outputs_are_no_responses(program: Program) -> None:
    file = MIXED / "llmrouter9" / "scores.parquet"
    status, said = program.upload(
        "/recorded-responses", file=file_at(file), new_set="Scores", pool="Scores"
    )
    assert (status, "scores alone cannot be played back" in said["message"]) == (422, True)
    assert not QuestionSet.objects.exists()


def test_a_log_that_counts_from_0(program: Program) -> None:
    """The set has no ids, so that its questions count from 1: no response goes to a neighbour."""
    questions = [{"question": f"How much is {n} + {n}?", "answer": str(2 * n)} for n in range(9)]
    made = program.upload("/question-sets", file=lines(questions), kind="test")[1]
    log = [{"id": n, "model": "a", "output": f"\\boxed{{{2 * n}}}"} for n in range(9)]
    given = {"question_set": made["id"], "pool": "Logs"}
    status, said = program.upload("/recorded-responses", file=lines(log), **given)
    assert (status, said["responses"], said["matched_by"]) == (201, 9, "place")
    assert any("counts them from 0" in warning for warning in said["warnings"])
    run = program.post("/runs", {"question_set": made["id"], "pool": said["pool"],
                                 "method": "all-experts"})[1]  # fmt: skip
    advance_run(run["id"])
    assert program.get(f"/runs/{run['id']}")[1]["accuracy"] == 100


def test_texts_go_before_ids_that_name_other_questions(program: Program) -> None:
    questions = [{"id": n, "question": f"How much is {n} + {n}?"} for n in range(1, 5)]
    made = program.upload("/question-sets", file=lines(questions), kind="test")[1]
    log = [
        {"id": n - 1, "question": f"How much  is {n} + {n}?\n", "model": "a", "output": str(n)}
        for n in range(1, 5)
    ]
    given = {"question_set": made["id"], "pool": "Logs"}
    said = program.upload("/recorded-responses", file=lines(log), **given)[1]
    assert (said["responses"], said["matched_by"]) == (4, "text")
    assert stored(made["id"]) == {"a": ["1", "2", "3", "4"]}


@pytest.mark.parametrize(
    ("keep", "outputs"),
    [
        (None, {"a": ["one"]}),
        (2, {"a": ["two"]}),
        ("all", {"a": ["one"], "a #2": ["two"], "a #3": ["three"]}),
    ],
)
def test_samples(program: Program, keep: Any, outputs: dict[str, list[str]]) -> None:
    log = [{"id": "q", "question": "1?", "model": "a", "output": ["one", "two", "three"]}]
    given = {"new_set": "Own", "pool": "Logs", "mapping": json.dumps({"keep": keep})}
    seen = program.upload("/recorded-responses/preview", file=lines(log), **given)[1]
    assert any("3 samples" in warning for warning in seen["counts"]["warnings"])
    said = program.upload("/recorded-responses", file=lines(log), **given)[1]
    assert stored(said["question_set"]) == outputs


def test_answers_that_cannot_be_read_are_told_of(program: Program) -> None:
    log = [{"id": n, "question": f"{n}?", "answer": "1", "model": "a", "output": output}
           for n, output in enumerate((r"So \boxed{1}.", "I do not know."))]  # fmt: skip
    given = {"new_set": "Own", "pool": "Logs"}
    seen = program.upload("/recorded-responses/preview", file=lines(log), **given)[1]
    assert (seen["read"], seen["unread"]) == (2, 1)
    assert [(row["stated"], row["gold"]) for row in seen["rows"]] == [("1", "1"), (None, "1")]


def test_what_stays_unmatched_is_shown(program: Program) -> None:
    made = program.upload("/question-sets", file=lines([{"id": "q", "question": "1?"}]),
                          kind="test")[1]  # fmt: skip
    log = [{"id": name, "model": "a", "output": "1"} for name in ("q", "x", "y")]
    given = {"question_set": made["id"], "pool": "Logs"}
    seen = program.upload("/recorded-responses/preview", file=lines(log), **given)[1]
    assert (seen["bad_rows"], seen["counts"]["responses"]) == (2, 1)
    assert [error["row"] for error in seen["errors"]] == [2, 3]
    none = program.upload("/recorded-responses/preview", file=lines(log[1:]), **given)[1]
    assert "no row can be taken" in none["problem"] and none["counts"] is None
    assert "has no question 'x'" in none["errors"][0]["message"]


@pytest.mark.parametrize(
    "given", [{}, {"question_set": "1", "new_set": "Both"}], ids=["neither", "both"]
)
def test_the_set_has_to_be_said(program: Program, given: dict[str, str]) -> None:
    status, said = program.upload("/recorded-responses", file=lines([{}]), pool="Logs", **given)
    assert (status, [error["field"] for error in said["errors"]]) == (422, ["question_set"])


def test_a_mapping_that_is_no_json(program: Program) -> None:
    status, said = program.upload(
        "/recorded-responses", file=lines([{}]), pool="Logs", new_set="Own", mapping="{"
    )
    assert (status, [error["field"] for error in said["errors"]]) == (422, ["mapping"])


@pytest.mark.parametrize("suffix", [".eval", ".json"])
def test_a_log_that_inspect_has_written(program: Program, tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("inspect_ai", reason="needs the extra `inspect`")
    file = tmp_path / f"log{suffix}"
    subprocess.run([sys.executable, "-m", "tests.recorded.inspect_files", file], check=True,
                   cwd=ROOT)  # fmt: skip
    given = {"new_set": "Own", "pool": "Logs", "mapping": '{"keep": "all"}'}
    status, said = program.upload("/recorded-responses", file=file_at(file), **given)
    assert (status, said.get("read_as")) == (201, "Inspect log"), said
    assert stored(said["question_set"]) == {
        "mockllm/model": ["ANSWER: 42", "ANSWER: 18"],
        "mockllm/model #2": ["ANSWER: 7", "ANSWER: 7"],
    }
    status, said = program.upload("/question-sets", file=file_at(file), kind="test", name="Same",
                                  on_error="skip")  # fmt: skip
    assert (status, said["questions"]) == (201, 2), said
