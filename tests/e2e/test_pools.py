"""What each expert adds, and whom the pool needs: by hand, in two clicks."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from tests.e2e.conftest import Visitor
from tests.e2e.looking import look_at
from tests.e2e.programs import Api

POOL, NEW = "Sums by five", "Sums by another"
RIGHT = "mistralai/Mixtral-8x7B-Instruct-v0.1"
# Of a hundred questions each is right on the first so many.
MODELS = {
    RIGHT: 36,
    "meta-llama/Llama-3.1-8B-Instruct": 20,
    "google/gemma-2-9b-it": 12,
    "Qwen/Qwen2.5-7B-Instruct": 8,
    "01-ai/Yi-1.5-9B-Chat": 4,
}
COMING = {"deepseek-ai/DeepSeek-V2-Lite-Chat": 30}
SIZE = 40

pytestmark = pytest.mark.slow


def questions(kind: str) -> list[dict[str, object]]:
    first = 0 if kind == "validation" else SIZE
    return [
        {"id": f"{kind}-{n}", "question": f"What is {first + n} + 7?", "answer": str(first + n + 7)}
        for n in range(SIZE)
    ]


def responses(kind: str, models: dict[str, int]) -> list[dict[str, object]]:
    first = 0 if kind == "validation" else SIZE
    return [
        {
            "question_id": f"{kind}-{n}",
            "model": model,
            "output": f"So \\boxed{{{first + n + 7 if (n * 7) % SIZE < right else n + 1000}}}.",
        }
        for n in range(SIZE)
        for model, right in models.items()
    ]


@pytest.fixture(scope="module")
def run(visitor: Visitor, given: Api) -> str:
    """A run's address; another pool has one more expert, with responses to the same sets."""
    visitor.wrong.clear()
    sets = {}
    for kind in ("validation", "test"):
        sets[kind] = given.question_set(f"sums_{kind}", questions(kind), kind)
        pool = given.responses(sets[kind], responses(kind, MODELS), POOL)
        given.responses(sets[kind], responses(kind, COMING), NEW)
    given.profile(pool, sets["validation"])
    return given.run(pool, sets["test"], "skill-moe", recruiter="ours")


class Clicks:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, target: Locator) -> None:
        target.click()
        self.count += 1


def test_what_each_expert_adds_and_whom_one_can_drop(
    visitor: Visitor, run: str, tmp_path: Path
) -> None:
    page, click = visitor.page, Clicks()
    visitor.go(run)
    click(page.get_by_role("link", name="What each expert adds"))
    table = page.get_by_role("region", name="What each expert adds")
    table.wait_for(timeout=240_000)
    first = table.locator("tbody tr").first.inner_text()
    assert "Mixtral-8x7B-Instruct-v0.1" in first and "mistralai" not in first
    assert "adds most" in page.locator("#contributions").inner_text()
    adds = page.url.removeprefix(visitor.url)
    click(page.get_by_role("link", name="Whom the pool needs"))
    page.get_by_role("region", name="The best subset for a budget").wait_for(timeout=240_000)
    told = page.locator("#enough-title").inner_text()
    assert "as far as 40 questions can tell" in told and "Mixtral-8x7B-Instruct-v0.1" in told
    assert click.count == 2
    page.get_by_text("The same as a table").first.click()
    costs = page.get_by_role("region", name=re.compile("^Accuracy against .* as a table"))
    costs.locator("tbody tr").nth(4).wait_for()
    needs = page.url.removeprefix(visitor.url)
    look_at(visitor, {"adds": adds, "needs": needs}, tmp_path)
    assert not visitor.wrong


def test_last_weeks_run_again_with_one_model_replaced(
    visitor: Visitor, run: str, tmp_path: Path
) -> None:
    """One form: the pool, the profile and the run come by themselves, and the page says so."""
    page, click = visitor.page, Clicks()
    visitor.wrong.clear()
    visitor.go(run)
    click(page.get_by_role("link", name="Run again with another expert"))
    form = page.url.removeprefix(visitor.url)
    page.get_by_label("Take out").select_option(label="Yi-1.5-9B-Chat")
    page.get_by_label("Put in").select_option(label="DeepSeek-V2-Lite-Chat")
    click(page.get_by_role("button", name="Run again"))
    what = "with DeepSeek-V2-Lite-Chat instead of Yi-1.5-9B-Chat"
    page.locator("#live-summary").get_by_text(what).wait_for()
    page.get_by_text(re.compile(r"Run \d+ has started")).wait_for(timeout=120_000)
    profile = page.url.removeprefix(visitor.url)
    click(page.locator("#live-summary").get_by_role("link", name=re.compile(r"^Run \d+$")).last)
    page.locator("#live-summary [data-status=done]").wait_for(timeout=120_000)
    again = page.url.removeprefix(visitor.url)
    assert what in page.get_by_role("heading", level=1).inner_text()
    click(page.get_by_role("link", name="Compare the two"))
    page.get_by_role("heading", name=re.compile(r"^Run \d+ against Run \d+")).wait_for()
    assert click.count == 4
    look_at(visitor, {"form": form, "profile": profile, "again": again}, tmp_path)
    assert not visitor.wrong
