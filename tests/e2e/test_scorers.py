"""A scorer is chosen by hand, where what the responses state was read as something else."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Visitor
from tests.e2e.looking import look_at
from tests.e2e.programs import Api

POOL = "Odd logs"
MODELS = ("mistralai/Mixtral-8x7B-Instruct-v0.1", "google/gemma-2-9b-it")
PATTERN = r"RESULT=(\S+)"

pytestmark = pytest.mark.slow


@pytest.fixture
def run(visitor: Visitor, given: Api) -> str:
    """Of two models, one of which ends with what is no answer; without a GPU."""
    visitor.wrong.clear()
    sets = {}
    for kind in ("validation", "test"):
        rows: list[dict[str, object]] = [
            {"id": f"{kind}-{n}", "question": f"How much is {n} + {n}?", "answer": str(2 * n)}
            for n in range(12)
        ]
        sets[kind] = given.question_set(f"odd-{kind}", rows, kind)
        odd = f"We add it to itself, so RESULT={{}} holds. As for {MODELS[0]}, the answer is 99."
        log: list[dict[str, object]] = [
            {"question_id": row["id"], "model": model, "output": output}
            for row in rows
            for model, output in zip(
                MODELS, (odd.format(row["answer"]), "The answer is 99."), strict=True
            )
        ]
        pool = given.responses(sets[kind], log, POOL)
    given.profile(pool, sets["validation"])
    return given.run(pool, sets["test"], "all-experts")


def test_a_run_is_graded_by_another_scorer(visitor: Visitor, run: str, tmp_path: Path) -> None:
    page = visitor.page
    visitor.go(run)
    assert "0.0 %" in page.inner_text("#live-summary")
    page.get_by_role("link", name="choose another").click()
    page.get_by_label("Scorer").select_option("regex")
    page.get_by_label("Pattern").fill("(")
    page.get_by_role("button", name="Show the effect").click()
    page.get_by_text("The pattern cannot be used").wait_for()
    visitor.wrong.clear()  # the browser reports the 422
    page.get_by_label("Pattern").fill(PATTERN)
    page.get_by_role("button", name="Show the effect").click()
    page.get_by_text("0 → 12").first.wait_for()
    effect = page.url.removeprefix(visitor.url).partition("#")[0]
    look_at(visitor, {"effect": effect}, tmp_path)
    page.get_by_role("button", name="Grade the run again so").click()
    page.get_by_text("100.0 %").first.wait_for()
    assert PATTERN in page.inner_text("#scorer")
    page.get_by_text("The question set's is now").wait_for()
    page.get_by_role("link", name="odd-test").first.click()
    page.get_by_role("link", name="choose", exact=True).click()
    page.get_by_label("Scorer").select_option("last number")
    page.get_by_role("button", name="Show the effect").click()
    page.get_by_role("button", name="Store for new runs").click()
    page.get_by_text("New runs on odd-test are graded by: Last number.").wait_for()
    assert not visitor.wrong
