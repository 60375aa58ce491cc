"""Which of my models is best at organic chemistry, and can I trust it? In three clicks.

With sixteen real LLMs' responses to questions of chemistry and law, where those are at hand; else
with a few of the test's own.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.conftest import ROOT
from tests.e2e.conftest import Visitor
from tests.e2e.looking import look_at
from tests.e2e.programs import Api

FOLDER = ROOT.parent / "shared" / "recorded"
POOL = "Models of the lab"
MODELS = ("mistralai/Mixtral-8x7B-Instruct-v0.1", "meta-llama/Llama-3.1-8B-Instruct", "Qwen/Yi-6B")
CLICKS = "window.clicks = 0; addEventListener('click', () => window.clicks++, true)"
Rows = list[dict[str, object]]

pytestmark = pytest.mark.slow


def recorded() -> tuple[Rows, Rows]:
    """Questions and responses, of real models."""
    parquet = pytest.importorskip("pyarrow.parquet")
    lines = (FOLDER / "mmlu_pro_validation.jsonl").read_text().splitlines()
    questions = [row for row in map(json.loads, lines) if row["category"] in ("chemistry", "law")]
    keys = {row["question_id"] for row in questions}
    table = parquet.read_table(FOLDER / "responses_validation.parquet")
    return questions, [row for row in table.to_pylist() if row["question_id"] in keys]


def made() -> tuple[Rows, Rows]:
    questions: Rows = [
        {
            "question_id": n,
            "question": f"{subject}: which of these is number {n}?",
            "options": ["one", "another", "a third"],
            "answer": "A",
            "category": category,
        }
        for n, (subject, category) in enumerate(
            [("In organic chemistry", "chemistry")] * 4
            + [("In stoichiometry", "chemistry")] * 8
            + [("In contract law", "law")] * 8
        )
    ]
    responses: Rows = [
        {
            "question_id": row["question_id"],
            "model": model,
            "output": f"The answer is ({'A' if n % (place + 2) else 'B'}).",
        }
        for n, row in enumerate(questions)
        for place, model in enumerate(MODELS)
    ]
    return questions, responses


@pytest.fixture(scope="module")
def profile(visitor: Visitor, given: Api) -> str:
    """Its address, when the worker has found its families."""
    visitor.wrong.clear()
    questions, responses = recorded() if FOLDER.exists() else made()
    lab = given.question_set("lab", questions, "validation")
    address = f"/profiles/{given.profile(given.responses(lab, responses, POOL), lab)}"
    page = visitor.page
    visitor.go(address)
    for _ in range(60):
        if "being grouped" not in page.inner_text("#scores"):
            return address
        page.wait_for_timeout(500)
        visitor.go(address)
    raise AssertionError("its families were not found")


def test_three_clicks_from_home_to_the_sentence(visitor: Visitor, profile: str) -> None:
    page = visitor.page
    clicks = 0
    visitor.go("/")
    acts: list[Callable[[], None]] = [
        lambda: page.get_by_role("navigation", name="Main").get_by_text("Experts").click(),
        lambda: page.get_by_label("Which expert is best at").fill("organic chem"),
        lambda: page.get_by_role("button", name="Find").click(),
    ]
    for act in acts:
        page.evaluate(CLICKS)
        act()
        clicks += page.evaluate("window.clicks ?? 1")  # gone with the page that it led away from
        page.wait_for_load_state()
    assert clicks <= 3
    said = page.inner_text("#best")
    assert re.search(r"In organic chemistry, .+ leads? with \d+ of \d+.*, too few to tell", said)
    assert re.search(r"In all of chemistry, .+ \d+ of \d+ \(\d+ %, 95 %: ", said)
    assert re.search(r"Can you trust it\? (Yes|In part|No):", said)
    assert "/" not in page.inner_text("#best tbody"), "a publisher that tells nothing"
    assert not visitor.wrong


def test_forty_columns_are_seen_at_once(visitor: Visitor, profile: str) -> None:
    page = visitor.page
    visitor.go(f"{profile}?shown=skill&columns=questions&cells=short")
    region = box(page, ".scroll.flush")
    first = box(page, ".heat thead .column >> nth=0")
    assert first["x"] + 40 * first["width"] <= region["x"] + region["width"] + 1
    if FOLDER.exists():
        assert page.locator(".heat thead .column").count() == 40
    cell = page.locator(".heat tbody td a").nth(5)
    cell.focus()
    tip = page.locator(".tip-shown")
    assert re.search(r": \d+ %, +\d+ of \d+", tip.inner_text())
    page.keyboard.press("Escape")
    assert tip.is_hidden()
    cell.hover()
    assert tip.is_visible()


def test_sorting_moves_nothing_else(visitor: Visitor, profile: str) -> None:
    page = visitor.page
    visitor.go(f"{profile}?shown=skill&cells=short")
    page.set_viewport_size({"width": 390, "height": 900})
    page.evaluate("document.querySelector('.scroll.flush').scrollLeft = 150; scrollTo(0, 260)")
    before = page.evaluate(PLACES)
    link = page.locator(".heat thead .column a").nth(8)
    name = link.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    page.locator(".heat thead .pinned").get_by_text(name, exact=True).wait_for()
    assert page.evaluate(PLACES) == before
    assert page.evaluate("document.activeElement.textContent") == name
    names, pinned = (
        box(page, ".heat tbody th >> nth=0"),
        box(page, ".heat tbody td.pinned >> nth=0"),
    )
    assert abs(names["x"] + names["width"] - pinned["x"]) <= 1, "something shows between them"
    region = box(page, ".scroll.flush")
    assert pinned["x"] + 4 * pinned["width"] < region["x"] + region["width"], "cells are seen"
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not visitor.wrong


PLACES = "[document.querySelector('.scroll.flush').scrollLeft, scrollY]"


def test_its_pages_are_for_everybody(visitor: Visitor, profile: str, tmp_path: Path) -> None:
    visitor.go(profile)
    routing = visitor.page.get_by_role("link", name="Does routing pay here?").first
    paying = routing.get_attribute("href") or ""
    first, second = visitor.page.locator(".heat tbody th a").all()[:2]
    a, b = ((link.get_attribute("href") or "").rpartition("/")[2] for link in (first, second))
    pages = {
        "best": "/experts/best?at=organic+chem",
        "families": profile,
        "heatmap": f"{profile}?shown=skill&rows=family:chemistry&cells=short",
        "compared": f"{profile}/experts?a={a}&b={b}",
        "expert-families": f"/experts/{a}",
        "routing": paying,
    }
    visitor.go(paying)
    visitor.page.locator("#pays-title").wait_for(timeout=120_000)
    look_at(visitor, pages, tmp_path)
    visitor.go(pages["compared"])
    assert visitor.page.evaluate(
        "[...document.querySelectorAll('.scroll')].every(e => e.scrollWidth <= e.clientWidth)"
    )
    assert not visitor.wrong


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).first.bounding_box()
    assert found is not None
    return dict(found)  # type: ignore[arg-type]
