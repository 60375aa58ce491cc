"""Which option a gold answer means."""

import json

import pytest

from tests.files.loading import load
from webapp.files.errors import FileRefused

COLOURS = ["red", "green", "blue"]


def test_missing_answers_are_ungraded() -> None:
    loaded = load(
        '{"question": "a"}\n{"question": "b", "answer": null}\n'
        '{"question": "c", "answer": NaN}\n{"question": "d", "answer": " "}'
    )
    assert loaded.golds == ["", "", "", ""]
    assert loaded.warnings == ["4 questions have no gold answer: ungraded."]


def test_gold_answers_that_are_too_costly_to_compare_are_told() -> None:
    loaded = load(
        '{"question": "a", "answer": "2E99999999"}\n{"question": "b", "answer": "14"}\n'
        '{"question": "c", "choices": ["9^{99999999}", "2"], "answer": "A"}'
    )
    assert loaded.golds == ["2E99999999", "14", "A"]
    assert loaded.warnings == [
        "1 question has a gold answer that is too costly to compare:"
        " only an answer that is spelled like it will count as correct."
    ]


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        *(("B", "B"), ("b", "B"), ("(B)", "B"), ("B.", "B"), ("Green", "B"), (" green ", "B")),
        *((1, "B"), ("1", "B"), (0, "A"), (1.0, "B")),
    ],
)
def test_gold_as_letter_text_or_index(answer: object, letter: str) -> None:
    row = {"question": "?", "choices": COLOURS, "answer": answer}
    assert load(json.dumps([row])).golds == [letter]


@pytest.mark.parametrize("options", [[1, 2, 3], ["1", "2", "3"]])
def test_an_answer_with_two_meanings_is_not_guessed(options: list[object]) -> None:
    content = json.dumps([{"question": "How many?", "options": options, "answer": 1}])
    ((_, message),) = load(content).errors
    assert "may mean option A or B" in message and "answer_index" in message
    assert load(content, {"answer_index": "answer"}).golds == ["B"]


BLOOD = ["O", "A", "B", "AB"]


def test_a_letter_that_is_another_options_text_is_read_as_the_others_are() -> None:
    rows = [{"options": BLOOD, "answer": "A"}, {"options": ["x", "y"], "answer": "(b)"}]
    lettered = load(json.dumps([{"question": "Which?", **row} for row in rows]))
    assert lettered.golds == ["A", "B"]
    assert "read as letters, like all others: 1." in " ".join(lettered.warnings)
    rows[1]["answer"] = "y"
    content = json.dumps([{"question": "Which?", **row} for row in rows])
    with pytest.raises(FileRefused, match=r"text of another: 1\. .*answer_index"):
        load(content)
    rows[1]["answer"] = "B"
    content = json.dumps([{"question": "Which?", **row} for row in rows])
    assert load(content, {"answer_index": "answer"}).golds == ["A", "B"]


def test_an_index_settles_what_a_letter_means() -> None:
    rows = [{"question": "Which?", "options": BLOOD, "answer": "A", "answer_index": 1}]
    loaded = load(json.dumps(rows))
    assert loaded.golds == ["B"] and loaded.warnings == []


@pytest.mark.parametrize(
    ("options", "answer", "gold"),
    [
        ({"B": "x", "A": "y"}, "a", "B"),
        ({"B": "x", "A": "y"}, "(A)", "B"),
        ({"A": "x", "C": "y", "D": "z"}, "C.", "B"),
        ({"1": "x", "2": "y", "3": "z"}, "2", "B"),
        ({"1": "x", "2": "y", "3": "z"}, "z", "C"),
    ],
)
def test_labels_name_options(options: dict[str, str], answer: str, gold: str) -> None:
    row = {"question": "Which?", "options": options, "answer": answer}
    assert load(json.dumps([row])).golds == [gold]


def test_a_letter_is_no_label_of_numbered_options() -> None:
    row = {"question": "Which?", "options": {"1": "x", "2": "y"}, "answer": "A"}
    ((_, message),) = load(json.dumps([row])).errors
    assert "'A' is no option" in message


def test_options_in_columns_numbered_from_1_leave_a_doubt() -> None:
    content = "question,option1,option2,answer\n?,red,blue,{}"
    assert load(content.format("blue")).golds == ["B"]
    ((_, message),) = load(content.format(1)).errors
    assert "may mean option A or B" in message


def test_indices_that_count_from_1_are_not_shifted() -> None:
    options = {"opa": "a", "opb": "b", "opc": "c", "opd": "d"}
    rows = [{"question": f"Which? {cop}", **options, "cop": cop} for cop in (1, 2, 4)]
    with pytest.raises(FileRefused, match="seem to count from 1"):
        load(json.dumps(rows))
    rows.append({"question": "Which?", **options, "cop": 0})
    assert [row for row, _ in load(json.dumps(rows)).errors] == [3]
