"""A suspected gold answer is corrected, its run graded again, and a profile gets a new version."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Visitor
from tests.e2e.looking import look_at
from tests.e2e.programs import Api

POOL = "Gold logs"
MODELS = ("meta-llama/Llama-3-8B-Instruct", "google/gemma-2-2b-it", "Qwen/Qwen2.5-1.5B-Instruct")
MISTAKE = 4  # the row whose gold answer is one too many

pytestmark = pytest.mark.slow


@pytest.fixture
def run(visitor: Visitor, given: Api) -> str:
    """Three recorded experts, one of which errs in every fourth question, another in the others."""
    visitor.wrong.clear()
    sets = {}
    for kind in ("validation", "test"):
        rows: list[dict[str, object]] = [
            {
                "id": f"{kind}-{n}",
                "question": f"How much is {n} + {n}?" if n % 2 else f"Which number is twice {n}?",
                "answer": str(2 * n + (n + 1 == MISTAKE)),
            }
            for n in range(24)
        ]
        sets[kind] = given.question_set(f"gold-{kind}", rows, kind)
        log: list[dict[str, object]] = [
            {
                "question_id": f"{kind}-{n}",
                "model": model,
                "output": f"The answer is {2 * n if n % 5 != place else 99 + place}.",
            }
            for n in range(24)
            for place, model in enumerate(MODELS)
        ]
        pool = given.responses(sets[kind], log, POOL)
    given.profile(pool, sets["validation"])
    return given.run(pool, sets["test"], "skill-moe")


def test_a_gold_answer_is_corrected(visitor: Visitor, run: str, tmp_path: Path) -> None:
    page = visitor.page
    effect = correct_one(visitor, "gold-test", "Suspected")
    golds = page.url.removeprefix(visitor.url)
    page.get_by_role("button", name="Grade it again").click()
    page.get_by_text("1 run is graded again by version 2").wait_for()
    visitor.go(run)
    page.get_by_text("Accuracy by version of the gold answers").wait_for()
    assert "version 2 of 2" in page.inner_text("#gold-version")
    set_page = golds.removesuffix("/golds")
    correct_one(visitor, "gold-validation", "Mine")
    page.get_by_role("link", name=POOL).click()
    page.get_by_text("Gold answers were corrected since").wait_for()
    page.get_by_label("Show its effect on").select_option(label="gold-test")
    page.get_by_role("button", name="Propose a new version").click()
    page.get_by_text("Would reroute").wait_for(timeout=60_000)
    proposal = page.url.removeprefix(visitor.url)
    look_at(
        visitor,
        {
            "golds": golds,
            "suspects": f"{set_page}/suspects",
            "correct": effect,
            "run": run,
            "proposal": proposal,
        },
        tmp_path,
    )
    visitor.go(proposal)
    page.get_by_role("button", name="Accept the version").click()
    page.get_by_text("Version 2 is accepted").wait_for()
    page.get_by_text("Made from").wait_for()
    assert not visitor.wrong


def correct_one(visitor: Visitor, name: str, why: str) -> str:
    """The suspect of a set, as the page of suspects proposes it; the address of its effect."""
    page = visitor.page
    visitor.go("/question-sets/")
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="Gold answers in doubt").click()
    row = page.get_by_role("row").filter(has_text=f"{2 * (MISTAKE - 1) + 1}")
    row.get_by_role("link", name=f"Correct question {MISTAKE}").click(timeout=60_000)
    page.get_by_text("right from then on").wait_for()
    assert "say" in page.get_by_label("Why").input_value()
    effect = page.url.removeprefix(visitor.url)
    page.get_by_label("Why").fill(f"{why}: twice {MISTAKE - 1} is {2 * (MISTAKE - 1)}.")
    page.get_by_role("button", name="Correct the gold answer").click()
    page.get_by_text("The gold answer is corrected").wait_for()
    return effect
