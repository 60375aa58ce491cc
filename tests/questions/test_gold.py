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
        (0, "A"),
    ],
)
def test_gold_as_letter_text_or_index(answer: object, letter: str) -> None:
    row = {"question": "?", "choices": COLOURS, "answer": answer}
    assert load(json.dumps([row])).golds == [letter]


@pytest.mark.parametrize("answer", [1, "1", 1.0, 2])
def test_numbers_that_may_count_from_0_or_from_1_are_asked_for(answer: object) -> None:
    content = json.dumps([{"question": "?", "choices": COLOURS, "answer": answer}])
    with pytest.raises(FileRefused, match="count from 0 or from 1") as caught:
        load(content)
    assert caught.value.asks == {"written": ["index from 0", "index from 1"]}
    assert caught.value.names and caught.value.field == "mapping"
    place = int(float(str(answer)))
    for first in (0, 1):
        told = load(content, {"written": f"index from {first}"})
        assert told.golds == ["ABC"[place - first]]


@pytest.mark.parametrize(
    ("answers", "golds"),
    [
        ([0, 1], ["A", "B"]),
        ([1, 3], ["A", "C"]),
        (["1", "0", "3"], ["B", "A"]),  # a 0 is among them: 3 is no option
        ([2, "green", "1"], None),
    ],
)
def test_the_other_rows_tell_from_what_numbers_count(
    answers: list[object], golds: list[str] | None
) -> None:
    rows = [{"question": f"? {n}", "choices": COLOURS, "answer": a} for n, a in enumerate(answers)]
    if golds is None:
        with pytest.raises(FileRefused, match="count from"):
            load(json.dumps(rows))
    else:
        assert load(json.dumps(rows)).golds == golds


@pytest.mark.parametrize(
    ("rows", "golds"),
    [
        ([("B", 1), ("C", 2)], ["B", "C"]),
        ([("B", 2), ("C", 3)], ["B", "C"]),
        ([("green", 2), ("red", 1)], ["B", "A"]),
    ],
)
def test_letters_and_texts_beside_numbers_tell_too(
    rows: list[tuple[str, int]], golds: list[str]
) -> None:
    content = [
        {"question": f"? {answer}", "choices": COLOURS, "answer": answer, "correct_idx": index}
        for answer, index in rows
    ]
    assert load(json.dumps(content)).golds == golds


@pytest.mark.parametrize("options", [[1, 2, 3], ["1", "2", "3"]])
def test_an_answer_with_two_meanings_is_not_guessed(options: list[object]) -> None:
    content = json.dumps([{"question": "How many?", "options": options, "answer": 1}])
    with pytest.raises(FileRefused, match="an option's text or its number") as caught:
        load(content)
    assert caught.value.asks == {"written": ["text", "index from 0", "index from 1"]}
    for written, gold in (("text", "A"), ("index from 0", "B"), ("index from 1", "A")):
        assert load(content, {"written": written}).golds == [gold]
    assert load(content, {"answer_index": "answer"}).golds == ["B"]


def test_numbers_that_are_no_numbers_of_options_are_texts() -> None:
    rows = [
        {"question": f"How many? {answer}", "options": [10, 2, 3], "answer": answer}
        for answer in (2, 3, 10)
    ]
    assert load(json.dumps(rows)).golds == ["B", "C", "A"]


BLOOD = ["O", "A", "B", "AB"]


def test_a_letter_that_is_another_options_text_is_read_as_the_others_are() -> None:
    rows = [{"options": BLOOD, "answer": "A"}, {"options": ["x", "y"], "answer": "(b)"}]
    lettered = load(json.dumps([{"question": "Which?", **row} for row in rows]))
    assert lettered.golds == ["A", "B"]
    assert "read as letters, like most others: 1." in " ".join(lettered.warnings)
    rows[1]["answer"] = "y"
    content = json.dumps([{"question": "Which?", **row} for row in rows])
    texts = load(content)
    assert texts.golds == ["B", "B"]
    assert "read as texts, like most others: 1." in " ".join(texts.warnings)
    assert load(content, {"written": "letter"}).golds == ["A"]
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
    with pytest.raises(FileRefused, match="count from 0 or from 1"):
        load(content.format(1))
    assert load(content.format(2)).golds == ["B"]


def test_indices_that_count_from_1() -> None:
    options = {"opa": "a", "opb": "b", "opc": "c", "opd": "d"}
    rows = [{"question": f"Which? {cop}", **options, "cop": cop} for cop in (1, 2, 4)]
    assert load(json.dumps(rows)).golds == ["A", "B", "D"]
    rows.append({"question": "Which?", **options, "cop": 0})
    loaded = load(json.dumps(rows))
    assert loaded.golds == ["B", "C", "A"]
    assert loaded.errors == [
        (
            3,
            "The answer's index '4' is no option: give 0 to 3, or say that the indices count"
            " from 1.",
        )
    ]


def test_what_1_and_0_mean_is_asked_for() -> None:
    rows = [
        {"question": f"Is number {n} so?", "passage": "It is.", "label": n % 2} for n in range(3)
    ]
    content = json.dumps(rows)
    with pytest.raises(FileRefused, match="all 1 or 0") as caught:
        load(content)
    assert caught.value.asks == {"written": ["1 is yes, 0 is no", "text"]}
    loaded = load(content, {"written": "1 is yes, 0 is no"})
    assert loaded.golds == ["false", "true", "false"]
    assert loaded.rows[0]["alternatives"] == ["no"]
    assert load(content, {"written": "text"}).golds == ["0", "1", "0"]


def test_several_right_options() -> None:
    options = {"options": COLOURS, "question": "Which?"}
    any_of = load(json.dumps([{**options, "answer": ["red", "blue"]}]))
    assert [(r["gold"], r["alternatives"], r["options"]) for r in any_of.rows] == [
        ("A", ["C"], COLOURS)
    ]
    assert "any of them counts" in any_of.warnings[0]
    for answer in ("A, C", "AC", "(A) and (C)", ["A", "C"]):
        loaded = load(json.dumps([{**options, "answer": answer}]))
        (row,) = loaded.rows
        assert (row["gold"], row["alternatives"], row["options"]) == ("A, C", [], [])
        assert "(A) red\n(B) green\n(C) blue\nSeveral of these may be right" in row["text"]
        assert "all of them are wanted" in loaded.warnings[0]
        told = load(json.dumps([{**options, "answer": answer}]), {"several": "any"})
        assert told.golds == ["A"] and told.rows[0]["alternatives"] == ["C"]


def test_several_open_answers() -> None:
    content = json.dumps([{"question": "Roots?", "answer": ["2", "-2", "2"]}])
    (row,) = load(content).rows
    assert (row["gold"], row["alternatives"]) == ("2", ["-2"])
    (row,) = load(content, {"several": "all"}).rows
    assert (row["gold"], row["alternatives"]) == ("2, -2", [])


def test_golds_that_look_wrong_are_told() -> None:
    prose = "It is so because all that is green is grass, as everybody who has seen it knows."
    rows = [{"question": f"Why? {n}", "answer": prose} for n in range(5)]
    loaded = load(json.dumps(rows))
    assert loaded.warnings[0].startswith("5 questions have a gold answer that reads like prose")
    assert loaded.warnings[1].startswith("All 5 gold answers are the same, “It is so because")
    assert load(json.dumps(rows[:4])).warnings[1:] == []
