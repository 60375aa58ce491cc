"""Files as people have them, in the browser: what one is asked for is said, and stored as meant.

With PICTURES set to a folder, pictures of each step are left there.
"""

import os
import re
from pathlib import Path

import pytest

from tests.api.test_field_files import field_file
from tests.e2e.conftest import Visitor
from tests.e2e.looking import look_at
from tests.e2e.steps import as_lines

PICTURES = os.environ.get("PICTURES", "")


def opened(visitor: Visitor, path: Path) -> str:
    """Upload a file; the address of its page."""
    page = visitor.page
    visitor.go("/question-sets/new")
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/question-sets/uploads/*")
    return page.url.removeprefix(visitor.url)


def stored(visitor: Visitor) -> str:
    """Store what is open; the address of the set."""
    visitor.page.get_by_role("button", name="Store", exact=False).click()
    visitor.page.wait_for_url(re.compile(r"/question-sets/\d+$"))
    return visitor.page.url


def test_a_worked_solution_is_shown_by_its_result(visitor: Visitor, tmp_path: Path) -> None:
    address = opened(visitor, field_file("worked-solution.jsonl"))
    page = visitor.page
    page.get_by_text("what stands after “####” in a worked solution").wait_for()
    rows = page.get_by_role("region", name="First rows").locator("tbody tr")
    assert rows.nth(0).locator("td").nth(2).inner_text() == "42"
    assert rows.nth(1).locator("td").nth(2).inner_text() == "1,050"
    look_at(visitor, {"worked-solution": address}, Path(PICTURES or tmp_path))
    visitor.go(address)
    stored(visitor)
    assert page.locator("tbody tr td").nth(2).inner_text() == "42"
    assert not visitor.wrong


def test_lists_of_rows_are_chosen(visitor: Visitor, tmp_path: Path) -> None:
    address = opened(visitor, field_file("splits-wrapper.json"))
    page = visitor.page
    page.get_by_text("The file has several lists of rows").wait_for()
    assert page.get_by_role("button", name="Store").count() == 0
    look_at(visitor, {"splits": address}, Path(PICTURES or tmp_path))
    visitor.go(address)
    page.locator("select[name=rows]").select_option("test")
    page.get_by_role("button", name="Read the file", exact=True).click()
    page.get_by_role("button", name="Store 2 questions").wait_for()
    page.get_by_text("Read the file by other columns").click()
    assert page.locator("select[name=rows]").input_value() == "test"
    page.get_by_label("Save mapping as").fill("Splits")
    look_at(visitor, {"splits-chosen": address}, Path(PICTURES or tmp_path))
    visitor.go(address)
    page.get_by_label("Save mapping as").fill("Splits")
    stored(visitor)
    assert page.get_by_text("3+3?").count() == 1

    opened(visitor, field_file("splits-wrapper.json"))
    page.get_by_label("Saved mapping").select_option("Splits")
    page.get_by_role("button", name="Read the file by it").click()
    page.get_by_role("button", name="Store 2 questions").wait_for()
    page.get_by_role("button", name="Discard").click()
    assert not visitor.wrong


def test_rows_that_cannot_be_graded_are_left_out(visitor: Visitor, tmp_path: Path) -> None:
    address = opened(visitor, field_file("asserts.csv"))
    page = visitor.page
    page.get_by_text("only “equals” can be graded").wait_for()
    page.get_by_text("To leave these rows out, tick").wait_for()
    look_at(visitor, {"asserts": address}, Path(PICTURES or tmp_path))
    visitor.go(address)
    page.get_by_label("Store the good rows").check()
    stored(visitor)
    assert page.get_by_text("What is 2+2?").count() == 1
    assert not visitor.wrong


@pytest.mark.parametrize("name", ["passage.jsonl"])
def test_a_passage_is_read_before_the_question(visitor: Visitor, name: str, tmp_path: Path) -> None:
    address = opened(visitor, field_file(name))
    first = visitor.page.get_by_role("region", name="First rows").locator("tbody tr").first
    assert "All rooms on floor two are painted green" in first.inner_text()
    look_at(visitor, {"passage": address}, Path(PICTURES or tmp_path))
    visitor.go(address)
    visitor.page.get_by_role("button", name="Discard").click()
    assert not visitor.wrong


def test_a_part_of_the_question_and_a_number(visitor: Visitor, tmp_path: Path) -> None:
    """What no file of the field folder shows: a picture's column, and numbers from anywhere."""
    rows: list[dict[str, object]] = [
        {"question": "Which?", "image": "a.png", "choices": ["red", "green", "blue"], "answer": 1}
    ]
    address = opened(visitor, as_lines(tmp_path / "pictured.jsonl", rows))
    page = visitor.page
    page.get_by_text("nothing tells whether they count from 0 or from 1").wait_for()
    look_at(visitor, {"asked": address}, Path(PICTURES or tmp_path))
    visitor.go(address)
    page.get_by_label("Answers are written as").first.select_option("index from 1")
    page.get_by_role("button", name="Read the file", exact=True).click()
    page.get_by_text("A part of the question may be missing.").wait_for()
    look_at(visitor, {"part": address}, Path(PICTURES or tmp_path))
    visitor.go(address)
    page.get_by_label("Store the questions without these columns").check()
    stored(visitor)
    assert page.locator("tbody tr td").nth(2).inner_text() == "A"
    assert not visitor.wrong
