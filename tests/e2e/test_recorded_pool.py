"""A team's evaluation logs become a profile, two runs and what can be read in them, by hand.

Sixteen real LLMs' responses to MMLU-Pro, which are not part of the product.
"""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.e2e.conftest import Visitor
from tests.e2e.looking import look_at
from tests.e2e.steps import build_profile, fill_in_a_run, import_responses, start_the_run, upload

FOLDER = ROOT.parent / "shared" / "recorded"
POOL = "MMLU-Pro logs"
QUESTIONS, VALIDATION = "1,047", "350"
BEST_SINGLE = 41.9  # % of the test questions, by validation: the folder's README

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FOLDER.exists(), reason="needs the recorded responses in ../shared"),
]


@pytest.fixture(scope="module")
def runs(visitor: Visitor) -> list[str]:
    """The addresses of two runs: the paper's recruiter, and the product's own."""
    page = visitor.page
    visitor.wrong.clear()
    for kind, number in (("validation", VALIDATION), ("test", QUESTIONS)):
        upload(visitor, FOLDER / f"mmlu_pro_{kind}.jsonl", kind=kind)
        page.get_by_text(f"mmlu_pro_{kind} was stored ({number} questions)").wait_for()
        import_responses(
            visitor,
            FOLDER / f"responses_{kind}.parquet",
            question_set=f"mmlu_pro_{kind}",
            pool=POOL,
        )
    build_profile(visitor, POOL)
    found = []
    for recruiter in ("", "ours"):
        fill_in_a_run(visitor, "mmlu_pro_test", POOL, "skill-moe")
        page.get_by_label("Recruiter").select_option(value=recruiter)
        page.get_by_role("button", name="Show the routing").click()
        page.get_by_role("region", name="Seats per expert").wait_for(timeout=240_000)
        assert "3,141" in page.locator("#routing .figures").inner_text(), "three seats a question"
        found.append(start_the_run(visitor))
        page.locator("#live-summary [data-status=done]").wait_for(timeout=240_000)
    return found


def test_routing_beats_the_best_single_expert(visitor: Visitor, runs: list[str]) -> None:
    for run in runs:
        visitor.go(run)
        shown = re.search(r"Accuracy\s+([\d.]+) %", visitor.page.inner_text("#live-summary"))
        assert shown and float(shown[1]) > BEST_SINGLE, run
    assert not visitor.wrong


def test_every_answer_says_why_these_experts(visitor: Visitor, runs: list[str]) -> None:
    page = visitor.page
    for run in runs:
        visitor.go(f"{run}/questions?verdict=incorrect")
        page.locator("tbody a[data-pane]").first.click()
        page.locator("#pane").get_by_role("heading", name="Why these experts").wait_for()
        assert page.locator("#pane article.response").count() == 3
    assert not visitor.wrong


def test_the_ways_of_losing_open_their_questions(visitor: Visitor, runs: list[str]) -> None:
    page = visitor.page
    visitor.go(f"{runs[0]}/lost")
    page.get_by_text("The same as a table").first.click()
    table = page.get_by_role("region", name="Questions by outcome as a table")
    table.locator("tbody tr").first.wait_for()
    counted = {}
    for row in table.locator("tbody tr").all():
        address = row.locator("a").first.get_attribute("href") or ""
        counted[address] = row.locator("td").last.inner_text()
    assert len(counted) >= 5
    for address, number in counted.items():
        visitor.go(address)
        assert page.locator(".found").first.inner_text().startswith(f"{number} of {QUESTIONS}")
        if "none+right" in address or "none%20right" in address:
            assert "✓" not in page.locator("tbody").inner_text()


def test_a_word_is_found_in_what_was_written(visitor: Visitor, runs: list[str]) -> None:
    page = visitor.page
    visitor.go(f"{runs[0]}/questions")
    page.get_by_label("Words in questions and outputs").fill("velocity")
    page.keyboard.press("Enter")
    page.wait_for_url("**words=velocity*")
    page.locator("tbody a[data-pane]").first.click()
    page.locator("#pane h2").first.wait_for()
    assert "velocity" in page.content().lower()


def test_its_pages_are_for_everybody(visitor: Visitor, runs: list[str], tmp_path: Path) -> None:
    a, b = (run.rpartition("/")[2] for run in runs)
    visitor.go(f"{runs[1]}/questions")
    answer = visitor.page.locator("tbody a[data-pane]").first.get_attribute("href") or ""
    visitor.go("/pools/")
    visitor.page.get_by_role("link", name=POOL).first.click()
    visitor.page.get_by_role("link", name="mmlu_pro_validation").click()
    profile = visitor.page.url.removeprefix(visitor.url)
    pages = {
        "run": runs[1],
        "results": f"{runs[1]}/questions",
        "answer": answer,
        "lost": f"{runs[1]}/lost",
        "profile": profile,
        "compare": f"/runs/compare?a={a}&b={b}",
        "runs": "/runs/",
    }
    look_at(visitor, pages, tmp_path)
    assert not visitor.wrong
