"""The pages that a team works in, with the demo's profile and runs, in a real browser."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import DEMO, ROOT
from tests.e2e.conftest import WAIT, Demo, Visitor
from tests.e2e.looking import look_at
from tests.e2e.steps import own_settings

pytestmark = pytest.mark.slow
# `make pictures` puts them into the docs.
PICTURES = os.environ.get("SKILLMOE_PICTURES")


@pytest.fixture(scope="module")
def reader(demo: Demo, chromium: Browser) -> Iterator[Visitor]:
    address = re.match(r"http://[^/]+", demo.report["run_url"])
    password = re.search(r"password (\S+)", demo.said)
    assert address and password
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT)
    reader = Visitor(context.new_page(), address[0])
    reader.watch()
    reader.sign_in(password[1])
    reader.page.get_by_role("heading", name="Recent runs").wait_for()
    yield reader
    assert not reader.wrong
    context.close()


@pytest.fixture
def run(demo: Demo) -> str:
    """The address of the routed run."""
    return re.sub(r"http://[^/]+", "", demo.report["run_url"])


def test_filters_panes_and_keys(reader: Visitor, run: str) -> None:
    page = reader.page
    reader.go(f"{run}/questions")
    assert "240 questions" in " ".join(page.locator(".found").first.inner_text().split())
    page.get_by_label("Expert with a seat").select_option(index=1)
    page.wait_for_url("**expert=*")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#pane h2").first.wait_for()
    first = page.locator("#pane").inner_text()
    page.keyboard.press("j")
    page.wait_for_timeout(1500)
    assert page.locator("#pane").inner_text() != first
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_text("next question").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Clear").click()
    page.get_by_label("Words in questions and outputs").fill("zyzzyva")
    page.keyboard.press("Enter")
    page.get_by_text("No question of this run is like that").wait_for()


def test_reviewing_by_keyboard(reader: Visitor, run: str) -> None:
    page = reader.page
    reader.go(f"{run}/review")
    page.get_by_role("heading", name="Review mode").wait_for()
    first = page.get_by_role("heading", level=1).inner_text()
    page.keyboard.press("6")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1).filter(has_not_text=first).wait_for()
    reader.go("/")
    page.get_by_role("heading", name="Open disputes").wait_for()
    reader.go(f"{run}/questions?review=disputed")
    assert "Gold disputed" in page.locator("tbody").inner_text()


def test_keys_beside_fields(reader: Visitor, run: str) -> None:
    """Letters work beside a radio button, Esc leaves a note, arrows only choose in a filter, and
    focus stays where something was said."""
    page = reader.page
    reader.go(f"{run}/review")
    page.keyboard.press("n")
    page.keyboard.type("a note")
    page.keyboard.press("Escape")
    first = page.get_by_role("heading", level=1).inner_text()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1).filter(has_not_text=first).wait_for()
    reader.go(f"{run}/questions")
    filters = page.get_by_role("search", name="Questions").get_by_label("How it came about")
    filters.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = filters.input_value()
    page.keyboard.press("Enter")
    page.wait_for_url("**outcome=*")
    assert filters.input_value() == chosen
    assert "expert=" not in page.url, "an address names only what was asked for"
    reader.go(f"{run}/questions")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#pane h2").first.wait_for()
    page.keyboard.press("r")
    page.keyboard.press("Space")
    page.locator("#pane").get_by_role("button", name="Save", exact=True).click()
    page.locator("#reviews-title:focus").wait_for()
    page.keyboard.press("x")
    page.locator("[data-frame]").wait_for(state="hidden")


def test_enter_saves_a_preset(reader: Visitor) -> None:
    page = reader.page
    reader.go("/runs/new")
    page.get_by_label("Question set").select_option(label="Demo test")
    page.get_by_label("Pool").select_option(index=1)
    page.get_by_label("Save these settings as").fill("By Enter")
    page.keyboard.press("Enter")
    page.get_by_text("The preset By Enter is saved").wait_for()


def test_comparing_the_demos_runs(reader: Visitor, run: str) -> None:
    page = reader.page
    number = int(run.rpartition("/")[2])
    reader.go(f"/runs/compare?a={number + 1}&b={number}")
    page.get_by_role("heading", name=re.compile("better by|cannot be told apart")).wait_for()
    page.get_by_text("exact McNemar test").wait_for()
    page.locator("#questions nav.tabs a").first.click()
    assert page.locator("#questions tbody tr").count() > 0


def test_the_routing_before_anything_is_generated(reader: Visitor) -> None:
    page = reader.page
    reader.go("/runs/new")
    page.get_by_label("Question set").select_option(label="Demo test")
    page.get_by_label("Pool").select_option(index=1)
    own_settings(reader)
    page.get_by_role("button", name="Show the routing").click()
    page.get_by_role("region", name="Seats per expert").wait_for(timeout=120_000)
    assert "720" in page.locator("#routing .figures").inner_text()
    box = page.locator("#routing tbody input").first
    name = box.get_attribute("aria-label") or ""
    box.check()
    page.get_by_role("button", name="Show it again").click()
    page.get_by_text("→").first.wait_for(timeout=120_000)
    assert page.get_by_label(name).is_checked()


def test_a_cell_opens_its_questions(reader: Visitor) -> None:
    page = reader.page
    reader.go("/profiles/1")
    page.locator(".heat tbody td a").nth(1).click()
    page.wait_for_url("**/cell?*")
    assert page.locator("main article, main tbody tr").count() > 0


def pages_of(reader: Visitor, run: str) -> dict[str, str]:
    """Where each page of docs/dashboard.md is, by the name of its picture."""
    page = reader.page
    number = int(run.rpartition("/")[2])
    reader.go("/profiles/1")
    cell = page.locator(".heat tbody td a").nth(1).get_attribute("href") or ""
    experts = page.locator(".heat tbody th a").all()
    a, b = ((e.get_attribute("href") or "").rpartition("/")[2] for e in experts[:2])
    reader.go(f"{run}/questions")
    answer = page.locator("tbody a[data-pane]").first.get_attribute("href") or ""
    reader.go(f"/runs/new?like={number}")
    page.get_by_role("button", name="Show the routing").click()
    page.get_by_role("region", name="Seats per expert").wait_for(timeout=120_000)
    routing = page.url.removeprefix(reader.url)
    reader.go("/question-sets/new")
    page.get_by_label("File", exact=True).set_input_files(DEMO / "questions" / "validation.jsonl")
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/question-sets/uploads/*")
    return {
        "home": "/",
        "new-run": routing,
        "run": run,
        "results": f"{run}/questions",
        "answer": answer,
        "lost": f"/runs/{number + 1}/lost",
        "review": f"{run}/review",
        "history": "/runs/?set=2",
        "compare": f"/runs/compare?a={number + 1}&b={number}",
        "experts": "/experts/",
        "expert": "/experts/2",
        "profile": "/profiles/1",
        "cell": cell,
        "compare-experts": f"/profiles/1/experts?a={a}&b={b}",
        "question-sets": "/question-sets/",
        "upload": page.url.removeprefix(reader.url),
        "question-set": "/question-sets/2",
    }


def test_every_page_is_for_everybody(reader: Visitor, run: str, tmp_path: Path) -> None:
    pages = pages_of(reader, run)
    look_at(reader, pages, tmp_path)
    if PICTURES:
        for name in pages:
            shutil.copy(tmp_path / f"{name}-light-1280.png", ROOT / PICTURES / f"{name}.png")
