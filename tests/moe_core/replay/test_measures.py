"""What is told beside accuracy: by hand on four questions."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from moe_core.replay.comparison import Comparison
from moe_core.replay.measures import measured, rounded
from moe_core.replay.playing import Played
from moe_core.replay.recording import Recording, read_recording
from moe_core.replay.splits import Mean
from tests.moe_core.replay.files import questions, responses, write


@pytest.fixture
def test_half(tmp_path: Path) -> Recording:
    """Law is right on the odd ones, maths on the even ones, weak on none."""
    asked = questions(0, 4)
    rows = responses(asked)
    for number, row in enumerate(rows):
        row["output"], row["pred"] = None, row["output"][-3]
        row["characters"] = 100 + number
    del rows[-1]["characters"]
    files = write(tmp_path / "q.jsonl", asked), write(tmp_path / "r.jsonl", rows)
    return read_recording(*files)


def test_seats_characters_and_the_oracle(test_half: Recording) -> None:
    right = np.array([0.0, 1, 0, 1])
    one, both, last = ([team] * 4 for team in (("law/1",), ("law/1", "maths/1"), ("weak/1",)))
    law = Played(one, ["A"] * 4, right, right, 0.1, one, True)
    two = Played(both, ["A"] * 4, right, right, 0.1, both, True)
    weak = Played(last, ["A"] * 4, 0 * right, 0 * right, 0.1, last, True)
    stopped = replace(two, asked=[*one[:2], *both[2:]])
    played = {"single": law, "two": two, "weak": weak, "stopped": stopped}
    found = measured([Comparison([*played, "oracle"], played, test_half)])
    assert (
        found["single"]["under oracle"].value == 50 and found["weak"]["under oracle"].value == 100
    )
    assert found["two"]["seats"] == Mean(2.0, 0.0) and found["single"]["seats"].value == 1
    # Law's are 100, 103, 106, 109; maths' one more each.
    assert found["single"]["characters"].value == 104.5
    assert found["two"]["characters"].value == 2 * 104.5 + 1
    assert "characters" not in found["weak"]  # one is not known
    assert found["stopped"]["seats"].value == 1.5  # those that were asked
    assert "under oracle" not in found["oracle"] and found["oracle"]["right"].value == 100
    assert json.dumps(rounded(found["two"])["seats"]) == "[2.0, 0.0]"


def test_characters_of_outputs_and_of_columns(test_half: Recording, tmp_path: Path) -> None:
    assert test_half.characters[0].tolist() == [100, 101, 102]
    assert np.isnan(test_half.characters[3, 2])
    files = [tmp_path / "q.jsonl", write(tmp_path / "o.jsonl", responses(questions(0, 4)))]
    outputs = read_recording(*files)
    assert (outputs.characters == len("Let me think. The answer is (A).")).all()
