"""The command as a researcher calls it, on small recordings; every error says what to do."""

import json
from pathlib import Path
from typing import Any

import pytest

from moe_core.replay import __main__ as command
from tests.moe_core.replay.files import MODELS, questions, recording, responses, write

METHODS = (
    *("single", "random", "task-top-k", "paper", "paper-weighted", "paper-top-k", "majority-all"),
    *("ours", "oracle"),
)


class Replay:
    """Calls the command in a folder."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._monkeypatch = folder, monkeypatch
        self.validation = recording(folder, "validation", 0, 40)
        self.test = recording(folder, "test", 100, 20)

    def __call__(self, *more: str) -> int:
        files = {
            "--validation-questions": self.validation[0],
            "--validation-responses": self.validation[1],
            "--questions": self.test[0],
            "--responses": self.test[1],
            "--json": self.folder / "out.json",
            "--answers": self.folder / "answers.jsonl",
        }
        words = [str(word) for pair in files.items() for word in pair]
        given = ["replay", *words, "--bootstrap", "50", "--k", "1", *more]
        self._monkeypatch.setattr("sys.argv", given)
        return command.main()

    @property
    def figures(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "out.json").read_text())
        return found

    @property
    def answers(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "answers.jsonl").open()]


@pytest.fixture
def replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Replay:
    return Replay(tmp_path, monkeypatch)


def test_every_method_has_its_figures(replay: Replay) -> None:
    assert replay() == 0
    found = replay.figures
    assert (found["questions"], found["experts"], found["k"]) == (20, 3, 1)
    assert tuple(found["methods"]) == METHODS
    for of in found["methods"].values():
        low, high = of["ci95"]
        assert 0 <= low <= of["accuracy"] <= high <= 100
        assert of["seconds"] >= 0 and 1 <= of["distinct_experts"] <= 3
    accuracy = {name: of["accuracy"] for name, of in found["methods"].items()}
    # Each subject has its expert: whoever recruits by the question is always right.
    assert accuracy["ours"] == accuracy["paper-top-k"] == accuracy["oracle"] == 100
    assert accuracy["single"] == accuracy["task-top-k"] == 50
    against = found["methods"]["ours"]["vs_task_top_k"]
    assert against["difference"] == 50 and against["gained"] == 10 and against["lost"] == 0
    assert found["methods"]["ours"]["oracle_gap_closed"] == 100


def test_answers_name_seats_and_answer_of_each_question_and_method(replay: Replay) -> None:
    replay("--methods", "ours,paper,majority-all,oracle")
    lines = replay.answers
    assert len(lines) == 3 * 20  # the oracle seats nobody
    assert {line["method"] for line in lines} == {"ours", "paper", "majority-all"}
    assert lines[0].keys() == {"question_id", "method", "seats", "answer"}
    assert lines[0]["question_id"] == 100
    for line in lines:
        assert len(line["seats"]) == (3 if line["method"] == "majority-all" else 1)
        assert set(line["seats"]) <= set(MODELS)


def test_a_test_without_answers_is_answered_and_not_graded(replay: Replay, tmp_path: Path) -> None:
    replay("--methods", "ours,task-top-k,oracle")
    graded = replay.answers
    replay.test = recording(tmp_path, "unknown", 100, 20, answers=False)
    assert replay("--methods", "ours,task-top-k,oracle") == 0
    assert replay.answers == graded
    assert replay.figures["graded"] == 0
    assert replay.figures["methods"]["ours"]["accuracy"] is None


def test_pred_is_taken_where_the_output_is_missing(replay: Replay, tmp_path: Path) -> None:
    replay("--methods", "ours")
    by_output = replay.answers
    asked = questions(100, 20)
    rows = [row | {"pred": row["output"][-3], "output": None} for row in responses(asked)]
    replay.test[1] = write(tmp_path / "pred.jsonl", rows)
    assert replay("--methods", "ours") == 0
    assert replay.answers == by_output
    without = [{name: row[name] for name in ("question_id", "model", "pred")} for row in rows]
    replay.test[1] = write(tmp_path / "no-column.jsonl", without)
    assert replay("--methods", "ours") == 0
    assert replay.answers == by_output


def test_a_pred_that_is_no_letter_of_the_question_is_no_answer(
    replay: Replay, tmp_path: Path
) -> None:
    rows = [row | {"pred": "Z", "output": None} for row in responses(questions(100, 20))]
    replay.test[1] = write(tmp_path / "pred.jsonl", rows)
    assert replay("--methods", "ours,majority-all") == 0
    assert {line["answer"] for line in replay.answers} == {None}


def test_an_absent_response_casts_no_vote_and_is_counted(replay: Replay, tmp_path: Path) -> None:
    rows = [
        r
        for r in responses(questions(100, 20))
        if (r["question_id"], r["model"][:3]) != (101, "law")
    ]
    replay.test[1] = write(tmp_path / "gap.jsonl", rows)
    assert replay("--methods", "ours,majority-all") == 0
    assert replay.figures["missing_responses"] == {"validation": 0, "test": 1}
    of_ours = {line["question_id"]: line for line in replay.answers if line["method"] == "ours"}
    assert of_ours[101]["seats"] == ["law/1"] and of_ours[101]["answer"] is None


def test_models_without_validation_responses_are_left_out(replay: Replay, tmp_path: Path) -> None:
    rows = responses(questions(100, 20))
    strange = {"question_id": 100, "model": "new/1", "output": "The answer is (A)."}
    replay.test[1] = write(tmp_path / "more.jsonl", [*rows, strange])
    assert replay("--methods", "ours") == 0
    assert replay.figures["ignored_models"] == ["new/1"] and replay.figures["experts"] == 3


@pytest.mark.parametrize("k", ["2", "3", "7"])
def test_any_k(replay: Replay, k: str) -> None:
    assert replay("--k", k, "--trim") == 0
    for line in replay.answers:
        if line["method"] in ("ours", "paper", "random", "task-top-k"):
            assert len(line["seats"]) == int(k)


def change(rows: list[dict[str, Any]], row: int, **values: Any) -> list[dict[str, Any]]:
    return [old | values if place == row else old for place, old in enumerate(rows)]


VALID = responses(questions(100, 20))
ASKED = questions(100, 20)


@pytest.mark.parametrize(
    ("which", "rows", "said"),
    [
        (1, [*VALID, VALID[0]], "has answered question 100 before"),
        (1, change(VALID, 3, question_id=9999), "1 responses to 1 questions that"),
        (1, responses(questions(500, 5)), "none of the 5 question ids"),
        (1, change(VALID, 0, model=None), "the model is missing"),
        (1, change(VALID, 0, output=5), "the output is no text"),
        (1, change(VALID, 0, question_id=float("nan")), "the question_id is missing"),
        (0, [*ASKED, ASKED[0]], "there is a question 100 already"),
        (0, change(ASKED, 2, answer="Z"), "is none of the letters of its 4 options"),
        (0, change(ASKED, 2, options="A or B"), "the options are no JSON list"),
        (0, change(ASKED, 2, question=" "), "the question is missing"),
        (0, [], "holds no questions"),
    ],
)
def test_bad_rows_are_refused(
    replay: Replay,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    which: int,
    rows: list[dict[str, Any]],
    said: str,
) -> None:
    replay.test[which] = write(tmp_path / "bad.jsonl", rows)
    assert replay() == 2
    printed = capsys.readouterr().err
    assert said in printed and "bad.jsonl" in printed
    assert not (tmp_path / "out.json").exists()


def test_an_unknown_method_is_refused(replay: Replay, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay("--methods", "ours,magic") == 2
    assert "unknown method 'magic'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.txt", "", "give a file that ends in one of"),
        ("x.jsonl", "{broken", "line 1"),
        ("x.jsonl", "5\n", "not an object"),
        ("x.json", "{}", "not a list"),
        ("x.parquet", "no parquet", "x.parquet"),
        ("x.csv", "question_id,question\n1,\n", "the question is missing"),
    ],
)
def test_files_that_cannot_be_read(
    replay: Replay,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    text: str,
    said: str,
) -> None:
    replay.test[0] = tmp_path / name
    replay.test[0].write_text(text)
    assert replay() == 2
    assert said in capsys.readouterr().err


def test_models_of_two_pools_do_not_meet(
    replay: Replay, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row | {"model": "x" + row["model"]} for row in VALID]
    replay.test[1] = write(tmp_path / "others.jsonl", rows)
    assert replay() == 2
    assert "no model has responses to both" in capsys.readouterr().err
