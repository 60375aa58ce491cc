"""Accuracy against generations: figures that are paired, as a table and as JSON."""

import json
from pathlib import Path

import numpy as np
import pytest

from moe_core.replay import __main__ as command
from moe_core.replay.seats import BEST, Played, points, table
from tests.moe_core.replay.files import recording, write

JOINT = "ours-joint"


def test_points_are_compared_with_three_seats_and_the_three_best() -> None:
    """By hand: two draws of four questions."""
    three, five, best = (JOINT, "3 seats"), (JOINT, "5 seats"), (BEST, "3 seats")

    def draw(*right: list[float]) -> dict[tuple[str, str], Played]:
        asked = ([3.0] * 4, [5.0, 5.0, 4.0, 4.0], [3.0] * 4)
        return {
            key: Played(np.array(of), np.array(seats))
            for key, of, seats in zip((three, five, best), right, asked, strict=True)
        }

    found = points(
        [
            draw([1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0]),
            draw([1, 1, 0, 0], [1, 1, 1, 1], [1, 0, 0, 0]),
        ]
    )
    assert [(of.method, of.seating) for of in found] == [three, five, best]
    assert found[1].right.value == 75 and found[1].asked == 4.5
    assert found[1].over_base.value == 37.5 and found[1].over_best.value == 62.5
    # Differences of the draws, 25 and 50: their variance 312.5, over two; of questions, 1/4 (1875
    # and 2500, the mean of both).
    assert found[1].over_base.error == pytest.approx((312.5 / 2 + (1875 + 2500) / 8) ** 0.5)
    assert found[0].over_base.value == found[0].over_base.error == 0
    lines = list(table(found))
    assert "over its 3" in lines[0] and "75.00 ± " in lines[2] and "+62.50 ± " in lines[2]


def call(monkeypatch: pytest.MonkeyPatch, folder: Path, *more: str) -> int:
    validation, test = recording(folder, "v", 0, 40), recording(folder, "t", 100, 16)
    for file in (validation[1], test[1]):  # a fourth model, which copies the first
        rows = [json.loads(line) for line in file.open()]
        copies = [row | {"model": "law/2"} for row in rows if row["model"] == "law/1"]
        write(file, [*rows, *copies])
    given = {
        "--validation-questions": validation[0],
        "--validation-responses": validation[1],
        "--questions": test[0],
        "--responses": test[1],
        "--json": folder / "out.json",
    }
    words = [str(word) for pair in given.items() for word in pair]
    monkeypatch.setattr("sys.argv", ["replay", *words, "--seats", "3", *more])
    return command.main()


def test_the_command_plays_several_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call(monkeypatch, tmp_path, "--methods", "ours-joint") == 0
    found = json.loads((tmp_path / "out.json").read_text())["seats"]
    assert [(of["method"], of["seating"], of["asked"]) for of in found[:4]] == [
        ("ours-joint", "1 seat", 1),
        ("ours-joint", "2 seats", 2),
        ("ours-joint", "3 seats", 3),
        ("ours-joint", "all 4", 4),
    ]
    ahead = found[4]
    assert ahead["seating"] == "until two ahead, 3 at most" and 2 <= ahead["asked"] <= 3
    assert found[0]["right"][0] == found[3]["right"][0] == 100
    assert (found[5]["method"], found[5]["seating"]) == ("task-top-k", "3 seats")


@pytest.mark.parametrize("method", ["single", "all-joint", "oracle"])
def test_what_has_no_k_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], method: str
) -> None:
    assert call(monkeypatch, tmp_path, "--methods", method) == 2
    assert f"{method} has no k" in capsys.readouterr().err
