"""A run gets a title, a baseline, an end, and comes back."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Visitor
from tests.e2e.looking import look_at
from tests.e2e.programs import Api

POOL = (
    "mistralai/Mixtral-8x7B-Instruct-v0.1 beside google/gemma-2-9b-it, as logged on the old cluster"
)
SET = "a-file-whose-name-goes-on-for-as-long-as-names-of-files-may-go-on-in-this-product-of-ours"
TITLE = "Does mistralai/Mixtral-8x7B-Instruct-v0.1 alone do as well as all of them together on it"

pytestmark = pytest.mark.slow


@pytest.fixture
def run(given: Api) -> str:
    """The second of two runs of recorded experts, by long names."""
    sets = {}
    for kind in ("validation", "test"):
        rows: list[dict[str, object]] = [
            {"id": f"{kind}-{n}", "question": f"How much is {n} + {n}?", "answer": str(2 * n)}
            for n in range(6)
        ]
        sets[kind] = given.question_set(f"{kind}-{SET}"[:90], rows, kind)
        log: list[dict[str, object]] = [
            {"question_id": row["id"], "model": model, "output": f"The answer is {answer}."}
            for row in rows
            for model, answer in (("mistralai/Mixtral", row["answer"]), ("google/gemma", 99))
        ]
        pool = given.responses(sets[kind], log, POOL)
    given.profile(pool, sets["validation"])
    given.run(pool, sets["test"], "all-experts")
    return given.run(pool, sets["test"], "all-experts", title=TITLE)


def test_a_run_has_a_name_and_an_end(visitor: Visitor, run: str, tmp_path: Path) -> None:
    page = visitor.page
    visitor.wrong.clear()
    visitor.go(run)
    number = run.rpartition("/")[2]
    page.get_by_role("heading", name=f"Run {number}: {TITLE}").wait_for()
    first = f"/runs/{int(number) - 1}"
    visitor.go(first)
    page.get_by_role("button", name="Make it the baseline").click()
    page.get_by_text("is the baseline of").wait_for()
    visitor.go(run)
    page.get_by_text("points against the baseline").wait_for()
    page.get_by_text("Edit title, tags, notes, owner").click()
    page.get_by_label("Other tags").fill("paper, a-tag-as-long-as-tags-may-be-12345678")
    page.get_by_label("Notes").fill("Both are **right**.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Star", exact=True).click()
    page.get_by_role("button", name="Starred").wait_for()
    visitor.go("/runs/?tag=paper")
    page.get_by_text("Save these filters as a view").click()
    page.get_by_label("Name of the view").fill("For the paper")
    page.get_by_role("button", name="Save the view").click()
    page.get_by_role("link", name="For the paper").wait_for()
    page.get_by_role("link", name=TITLE).click()
    page.get_by_text("Archive or delete this run").click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("It can be brought back for 30 days").wait_for()
    pool = page.evaluate("fetch('/pools/').then(r => r.text())")
    own = pool.split('href="/pools/')[1:]
    look_at(visitor, {"deleted": "/deleted"}, tmp_path)
    visitor.go("/deleted")
    page.get_by_role("button", name="Bring back").first.click()
    page.get_by_text("is back, with all").wait_for()
    page.get_by_role("link", name=TITLE).wait_for()
    key = next(part.split('"')[0] for part in own if part.split('"')[0].isdigit())
    visitor.go(run)
    question_set = page.locator("dd a[href^='/question-sets/']").get_attribute("href")
    look_at(
        visitor,
        {
            "run": run,
            "about": f"{run}/about",
            "view": "/runs/?tag=paper",
            "delete": f"/pools/{key}/delete",
            "set": question_set or "",
            "pool": f"/pools/{key}",
        },
        tmp_path,
    )
    assert not visitor.wrong
