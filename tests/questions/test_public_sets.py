"""Files of public sets, with invented rows: each is read as whoever made the set means it.

public_sets.json has, for each set, what its file holds, as what it is written, and what its
questions are stored as: text, options, gold.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.files.loading import as_csv, as_jsonl, load
from tests.files.parquets import as_parquet
from webapp.files.errors import FileRefused

SETS = json.loads(Path(__file__).with_name("public_sets.json").read_text())
WRITERS: dict[str, Callable[[Any], str | bytes]] = {
    "csv": as_csv,
    "json": json.dumps,
    "jsonl": as_jsonl,
    "parquet": as_parquet,
    "text": str,
}
ASKED = {"question": "Which has grass?"}


@pytest.mark.parametrize("made", SETS.values(), ids=list(SETS))
def test_public_sets(made: dict[str, Any]) -> None:
    loaded = load(WRITERS[made["as"]](made["file"]))
    assert loaded.errors == []
    stored = [[row["text"], row["options"], row["gold"]] for row in loaded.rows]
    assert stored == made["stored"]
    assert not loaded.told["parts"]


WORDS = ("correct", "gold", "final_answer", "correct_answer", "groundtruth", "ideal", "reference")
SPACED = ("Ground Truth", "expected-output", "Correct Option", "Expected Output")


@pytest.mark.parametrize("word", [*WORDS, *SPACED])
def test_what_gold_answers_are_called(word: str) -> None:
    assert load(json.dumps([{"question": "6 * 7?", word: "42"}])).golds == ["42"]
    chosen = {"question": "6 * 7?", "options": ["41", "42"], word: "B"}
    assert load(json.dumps([chosen])).golds == ["B"]


def test_sets_with_incorrect_answers_are_shuffled() -> None:
    sciq = {**ASKED, "distractor1": "red", "distractor2": "blue", "correct_answer": "green"}
    truthful = {
        "Question": ASKED["question"],
        "Best Answer": "green",
        "Incorrect Answers": "red; blue",
    }
    targets = {**ASKED, "mc1_targets": {"choices": ["green", "red", "blue"], "labels": [1, 0, 0]}}
    for row in (sciq, truthful, targets):
        loaded = load(json.dumps([row]))
        (stored,) = loaded.rows
        assert sorted(stored["options"]) == ["blue", "green", "red"]
        assert stored["options"]["ABC".index(stored["gold"])] == "green"
        assert loaded.told["shuffled"]
        assert "The options were shuffled with the seed 0." in loaded.warnings


def test_lists_inside_the_object_that_holds_all() -> None:
    rows = {"dev": [{"question": "1?", "answer": "a"}], "test": [{"question": "2?", "answer": "b"}]}
    content = json.dumps({"version": "1.0", "data": rows})
    with pytest.raises(FileRefused, match="several lists of rows: 'dev'") as caught:
        load(content)
    assert caught.value.asks == {"rows": ["dev", "test"]}
    assert load(content, {"rows": "test"}).golds == ["b"]
    for other in (content, json.dumps(rows["dev"]), '{"question": "1?"}'):
        with pytest.raises(FileRefused, match="names the rows 'train', and the file has no such"):
            load(other, {"rows": "train"})


def test_a_column_that_may_hold_the_answer_is_named() -> None:
    loaded = load(json.dumps([{"question": "6 * 7?", "my_truth": "42", "note": "x"}]))
    assert loaded.warnings[0] == "No column was taken for the answer. Is it 'my_truth'?"


def test_parts_of_the_question_that_would_be_left_out() -> None:
    nested = {"stem": "Which?", "image": "a.png", "choices": ["red", "blue"]}
    assert load(json.dumps([{"question": nested, "answer": "A"}])).told["parts"] == [
        "question.image"
    ]
    rows = [{**ASKED, "answer": "x", "image": None, "image_id": "7", "support": "It is."}]
    loaded = load(json.dumps(rows))
    assert loaded.told["parts"] == ["support"]  # an empty one, or its number, is no part
    assert load(json.dumps(rows), {"ignored": ["support"]}).told["parts"] == []


def test_a_header_that_cannot_be_told() -> None:
    content = "Capital of France?,geo,Paris\nCapital of Italy?,geo,Rome\n"
    with pytest.raises(FileRefused, match="no header, and what its columns hold cannot be told"):
        load(content)
    mapping = {"question": "column 1", "answer": "column 3", "category": "column 2"}
    assert load(content, mapping).golds == ["Paris", "Rome"]
    told = load("Is it so?,Which is it?\na,b\n", {"header": True, "question": "Is it so?"})
    assert [row["text"] for row in told.rows] == ["a"]
    assert len(load("a,b\nc,d\n", {"header": False, "question": "column 1"}).rows) == 2
