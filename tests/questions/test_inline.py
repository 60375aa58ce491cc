"""Options that stand in the question's text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files.loading import load
from webapp.questions.reading.conventions import name_of
from webapp.questions.reading.options.inline import split_inline

INLINE = "Sky? The options are: (A) red. (B) P(B) = 1 (C) {c} (D) blue.."


@pytest.mark.parametrize("third", ["both (A) and (B)", "O(D)", "either (B) or (D)", "a (D) e"])
def test_inline_options_are_split(third: str) -> None:
    row = {"question": INLINE.replace("{c}", third), "gold_answer": "D"}
    loaded = load(json.dumps([row]))
    (question,) = loaded.rows
    assert question["text"] == "Sky?"
    assert question["options"] == ["red.", "P(B) = 1", third, "blue."]
    assert question["gold"] == "D"
    assert name_of(loaded.columns) == "the paper's files"


def test_inline_options_that_name_later_ones() -> None:
    text = "Which? The options are: (A) both (B) and (C) (B) red (C) blue."
    assert split_inline(text) == ("Which?", ["both (B) and (C)", "red", "blue"])


def test_an_open_question_may_speak_of_options() -> None:
    (row,) = load('[{"question": "The options are: many?", "answer": "12"}]').rows
    assert (row["text"], row["options"]) == ("The options are: many?", [])


def test_inline_options_without_spaces() -> None:
    text = "Which? THE OPTIONS ARE: (A)red (B)P(C) (C)blue"
    assert split_inline(text) == ("Which?", ["red", "P(C)", "blue"])
    text = "Which? The options are: (A) ethene (B) (C)-butene (C) propene"
    assert split_inline(text) == ("Which?", ["ethene", "(C)-butene", "propene"])


pieces = st.sampled_from(["(A)", "(B)", "(C)", "(D)", " ", "x", ".", "The options are:"])


@given(st.lists(pieces).map("".join))
def test_splitting_never_fails(text: str) -> None:
    stem, options = split_inline(text)
    assert options == [] or len(options) in (2, 3, 4)
    assert (stem == text) or options
