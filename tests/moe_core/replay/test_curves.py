"""Accuracy against cost: hulls and their mean heights by hand, and what estimates make of it."""

from pathlib import Path

import numpy as np
import pytest

from moe_core.replay.curves import ZERO, Curve, curves, hull, mean_height, spent
from moe_core.replay.prepared import prepare
from moe_core.replay.recording import read_recording
from tests.moe_core.replay.files import questions, responses, write


def test_the_hull_rises_and_leaves_out_what_mixing_beats() -> None:
    cost = np.array([1.0, 2.0, 3.0, 4.0, 3.0, 1.0])
    quality = np.array([10.0, 12.0, 30.0, 25.0, 20.0, 4.0])
    # At 2 mixing 1 and 3 gives 20; 4 is dearer than 3 and worse.
    assert hull(cost, quality) == [(1.0, 10.0), (3.0, 30.0)]


def test_the_mean_height_by_hand() -> None:
    cost, quality = np.array([1.0, 3.0]), np.array([10.0, 30.0])
    assert mean_height(cost, quality, 1, 3) == 20  # a slope
    assert mean_height(cost, quality, 1, 5) == 25  # level from 3 on
    assert mean_height(cost, quality, 2, 3) == 25
    assert mean_height(np.array([2.0]), np.array([7.0]), 1, 3) == 7


def test_aiq_is_over_mixing_where_cheap_answers_are_told_from_dear_ones() -> None:
    """Two experts, of 1 and 3 characters: the dear one is right always, the cheap one in half."""
    written, right = np.array([[1.0] * 4, [3.0] * 4]), np.array([[1.0, 1, 0, 0], [1, 1, 1, 1]])
    told = Curve(
        np.array([[1.0] * 4, [1, 1, 3, 3], [3.0] * 4]), np.array([right[0], right[1], right[1]])
    )
    found = spent({ZERO: Curve(written, right), "told": told}, 50)
    assert found[ZERO]["AIQ"].value == 75 and "over mixed" not in found[ZERO]
    # From half at 1 to all at 2, then level: (75 + 100) / 2.
    assert found["told"]["AIQ"].value == pytest.approx(87.5)
    assert found["told"]["over mixed"].value == pytest.approx(12.5)
    assert found["told"]["over mixed"].error > 0


def test_curves_of_a_recording(tmp_path: Path) -> None:
    halves = []
    for name, start in (("validation", 0), ("test", 100)):
        asked = questions(start, 40)
        files = (
            write(tmp_path / f"{name}.jsonl", asked),
            write(tmp_path / f"{name}-r.jsonl", responses(asked)),
        )
        halves.append(read_recording(*files))

    def embed(texts: object) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        rows = [[1.0, 0.0] if "court" in text else [0.0, 1.0] for text in texts]  # type: ignore[attr-defined]
        return np.array(rows, dtype=np.float32)

    validation, test = halves
    found = curves(prepare(validation, test, embed), validation, test)
    assert found[ZERO].cost.shape == (3, 40)
    # Each subject has its expert, and all write as much: accuracy alone counts.
    assert found["knn"].right[0].mean() == found["ours"].right[0].mean() == 1
    scored = [r | {"score": 1.0} for r in responses(questions(100, 40))]
    unknown = read_recording(tmp_path / "test.jsonl", write(tmp_path / "s.jsonl", scored))
    assert curves(prepare(validation, unknown, embed), validation, unknown) == {}
