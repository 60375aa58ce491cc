"""A published log, imported by hand: looked at first, under a name typed for its model."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.e2e.conftest import Visitor
from tests.e2e.looking import look_at
from tests.e2e.steps import upload

FILES = ROOT.parent / "shared" / "field" / "files"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILES.exists(), reason="needs the files in ../shared/field"),
]


def test_a_log_is_looked_at_and_stored(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    visitor.wrong.clear()
    upload(visitor, FILES / "responses-questions.jsonl", kind="test")
    page.get_by_text("responses-questions was stored (2 questions)").wait_for()
    visitor.go("/recorded-responses/new")
    page.get_by_label("File", exact=True).set_input_files(FILES / "responses-lm-eval-samples.jsonl")
    page.get_by_label("Question set").select_option(label="responses-questions")
    page.get_by_label("Pool").fill("A published log")
    page.get_by_role("button", name="Upload").click()
    page.get_by_text("The file does not name its model").wait_for()
    asks = page.url.removeprefix(visitor.url)
    page.get_by_label("Model's name").fill("org/published-7B")
    page.get_by_role("button", name="Read again").click()
    page.get_by_text("org/published-7B").first.wait_for()
    assert "lm-evaluation-harness samples" in page.content()
    pages = {"new": "/recorded-responses/new", "asks": asks}
    look_at(visitor, pages | {"look": page.url.removeprefix(visitor.url)}, tmp_path)
    page.get_by_role("button", name="Store 2 responses").click()
    page.get_by_text("2 responses of 1 expert to responses-questions were stored").wait_for()
    assert not visitor.wrong
