"""Several random splits of one recording: who is compared, on what, and how sure that is."""

import json
from pathlib import Path

import numpy as np
import pytest

from moe_core.errors import RecordingError
from moe_core.replay import __main__ as command
from moe_core.replay.recording import Recording, read_recording
from moe_core.replay.splits import drawn, summary, table, with_categories
from tests.moe_core.replay.files import questions, recording, responses, write


@pytest.fixture
def whole(tmp_path: Path) -> Recording:
    return read_recording(*recording(tmp_path, "all", 0, 30))


def test_every_question_is_in_one_half_of_each_split(whole: Recording) -> None:
    splits = list(drawn(whole, 10, 3))
    for validation, test in splits:
        assert len(validation.ids) == 10
        assert sorted([*validation.ids, *test.ids]) == sorted(whole.ids)
    assert len({tuple(validation.ids) for validation, _ in splits}) == 3
    assert [v.ids for v, _ in drawn(whole, 10, 3)] == [v.ids for v, _ in splits]


def test_all_questions_for_validation_leave_none(whole: Recording) -> None:
    with pytest.raises(RecordingError, match=r"30 validation questions leave none of 30"):
        list(drawn(whole, 30, 1))


@pytest.mark.parametrize(
    ("categories", "read"), [("all", (2, 2)), ("validation", (2, 1)), ("none", (1, 1))]
)
def test_whose_categories_are_read(
    whole: Recording, categories: str, read: tuple[int, int]
) -> None:
    halves = with_categories(categories, whole, whole)
    assert tuple(len({q.category for q in half.questions}) for half in halves) == read


def test_the_error_is_that_of_questions_and_of_draws() -> None:
    """By hand: two draws of four questions, 50 and 100 % right against 25 and 25 %."""
    draws = [
        {"ours": np.array([1.0, 0, 1, 0]), "single": np.array([1.0, 0, 0, 0])},
        {"ours": np.array([1.0, 1, 1, 1]), "single": np.array([0.0, 0, 0, 1])},
    ]
    found = summary(draws)
    assert found["ours"]["right"].value == 75 and found["ours"]["over single"].value == 50
    # Of questions (2500 / 4 + 0) / 2, of draws 1250 / 2.
    assert found["ours"]["right"].error == pytest.approx((312.5 + 625) ** 0.5)
    assert "over single" not in found["single"]
    lines = list(table(found))
    assert "over single" in lines[0] and "75.00 ± 30.62" in lines[1] and "+50.00 ±" in lines[1]


def call(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr("sys.argv", ["replay", *map(str, words)])
    return command.main()


def test_the_command_plays_scores_one_seat_several_splits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = questions(0, 60, False)
    told = [
        {"question_id": r["question_id"], "model": r["model"], "score": float(right)}
        for r, question in zip(responses(asked), [q for q in asked for _ in range(3)], strict=True)
        for right in [r["model"].startswith(question["category"])]
    ]
    files = [write(tmp_path / "q.jsonl", asked), write(tmp_path / "s.jsonl", told)]
    given = ("--questions", files[0], "--responses", files[1], "--json", tmp_path / "out.json")
    more = ("--splits", 2, "--validation", 30, "--methods", "single,ours,domain-top-k,oracle")
    assert call(monkeypatch, *given, *more, "--k", 1) == 0
    found = json.loads((tmp_path / "out.json").read_text())
    assert found["splits"] == 2 and found["methods"]["ours"]["right"][0] == 100
    assert found["methods"]["ours"]["over single"][0] > 30
    assert "2 times 30 of 60 questions" in capsys.readouterr().out
    assert call(monkeypatch, *given, *more[:4], "--methods", "ours", "--k", 2) == 2
    assert "scores cannot be voted on: give --k 1" in capsys.readouterr().err


@pytest.mark.parametrize("more", [(), ("--splits", 2, "--validation-questions", "q")])
def test_the_command_says_which_files_it_wants(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], more: tuple[object, ...]
) -> None:
    with pytest.raises(SystemExit):
        call(monkeypatch, "--questions", "q", "--responses", "r", "--json", "o", *more)
    assert "--splits" in capsys.readouterr().err
