"""The files of known benchmarks, with invented rows: recognised, or told by a mapping."""

import json
from random import Random
from typing import Any

import pytest

from tests.files.loading import as_csv, as_jsonl, load
from tests.files.parquets import as_parquet
from webapp.files.errors import FileRefused
from webapp.questions.columns import convention_of, described

Rows = list[dict[str, Any]]

WRITERS = pytest.mark.parametrize("write", [json.dumps, as_jsonl, as_csv, as_parquet])


@WRITERS
def test_mmlu_pro(write: Any) -> None:
    options = ["one", "two", "three"]
    rows: Rows = [
        {"question_id": 70, "question": "1+1?", "options": options, "answer": "B"},
        {"question_id": 71, "question": "1+2?", "options": options, "answer": ""},
        {"question_id": 72, "question": "1+0?", "options": options, "answer": "C"},
    ]
    places = (1, 2, 0)
    for row, place in zip(rows, places, strict=True):
        row |= {"answer_index": place, "cot_content": "", "category": "math", "src": "x"}
    loaded = load(write(rows))
    assert convention_of(loaded.columns) == "MMLU-Pro"
    assert loaded.unused == ["cot_content", "src"]
    assert [(row["key"], row["gold"], row["category"]) for row in loaded.rows] == [
        ("70", "B", "math"),
        ("71", "C", "math"),
    ]
    assert loaded.errors == [
        (3, "The answer means option C, but its index 0 option A: put one of them right.")
    ]


GPQA = {
    "Record ID": "rec01",
    "Question": " Which number\nis prime? ",
    "Pre-Revision Question": "Which?",
    "Correct Answer": "11\n",
    "Incorrect Answer 1": "9",
    "Incorrect Answer 2": " 12",
    "Incorrect Answer 3": "15",
    "Explanation": "9 = 3 * 3",
    "High-level domain": "Mathematics",
    "Canary String": "",
    **{f"Note {n}": "a, b\n" for n in range(50)},
}


@WRITERS
def test_gpqa(write: Any) -> None:
    rows = [{**GPQA, "Record ID": f"rec{n}"} for n in range(100)]
    loaded = load(write(rows))
    assert loaded.errors == []
    assert convention_of(loaded.columns) == "GPQA"
    assert loaded.columns == {
        "question": "Question",
        "correct": "Correct Answer",
        "incorrect": [f"Incorrect Answer {n}" for n in (1, 2, 3)],
        "id": "Record ID",
        "category": "High-level domain",
    }
    assert len(loaded.unused) == 53
    assert loaded.warnings == ["The options were shuffled with the seed 0."]
    for row in loaded.rows:
        assert row["text"] == "Which number\nis prime?"
        assert sorted(row["options"]) == ["11", "12", "15", "9"]
        order = [0, 1, 2, 3]
        Random(f"0/{row['key']}").shuffle(order)
        assert [row["options"].index("9"), row["options"].index("15")] == [
            order.index(1),
            order.index(3),
        ]
        assert row["gold"] == "ABCD"[order.index(0)]
    counts = [loaded.golds.count(letter) for letter in "ABCD"]
    assert sum(counts) == 100 and min(counts) > 10
    assert load(write(rows)).rows == loaded.rows


def test_an_incorrect_answer_that_is_the_correct_one_is_no_option() -> None:
    """Whoever chose it would be right, and graded as wrong."""
    loaded = load(as_csv([{**GPQA, "Incorrect Answer 2": " 11"}]))
    assert "1 question has the correct answer among the incorrect ones." in loaded.warnings
    (row,) = loaded.rows
    assert sorted(row["options"]) == ["11", "15", "9"]
    assert row["options"]["ABC".index(row["gold"])] == "11"


def test_gpqa_rows_with_fewer_answers() -> None:
    loaded = load(as_csv([{**GPQA, "Incorrect Answer 3": ""}, {**GPQA, "Correct Answer": " "}]))
    assert [len(row["options"]) for row in loaded.rows] == [3]
    assert loaded.errors == [(2, "The correct answer is empty.")]


@WRITERS
def test_aime(write: Any) -> None:
    rows = [
        {"ID": "2024-I-1", "Problem": "What is $1+1$?", "Solution": "Add.", "Answer": 2},
        {"ID": "2024-I-2", "Problem": "What is $1+2$?", "Solution": "Add.", "Answer": 3},
    ]
    loaded = load(write(rows))
    assert convention_of(loaded.columns) == "AIME"
    assert loaded.unused == ["Solution"]
    assert [(row["key"], row["gold"], row["options"]) for row in loaded.rows] == [
        ("2024-I-1", "2", []),
        ("2024-I-2", "3", []),
    ]
    as_text = [{**row, "Answer": f"0{row['Answer']}"} for row in rows]
    assert load(write(as_text)).golds == ["02", "03"]


@WRITERS
def test_medmcqa(write: Any) -> None:
    row = {"question": "Which is red?", "opa": "sky", "opb": "grass", "opc": "snow", "opd": "blood"}
    more = {"choice_type": "single", "exp": "It is.", "subject_name": "Colours", "topic_name": "x"}
    rows = [{"id": f"m{n}", **row, "cop": cop, **more} for n, cop in enumerate((3, 0, -1, None))]
    loaded = load(write(rows))
    assert loaded.errors == []
    assert convention_of(loaded.columns) == "MedMCQA"
    assert loaded.columns["options"] == ["opa", "opb", "opc", "opd"]
    assert loaded.unused == ["choice_type", "exp", "topic_name"]
    assert loaded.golds == ["D", "A", "", ""]
    assert {row["category"] for row in loaded.rows} == {"Colours"}
    assert loaded.warnings == ["2 questions have no gold answer: ungraded."]
    ((number, message),) = load(write([{**rows[0], "cop": 4}])).errors
    assert (number, message) == (1, "The answer's index '4' is no option: give 0 to 3.")


def test_mmlu() -> None:
    """A number is an index there, though the options may be numbers too."""
    row = {"question": "1+1?", "subject": "sums", "choices": ["1", "2", "3", "4"], "answer": 2}
    for write in (json.dumps, as_jsonl, as_parquet):
        loaded = load(write([row]))
        assert convention_of(loaded.columns) == "MMLU"
        assert loaded.golds == ["C"]
    (error,) = load(as_csv([{**row, "answer": 1}])).errors  # a CSV does not tell numbers from texts
    assert "may mean option" in error[1]
    assert load(as_csv([{**row, "answer": 1}]), {"answer_index": "answer"}).golds == ["B"]


@pytest.mark.parametrize(("label", "key"), [("ABCD", "C"), ("1234", "3")])
def test_arc(label: str, key: str) -> None:
    texts = ["sun", "moon", "star", "sea"]
    row = {"id": "x", "question": "?", "choices": {"text": texts, "label": list(label)}}
    for write in (json.dumps, as_jsonl, as_parquet):
        loaded = load(write([{**row, "answerKey": key}]))
        assert convention_of(loaded.columns) == "ARC"
        assert [(row["options"], row["gold"]) for row in loaded.rows] == [(texts, "C")]


@pytest.mark.parametrize(
    "names",
    [
        ["A", "B", "C", "D"],
        ["a", "b", "c", "d"],
        ["option_a", "option_b", "option_c", "option_d"],
        ["Option A", "Option B", "Option C", "Option D"],
        ["option1", "option2", "option3", "option4"],
        ["option_0", "option_1", "option_2", "option_3"],
        ["choice_a", "choice_b", "choice_c", "choice_d"],
    ],
)
def test_options_in_columns(names: list[str]) -> None:
    row = dict(zip(names, ["sun", "moon", "star", "sea"], strict=True))
    content = as_csv([{"question": "?", **row, "answer": "C"}, {"question": "?", **row}])
    loaded = load(content)
    assert loaded.columns["options"] == names
    assert loaded.golds == ["C", ""]


def test_rows_may_have_fewer_options_than_there_are_columns() -> None:
    loaded = load("question,A,B,C,answer\n1,x,y,,B\n2,x,,z,A\n3,,,,12\n4,x,,,A\n")
    assert [row["options"] for row in loaded.rows] == [["x", "y"], [], ["x"]]
    assert loaded.errors == [(2, "Option B is empty.")]
    assert loaded.warnings == ["1 question has only one option."]


@pytest.mark.parametrize(
    "options",
    [
        '["it\'s", "a \\"b\\"", "1, 2"]',
        "[\"it's\", 'a \"b\"', '1, 2']",
        "[\"it's\" 'a \"b\"' '1, 2']",
        "[\"it's\"\n 'a \"b\"'\n '1, 2']",
        "[ 'it\\'s' ,\"a \\\"b\\\"\", '1, 2' ]",
        '{"A": "it\'s", "B": "a \\"b\\"", "C": "1, 2"}',
    ],
)
def test_options_as_text(options: str) -> None:
    (row,) = load(as_csv([{"question": "?", "options": options, "answer": "c"}])).rows
    assert row["options"] == ["it's", 'a "b"', "1, 2"]
    assert row["gold"] == "C"


@pytest.mark.parametrize(
    "options", ["['a' 'b', 'c']", "['a''b']", "[a, b]", "['a'", "a, b", "[1 2, 3]", "['a', b'c']"]
)
def test_options_that_are_no_list(options: str) -> None:
    ((_, message),) = load(as_csv([{"question": "?", "options": options}])).errors
    assert message == 'The options are no JSON list, such as ["red", "blue"].'


ROW = {"id": "7", "stem": "?", "x": "red", "y": "blue", "key": 1, "answer": "z", "kind": "colours"}


def test_a_mapping_rules() -> None:
    mapping = {
        "question": "stem",
        "options": ["y", "x"],
        "answer_index": "key",
        "answer": None,
        "id": None,
        "category": "kind",
    }
    loaded = load(json.dumps([ROW]), mapping)
    (row,) = loaded.rows
    assert (row["key"], row["options"], row["gold"]) == ("1", ["blue", "red"], "B")
    assert loaded.unused == ["id", "answer"]
    told = described(loaded.format, loaded.columns, loaded.unused)
    assert told == (
        "JSON: question from “stem”, answer_index from “key”, options from “y” + “x”,"
        " category from “kind”; not used: 'id', 'answer'"
    )


def test_a_mapping_of_correct_and_incorrect_answers() -> None:
    content = json.dumps([ROW, {**ROW, "id": "8"}])
    loaded = load(content, {"question": "stem", "correct": "x", "incorrect": ["y", "kind"]})
    assert "answer" not in loaded.columns
    for row in loaded.rows:
        assert sorted(row["options"]) == ["blue", "colours", "red"]
        assert row["options"]["ABC".index(row["gold"])] == "red"


def test_an_index_of_options_in_the_text() -> None:
    row = {**ROW, "stem": "Which? The options are: (A) red (B) blue"}
    mapping = {"question": "stem", "answer_index": "key", "answer": None}
    assert load(json.dumps([row]), mapping).golds == ["B"]


def test_a_mapping_to_one_of_two_columns_of_a_name() -> None:
    content = "question,Question,answer\na,b,c"
    assert load(content, {"question": "Question"}).rows[0]["text"] == "b"


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"questions": "stem"}, "names 'questions': known are question, answer, "),
        ({"question": "text"}, "'text', which the file has not. The columns are: 'id', 'stem'"),
        ({"question": "stem", "answer": "stem"}, "'stem' twice: one column has one meaning"),
        ({"question": None}, "leaves out the question"),
        ({"question": ["stem"]}, "The mapping of question is no column's name"),
        ({"question": "stem", "options": []}, "options is no list of columns' names"),
        ({"question": "stem", "options": [1]}, "options is no list of columns' names"),
        ({"question": "stem", "options": ["x"]}, "lists one column"),
        ({"question": "stem", "options": 1}, "no column's name, or a list of columns"),
        ({"question": "stem", "correct": "x"}, "belong together: map both"),
        (
            {"question": "stem", "correct": "x", "incorrect": ["y"], "answer": "key"},
            "has both correct and incorrect answers, and options or an answer",
        ),
    ],
)
def test_mappings_that_cannot_be(mapping: dict[str, Any], message: str) -> None:
    with pytest.raises(FileRefused, match=message) as caught:
        load(json.dumps([ROW]), mapping)
    assert caught.value.field == "mapping"


def test_indices_that_count_from_1_are_not_shifted() -> None:
    options = {"opa": "a", "opb": "b", "opc": "c", "opd": "d"}
    rows = [{"question": f"Which? {cop}", **options, "cop": cop} for cop in (1, 2, 4)]
    with pytest.raises(FileRefused, match="seem to count from 1"):
        load(json.dumps(rows))
    rows.append({"question": "Which?", **options, "cop": 0})
    assert [row for row, _ in load(json.dumps(rows)).errors] == [3]
