"""What it cost, a report and an export, by few clicks; with experts that play recorded responses
back, as the rest of the product's tests do, nothing costs GPU seconds."""

import csv
import json
from pathlib import Path

import pytest

from tests.e2e.conftest import Visitor
from tests.e2e.looking import look_at
from tests.e2e.programs import Api

POOL = "Costed logs"
MODELS = ("mistralai/Mixtral-8x7B-Instruct-v0.1", "google/gemma-2-2b-it")

pytestmark = pytest.mark.slow


@pytest.fixture
def run(visitor: Visitor, given: Api) -> str:
    """Two recorded experts, three seats a question: one of them sits twice on each."""
    visitor.wrong.clear()
    sets = {}
    for kind in ("validation", "test"):
        rows: list[dict[str, object]] = [
            {"id": f"{kind}-{n}", "question": f"What is {n} + {n}?", "answer": str(2 * n)}
            for n in range(12)
        ]
        sets[kind] = given.question_set(f"cost-{kind}", rows, kind)
        log: list[dict[str, object]] = [
            {"question_id": f"{kind}-{n}", "model": model, "output": f"The answer is {2 * n}."}
            for n in range(12)
            for model in MODELS
        ]
        pool = given.responses(sets[kind], log, POOL)
    given.profile(pool, sets["validation"])
    return given.run(pool, sets["test"], "skill-moe")


def test_what_it_cost_a_report_and_an_export(visitor: Visitor, run: str, tmp_path: Path) -> None:
    page = visitor.page
    visitor.go("/")
    page.get_by_role("link", name="Costs").click()  # the first click from Home, and the last
    page.get_by_role("heading", name="Costs", exact=True).wait_for()
    visitor.go(run)
    page.get_by_text("What it cost").click()
    page.get_by_text("no GPU and no endpoint was asked").wait_for()
    with page.expect_download() as report:  # one click from a run's page
        page.get_by_role("link", name="One page").click()
    report.value.save_as(tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text()
    assert "<script" not in text and "href=" not in text and "src=" not in text
    files = page.locator("#files")
    with page.expect_download() as export:
        files.get_by_role("link", name="JSON lines").click()
    lines = [json.loads(line) for line in export.value.path().read_text().splitlines()]
    seats = [line for line in lines if line["purpose"] == "respond"]
    assert len(seats) == 36 and len({(line["question_id"], line["seat"]) for line in seats}) == 36
    with page.expect_download() as table:
        files.get_by_role("link", name="CSV").first.click()
    assert list(csv.reader(table.value.path().read_text().splitlines()))[-1][:2] == ["All", "12"]
    assert page.context.browser is not None
    alone = page.context.browser.new_page()
    alone.goto(f"file://{tmp_path / 'report.html'}")
    alone.get_by_role("heading", name="Experts").wait_for()
    alone.get_by_text("100.0 (75.8 to 100.0) % right of 12 graded questions").wait_for()
    alone.get_by_text("Mixtral-8x7B-Instruct-v0.1").first.wait_for()
    alone.close()
    visitor.go("/costs/")
    look_at(visitor, {"costs": "/costs/", "run": run}, tmp_path)
    assert not visitor.wrong
