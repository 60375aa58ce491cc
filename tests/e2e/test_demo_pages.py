"""The pages that a team works in, with the demo's profile and runs, in a real browser."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.conftest import ROOT
from tests.e2e.conftest import Demo, Visitor

pytestmark = pytest.mark.slow
AXE = Axe()
# `make pictures` puts them into the docs.
PICTURES = os.environ.get("SKILLMOE_PICTURES")


@pytest.fixture(scope="module")
def reader(demo: Demo, chromium: Browser) -> Iterator[Visitor]:
    address = re.match(r"http://[^/]+", demo.report["run_url"])
    password = re.search(r"password (\S+)", demo.said)
    assert address and password
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    reader = Visitor(context.new_page(), address[0])
    reader.watch()
    reader.go("/sign-in")
    reader.page.get_by_label("Username").fill("admin")
    reader.page.get_by_label("Password").fill(password[1])
    reader.page.get_by_role("button", name="Sign in").click()
    reader.page.get_by_role("heading", name="Recent runs").wait_for()
    yield reader
    assert not reader.wrong
    context.close()


@pytest.fixture
def run(demo: Demo) -> str:
    """The address of the routed run."""
    return re.sub(r"http://[^/]+", "", demo.report["run_url"])


def is_drawn(page: Page) -> None:
    """Every chart of the page, or its word for nothing to draw, is there."""
    for chart in page.locator("[data-figure]").all():
        section = chart.locator("xpath=ancestor::section[1]")
        section.locator(".main-svg, [data-empty]:not([hidden])").first.wait_for()


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
    page.get_by_label("Words in outputs").fill("zyzzyva")
    page.keyboard.press("Enter")
    page.get_by_text("No question of this run is like that").wait_for()


def test_reviewing_by_keyboard(reader: Visitor, run: str) -> None:
    page = reader.page
    reader.go(f"{run}/review")
    page.get_by_role("heading", name="Review mode").wait_for()
    first = page.get_by_role("heading", level=1).inner_text()
    page.keyboard.press("6")
    page.get_by_role("heading", level=1).filter(has_not_text=first).wait_for()
    reader.go("/")
    page.get_by_role("heading", name="Open disputes").wait_for()
    reader.go(f"{run}/questions?review=disputed")
    assert "Gold disputed" in page.locator("tbody").inner_text()


def test_comparing_the_demos_runs(reader: Visitor, run: str) -> None:
    page = reader.page
    number = int(run.rpartition("/")[2])
    reader.go(f"/runs/compare?a={number + 1}&b={number}")
    page.get_by_role("heading", name=re.compile("^Tied$|is better$")).wait_for()
    page.get_by_text("exact McNemar test").wait_for()
    page.locator("#questions nav.tabs a").first.click()
    assert page.locator("#questions tbody tr").count() > 0


def test_the_routing_before_anything_is_generated(reader: Visitor) -> None:
    page = reader.page
    reader.go("/runs/new")
    page.get_by_label("Question set").select_option(label="Demo test")
    page.get_by_label("Pool").select_option(index=1)
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


def pages_of(run: str) -> dict[str, str]:
    number = int(run.rpartition("/")[2])
    return {
        "home": "/",
        "runs": "/runs/",
        "history": "/runs/?set=1",
        "new-run": f"/runs/new?like={number}",
        "run": run,
        "results": f"{run}/questions",
        "lost": f"/runs/{number + 1}/lost",
        "compare": f"/runs/compare?a={number + 1}&b={number}",
        "review": f"{run}/review",
        "experts": "/experts/",
        "expert": "/experts/2",
        "profile": "/profiles/1",
        "compare-experts": "/profiles/1/experts",
        "question-sets": "/question-sets/",
        "question-set": "/question-sets/2",
    }


def test_every_page_is_for_everybody(reader: Visitor, run: str, tmp_path: Path) -> None:
    """Light and dark, wide and narrow: no axe finding, nothing wider than the window; a picture."""
    found = []
    for scheme, width in (("light", 1280), ("dark", 390)):
        folder = ROOT / PICTURES if PICTURES and scheme == "light" else tmp_path
        reader.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        reader.page.set_viewport_size({"width": width, "height": 900})
        for name, address in pages_of(run).items():
            reader.go(address)
            is_drawn(reader.page)
            for violation in AXE.run(reader.page).response["violations"]:
                found.append((scheme, name, violation["id"], violation["nodes"][0]["html"]))
            if reader.page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
                found.append((scheme, name, "wider than the window", str(width)))
            reader.page.screenshot(path=folder / f"{name}.png")
    assert not found
