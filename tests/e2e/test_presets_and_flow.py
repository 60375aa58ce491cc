"""A run by a preset in a few clicks, and a flow whose families a click opens: with real names."""

import re
from pathlib import Path

import pytest

from tests.e2e.conftest import Visitor
from tests.e2e.looking import look_at
from tests.e2e.programs import Api

pytestmark = pytest.mark.slow

POOL = "Presets and flow"
NAMES = ("mistralai/Mixtral-8x7B-Instruct-v0.1", "meta-llama/Meta-Llama-3.1-8B-Instruct")
TOPICS = {"physics": "force on a mass", "history": "year of a treaty"}
CLICKS = 4  # to start a run by what is best from the list of runs


class Clicks:
    """Counts what a person does by mouse."""

    def __init__(self, visitor: Visitor) -> None:
        self.page, self.done = visitor.page, 0

    def click(self, role: str, name: str) -> None:
        self.done += 1
        self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]

    def choose(self, label: str, option: str) -> None:
        self.done += 1
        self.page.get_by_label(label).select_option(label=option)


def stored(given: Api, kind: str, many: int) -> tuple[int, int]:
    """A set of two topics, and what either expert said: each knows one of them. The keys of
    the set and of their pool."""
    name = f"flow-{kind}"
    topics = list(TOPICS.items())
    asked = [(f"{name}-{n}", *topics[n % 2], n) for n in range(many)]
    questions: list[dict[str, object]] = [
        {
            "id": key,
            "question": f"What is the {text}, number {n}?",
            "answer": "4",
            "category": topic,
        }
        for key, topic, text, n in asked
    ]
    said: list[dict[str, object]] = [
        {"question_id": key, "model": model, "output": f"So \\boxed{{{4 if right else 5}}}."}
        for key, topic, _, _ in asked
        for model, right in zip(NAMES, (topic == "physics", topic == "history"), strict=True)
    ]
    question_set = given.question_set(name, questions, kind)
    return question_set, given.responses(question_set, said, POOL)


@pytest.fixture(scope="module")
def pool(visitor: Visitor, given: Api) -> str:
    visitor.wrong.clear()
    validation, key = stored(given, "validation", 60)
    stored(given, "test", 8)
    given.profile(key, validation)
    return POOL


def test_a_run_is_started_by_a_preset_in_a_few_clicks(visitor: Visitor, pool: str) -> None:
    page = visitor.page
    visitor.go("/runs/")
    clicks = Clicks(visitor)
    clicks.click("link", "New run")
    clicks.choose("Question set", "flow-test")
    clicks.choose("Pool", pool)
    page.locator("#pays").wait_for(timeout=120_000)
    offers = " ".join(page.locator("#offers").inner_text().split())
    assert "Does routing pay here? Yes" in offers
    assert "right in validation" in offers and "all recorded: nothing is generated" in offers
    assert page.get_by_role("radio", name="Best of what is measured here").is_checked()
    assert not page.get_by_label("Method").is_visible(), "the rest is folded"
    clicks.click("button", "Start the run")
    page.locator("#live-summary [data-status=done]").wait_for(timeout=60_000)
    assert clicks.done == CLICKS
    assert not visitor.wrong


def test_the_sentence_is_a_page(visitor: Visitor, pool: str, tmp_path: Path) -> None:
    """From the run in one click: the same sentence, and the ways that it compares."""
    page = visitor.page
    said = []
    visitor.go("/runs/new")
    page.get_by_label("Pool").select_option(label=pool)
    said.append(page.locator("#pays strong").inner_text())
    visitor.go("/runs/")
    page.get_by_role("link", name=re.compile("flow-test")).first.click()
    page.get_by_role("link", name="Does routing pay here?").click()
    said.append(page.locator("#pays-title").inner_text())
    assert said[0] == said[1] and said[0].startswith("Yes")
    table = page.get_by_role("region", name=re.compile("^Ways to answer")).inner_text()
    assert "the single best expert" in table and "With looks" in table
    page.get_by_text("The same as a table").first.click()
    look_at(visitor, {"routing": page.url.removeprefix(visitor.url)}, tmp_path)
    assert not visitor.wrong


def test_a_point_of_the_curve_fills_in_the_settings(
    visitor: Visitor, pool: str, tmp_path: Path
) -> None:
    page = visitor.page
    visitor.go("/runs/new")
    page.get_by_label("Question set").select_option(label="flow-test")
    page.get_by_label("Pool").select_option(label=pool)
    page.locator("#curve .main-svg").first.wait_for(timeout=120_000)
    page.locator("#curve").get_by_text("The same as a table").click()
    row = page.locator("#curve tbody tr", has_text="joint").filter(has_text="all 2")
    row.get_by_role("link").click()
    page.get_by_label("Seats per question (k)").wait_for()
    assert page.get_by_label("Seats per question (k)").input_value() == "2"
    assert page.get_by_label("Who writes the answers").input_value() == "joint"
    assert page.get_by_role("radio", name="My own settings").is_checked()
    look_at(visitor, {"curve": page.url.removeprefix(visitor.url)}, tmp_path)
    assert not visitor.wrong


def test_a_click_opens_a_family(visitor: Visitor, pool: str, tmp_path: Path) -> None:
    page = visitor.page
    visitor.go("/runs/new")
    page.get_by_label("Question set").select_option(label="flow-test")
    page.get_by_label("Pool").select_option(label=pool)
    page.get_by_role("radio", name="As in the paper").check()
    page.get_by_role("button", name="Start the run").click()
    page.locator("#live-summary [data-status=done]").wait_for(timeout=60_000)
    assert not page.get_by_role("heading", name="Timeline of visits").count(), "nothing was loaded"
    assert "Mixtral-8x7B-Instruct-v0.1" in page.locator("#live-experts").inner_text()
    assert "mistralai/" not in page.locator("main").inner_text()
    families = page.get_by_role("link", name="Families", exact=True)
    families.or_(page.get_by_role("heading", name="Families of skills")).first.wait_for()
    page.locator(".sankey-node", has_text="physics").locator(".node-rect").click()
    page.get_by_role("heading", name="Skills of physics").wait_for()
    page.get_by_text("The same as a table").first.click()
    page.get_by_role("region", name="Flow of seats as a table").locator("tbody a").first.wait_for()
    opened = page.url.removeprefix(visitor.url)
    look_at(visitor, {"flow": opened, "new": "/runs/new", "home": "/"}, tmp_path)
    assert not visitor.wrong
