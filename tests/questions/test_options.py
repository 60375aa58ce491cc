"""The options of a question, in the ways in which files spell them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.files.loading import as_csv, load


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


@given(st.text(alphabet="[]'\"\\, a1\n{}:", max_size=40))
@settings(max_examples=300)
def test_any_options_are_read_or_refused(options: str) -> None:
    loaded = load(as_csv([{"question": "q", "options": options}]))
    assert len(loaded.rows) + len(loaded.errors) == 1
