"""Logs as their projects write them: which part of a response lies where.

The rows are made up in the layouts that the projects' own readers or documentation give
(`Shape.source`). Read in this process, as the child reads them.
"""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.files.loading import LIMITS
from webapp.files.child import convert
from webapp.files.errors import FileRefused
from webapp.recorded.shapes import SHAPES, paths_of, shape_of

Row = dict[str, Any]
READER = "webapp.recorded.reader:ResponseReader"

LM_EVAL = {
    "doc_id": 7,
    "doc": {"question": "9*2?", "answer": "18"},
    "target": "18",
    "arguments": {"gen_args_0": {"arg_0": "Question: 9*2?"}},
    "resps": [["It is 18.", "It is 19."]],
    "filtered_resps": ["18"],
    "filter": "strict-match",
    "exact_match": 1.0,
}
LIKELIHOODS = {
    "doc_id": 0,
    "doc": {"question": "Which is red?", "choices": ["grass", "blood"], "answer": 1},
    "target": 1,
    "arguments": {
        "gen_args_0": {"arg_0": "Which is red?", "arg_1": " grass"},
        "gen_args_1": {"arg_0": "Which is red?", "arg_1": " blood"},
    },
    "resps": [[["-3.5", "False"]], [["-0.25", "True"]]],
    "filtered_resps": [["-3.5", "False"], ["-0.25", "True"]],
}
INSPECT = {
    "id": 3, "epoch": 1, "input": "9*2?", "target": "18", "model": "org/a", "output": "It is 18.",
}  # fmt: skip
MMLU_PRO = {
    "question_id": 70,
    "question": "Which is red?",
    "options": ["grass", "blood"],
    "answer": "B",
    "answer_index": 1,
    "category": "colours",
    "pred": "B",
    "model_outputs": "The answer is (B).",
}
CACHED = {
    "global_index": "Sums_12",
    "question": "9*2?",
    "llm_selected": "org/a",
    "generated_answer": "It is 18.",
    "token_usage": {"input_tokens": 3},
    "success": True,
    "evaluation_result": {"ground_truth": "18", "score": 1.0},
}
PREDICTED = {
    "global index": "Sums_12",
    "prompt": "9*2?",
    "prediction": "org/a",
    "generated_result": {"generated_answer": "It is 18.", "success": True, "token_usage": {}},
}
ROUTER_BENCH = {
    "index": 1,
    "origin_query": "9*2?",
    "prompt": "Question: 9*2?",
    "prediction": "18",
    "ground_truth": "18",
    "score": 1.0,
    "raw_output": "It is 18.",
}
ZERO_EVAL = {
    "session_id": "gsm/test-#4",
    "chat_history": ["…"],
    "output": ["It is 18."],
    "generator": "org/a",
    "question": "9*2?",
    "answer": "18",
}
M = {"model_name": "org/m"}

# Row, mapping → shape; id, text, responses.
ROWS: list[tuple[str, Row, Row, tuple[str, str, list[list[Any]]]]] = [
    ("lm-evaluation-harness samples", LM_EVAL, M,
     ("7", "9*2?", [["org/m", 0, "It is 18."], ["org/m", 1, "It is 19."]])),
    ("lm-evaluation-harness samples", LIKELIHOODS, M,
     ("0", "Which is red?", [["org/m", 0, "blood"]])),
    ("Inspect log", INSPECT, {}, ("3", "9*2?", [["org/a", 0, "It is 18."]])),
    ("MMLU-Pro eval_results", MMLU_PRO, M,
     ("70", "Which is red?", [["org/m", 0, "The answer is (B)."]])),
    ("RouterArena cached results", CACHED, {}, ("Sums_12", "9*2?", [["org/a", 0, "It is 18."]])),
    ("RouterArena predictions", PREDICTED, {}, ("Sums_12", "9*2?", [["org/a", 0, "It is 18."]])),
    ("LLMRouterBench records", ROUTER_BENCH, M, ("1", "9*2?", [["org/m", 0, "It is 18."]])),
    ("ZeroEval results", ZERO_EVAL, {}, ("gsm/test-#4", "9*2?", [["org/a", 0, "It is 18."]])),
    ("a column for each model", {"prompt": "9*2?", "a": "18", "b": "no", "gold": "18"}, {},
     ("9*2?", "9*2?", [["a", 0, "18"], ["b", 0, "no"]])),
    ("columns", {"uid": "q", "text": "It is 18."}, M | {"id": "uid", "output": "text"},
     ("q", "", [["org/m", 0, "It is 18."]])),
    ("columns", {"id": "q", "x": {"y": "18"}, "z": "a"}, {"output": "x.y", "model": "z"},
     ("q", "", [["a", 0, "18"]])),
    ("columns", {"id": "q", "a": "18", "b": "19"}, {"output": ["a", "b"]},
     ("q", "", [["a", 0, "18"], ["b", 0, "19"]])),
    ("columns", {"id": "q", "model": "a", "output": [{"role": "assistant", "content": "18"}]}, {},
     ("q", "", [["a", 0, "18"]])),
]  # fmt: skip


def read(
    rows: list[Row], mapping: Row, folder: Path, *, questions: bool = False
) -> tuple[Row, list[Row]]:
    """The report on a file with these rows, and what was kept of them."""
    file = folder / "log.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    kept, problems = io.StringIO(), io.StringIO()
    settings = {"mapping": mapping, "questions": questions}
    report = convert(file, kept, problems, READER, settings, LIMITS)
    return report, [json.loads(line) for line in kept.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("name", "row", "mapping", "expected"), ROWS, ids=[f"{n} {k}" for k, (n, *_) in enumerate(ROWS)]
)
def test_a_row_of_each_log(
    tmp_path: Path, name: str, row: Row, mapping: Row, expected: tuple[str, str, list[list[Any]]]
) -> None:
    assert shape_of(list(row), mapping).name == name
    report, [kept] = read([row], mapping, tmp_path)
    assert (kept["id"], kept["text"], kept["responses"]) == expected
    assert not report["bad_rows"]


def test_what_is_known_of_a_file_that_lacks_a_part_is_told() -> None:
    names = list(LM_EVAL)
    with pytest.raises(FileRefused, match="does not name its model"):
        shape_of(names, {})
    assert paths_of(names, {})["output"] == ["resps"]
    assert paths_of(names, {"id": "no such"}) == {}


def test_every_shape_has_a_row_and_a_source() -> None:
    assert {shape.name for shape in SHAPES} <= {name for name, *_ in ROWS}
    assert all(shape.source for shape in SHAPES)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (LM_EVAL, {"id": "7", "question": "9*2?", "answer": "18"}),
        (MMLU_PRO, {"id": "70", "question": "Which is red?", "options": ["grass", "blood"],
                    "answer": "B", "category": "colours"}),
        (CACHED, {"id": "Sums_12", "question": "9*2?", "answer": "18"}),
        (ROUTER_BENCH, {"id": "1", "question": "9*2?", "answer": "18"}),
    ],
)  # fmt: skip
def test_a_log_brings_its_questions(tmp_path: Path, row: Row, expected: Row) -> None:
    _, [kept] = read([row], M, tmp_path, questions=True)
    assert kept["question"] == expected


def test_another_filter_is_the_same_response_again(tmp_path: Path) -> None:
    report, kept = read([LM_EVAL, LM_EVAL | {"filter": "flexible-extract"}], M, tmp_path)
    assert [len(row["responses"]) for row in kept] == [2, 0]
    assert any("another filter" in warning for warning in report["warnings"])


def test_epochs_are_samples(tmp_path: Path) -> None:
    _, kept = read([INSPECT, INSPECT | {"epoch": 2, "output": "19"}], {}, tmp_path)
    assert [row["responses"] for row in kept] == [[["org/a", 0, "It is 18."]], [["org/a", 1, "19"]]]


def test_samples_that_a_column_numbers(tmp_path: Path) -> None:
    rows = [{"id": "q", "model": "a", "n": n, "output": str(n)} for n in (1, 2)]
    report, _ = read(rows, {}, tmp_path)
    assert "If these are samples" in report["errors"][0][1]
    _, kept = read(rows, {"sample": "n"}, tmp_path)
    assert [row["responses"][0][1:] for row in kept] == [[0, "1"], [1, "2"]]


@pytest.mark.parametrize(
    ("row", "mapping", "message"),
    [
        ({"question_id": 1, "model": "a", "score": 1}, {}, "scores alone cannot be played back"),
        ({"id": 1, "output": "a"}, {}, "does not name its model"),
        ({"model": "a", "output": "a"}, {}, "No column holds the question_id"),
        ({"id": 1, "model": "a", "output": None}, {}, "All outputs are empty"),
        ({"id": 1, "model": "a", "output": "a"}, {"output": "b"}, "has no such column"),
        ({"id": 1, "model": "a", "output": "a"}, {"answer": "a"}, "known are id, question"),
        ({"id": 1, "model": "a", "output": "a"}, {"keep": 0}, "no number from 1"),
        ({"id": 1, "model": "a", "output": "a"}, {"output": None}, "leaves out the output"),
        ({"id": 1, "model": "a", "output": "a"}, {"model_name": 3}, "no name of up to 100"),
        ({"id": 1, "model": "a", "output": "a"}, {"output": [1]}, "no list of columns"),
        ({"id": 1, "model": "a", "output": "a"}, {"id": 1}, "no column's name"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, row: Row, mapping: Row, message: str) -> None:
    with pytest.raises(FileRefused, match=message):
        read([row], mapping, tmp_path)


def test_some_empty_outputs_are_told(tmp_path: Path) -> None:
    rows = [{"id": n, "model": "a", "output": output} for n, output in enumerate(("x", None))]
    report, _ = read(rows, {}, tmp_path)
    assert "1 of 2 outputs are empty." in report["warnings"]


@pytest.mark.parametrize("output", [{"a": 1}, [["a"], ["b"]], [[["-1", "True"]]]])
def test_an_output_that_cannot_be_told(tmp_path: Path, output: Any) -> None:
    report, kept = read([{"id": "q", "model": "a", "output": output}], {}, tmp_path)
    assert (report["bad_rows"], kept) == (1, [])
