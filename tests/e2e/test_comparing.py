"""Did the new model make the pool better? From Home to what changed, and to what was written."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator

from tests.e2e.conftest import Visitor
from tests.e2e.looking import look_at
from tests.e2e.programs import Api

SIZE = 40
# Model → how many of the questions it gets right, from the first on.
MODELS = {
    "mistralai/Mixtral-8x7B-Instruct-v0.1": 30,
    "meta-llama/Llama-3.1-8B-Instruct": 8,
    "Qwen/Qwen2.5-7B-Instruct": 30,
    "google/gemma-2-9b-it": 29,
}
MIXTRAL, LLAMA, QWEN, GEMMA = MODELS
POOLS = {
    "Last week": (LLAMA, MIXTRAL),
    "This week": (QWEN, MIXTRAL),
    "Gemma too": (QWEN, GEMMA, MIXTRAL),
}

pytestmark = pytest.mark.slow


@pytest.fixture
def compared(given: Api) -> list[str]:
    """Addresses of three runs: one by last week's pool, two with a model replaced."""
    questions: list[dict[str, object]] = [
        {"id": f"sum-{n}", "question": f"How much is {n} + {n}?", "answer": str(2 * n),
         "category": "odd" if n % 2 else "even"}
        for n in range(SIZE)
    ]  # fmt: skip
    asked = given.question_set("comparing", questions)
    runs = []
    for pool, models in POOLS.items():
        log: list[dict[str, object]] = [
            {
                "question_id": row["id"],
                "model": model,
                "output": f"The answer is {row['answer'] if n < MODELS[model] else 1000 + n}.",
            }
            for n, row in enumerate(questions)
            for model in models
        ]
        runs.append(given.run(given.responses(asked, log, pool), asked, "all-experts"))
    return runs


class Clicks:
    """Counts what somebody clicks."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, what: Locator) -> None:
        what.click()
        self.made += 1


def test_from_home_to_what_changed(visitor: Visitor, compared: list[str], tmp_path: Path) -> None:
    page, click = visitor.page, Clicks()
    visitor.wrong.clear()
    numbers = [address.rpartition("/")[2] for address in compared]
    visitor.go("/")
    click(page.get_by_role("navigation").get_by_role("link", name="Runs", exact=True))
    for number in numbers:
        click(page.get_by_label(f"Compare Run {number}", exact=True))
    click(page.get_by_role("button", name="Compare", exact=True))
    page.get_by_role("heading", name="3 runs compared").wait_for()
    assert click.made == 5, "what the three come to"
    several = page.url.removeprefix(visitor.url)
    page.get_by_text("with Llama-3.1-8B-Instruct").first.wait_for()
    grid = page.get_by_role("region", name="Questions in all runs")
    grid.get_by_text("How much is 9 + 9?").wait_for()
    click(page.get_by_title(f"What changed from Run {numbers[0]} to Run {numbers[1]}"))
    page.get_by_role("heading", name=f"Run {numbers[1]} against Run {numbers[0]}").wait_for()
    assert page.locator(".tabs [aria-current]", has_text="What changed").is_visible()
    assert click.made == 6, "what changed between two of them"
    two = page.url.removeprefix(visitor.url).partition("#")[0]
    click(page.get_by_text("Side by side").first)
    page.get_by_role("article", name=f"Seat 1 of Run {numbers[1]}").wait_for()
    assert click.made == 7, "and what was written"
    page.get_by_role("article", name=f"Seat 2 of Run {numbers[0]}").wait_for()
    visitor.go(compared[0])
    page.get_by_role("link", name="comparing", exact=True).first.click()
    page.get_by_role("link", name="Leaderboard").click()
    board = page.url.removeprefix(visitor.url)
    page.get_by_role("region", name="Leaderboard").get_by_text(
        "Qwen2.5-7B-Instruct"
    ).first.wait_for()
    history = f"/runs/?set={board.split('/')[2]}"
    look_at(
        visitor,
        {"several": several, "two": two, "board": board, "history": history},
        tmp_path,
    )
    assert not visitor.wrong
