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
