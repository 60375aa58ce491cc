"""A queue, worked by two people at once with the keyboard alone, settled by a third; what
the third rules becomes the gold answer, and the run is graded again."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import WAIT, Visitor
from tests.e2e.looking import look_at
from tests.e2e.programs import Api

SIZE = 12
MODELS = ("mistralai/Mixtral-8x7B-Instruct-v0.1", "google/gemma-2-9b-it")
PER_MINUTE = 10  # items, by keyboard alone

pytestmark = pytest.mark.slow


@pytest.fixture
def run(visitor: Visitor, given: Api) -> str:
    """Of two recorded models, each wrong on some; two gold answers are wrong."""
    visitor.wrong.clear()
    rows: list[dict[str, object]] = [
        {
            "id": f"sum-{n}",
            "question": f"How much is {n} + {n}?",
            "answer": str(2 * n + (n in (7, 8))),
        }
        for n in range(SIZE)
    ]
    sums = given.question_set("sums", rows)
    log: list[dict[str, object]] = [
        {"question_id": f"sum-{n}", "model": model, "output": f"**Sum.** The answer is {said}."}
        for n in range(SIZE)
        for model, said in zip(MODELS, (2 * n, 2 * n if n % 5 else 9), strict=True)
    ]
    return given.run(given.responses(sums, log, "Sums"), sums, "all-experts")


def joined(visitor: Visitor, browser: Browser, name: str) -> Page:
    """A reviewer, in a browser of their own."""
    page = visitor.page
    visitor.go("/team")
    page.get_by_label("Role", exact=True).select_option("reviewer")
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Invitation link").input_value()
    guest = browser.new_context().new_page()
    guest.set_default_timeout(WAIT)
    guest.goto(link)
    guest.get_by_label("Your name").fill(name.title())
    guest.get_by_label("User name").fill(name)
    for label in ("Password", "Password confirmation"):
        guest.get_by_label(label, exact=True).fill("an engine of numbers")
    guest.get_by_role("button", name="Join the team").click()
    guest.get_by_role("link", name=name.title(), exact=True).wait_for()
    return guest


def reviewed(page: Page, keys: str) -> None:
    """One item, and on to the next or to the end."""
    before = page.url
    for key in keys:
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: address != before)


def test_three_people_at_once(
    visitor: Visitor, chromium: Browser, run: str, tmp_path: Path
) -> None:
    page = visitor.page
    ada, grace, judge = (joined(visitor, chromium, name) for name in ("edith", "ruth", "joan"))
    visitor.go(f"{run}/questions")
    page.get_by_role("link", name="Make a queue").click()
    page.get_by_label("Name", exact=True).fill("All sums")
    page.get_by_label("Which answers").select_option("all")
    for name in ("Edith", "Ruth"):
        page.get_by_role("group", name="Who reviews").get_by_label(name, exact=True).check()
    page.get_by_label("Reviews of each").fill("2")
    page.get_by_label("Blind").check()
    page.get_by_label("Who settles").select_option(label="Joan")
    page.get_by_label("Instructions").fill("Look at the **sum**.")
    page.get_by_role("button", name="Make the queue").click()
    page.get_by_text(f"The queue All sums has {SIZE} items").wait_for()
    queue = page.url.removeprefix(visitor.url)
    for reviewer in (ada, grace):
        reviewer.goto(visitor.url + queue)
        reviewer.keyboard.press("r")
        reviewer.wait_for_url("**/items/*")
        assert "Gold answer" not in reviewer.inner_text("main"), "blind"
    ada.set_viewport_size({"width": 390, "height": 844})
    began = time.monotonic()
    for _ in range(SIZE):
        reviewed(ada, "1")
        # Grace doubts two golds, and one response's reading as well.
        number = re.search(r"sum-(\d+)$", grace.inner_text("h1"))
        assert number
        reviewed(grace, {"7": "6", "8": "64"}.get(number[1], "1"))
    assert 2 * SIZE / ((time.monotonic() - began) / 60) > PER_MINUTE
    for reviewer in (ada, grace):
        assert reviewer.url == visitor.url + queue, "nothing is left"
    visitor.go(queue)
    page.get_by_text(f"{SIZE} of {SIZE} items done, {2 * SIZE} of {2 * SIZE} reviews").wait_for()
    page.get_by_role("heading", name="Items that divide people").wait_for()
    assert page.locator("#dividing li").count() == 2
    assert f"{1 - 2 / SIZE:.2f}" in page.locator("#agreement").inner_text()
    answer = settle(judge, visitor.url + queue)
    correct(visitor, run, answer.removeprefix(visitor.url))
    visitor.go(queue)
    page.get_by_role("heading", name="Agreement", exact=True).wait_for()
    assert page.locator("#dividing li").count() == 1
    look_at(visitor, {"queues": "/queues/", "queue": queue, "verdicts": "/team/verdicts"}, tmp_path)
    assert not visitor.wrong
    for guest in (ada, grace, judge):
        guest.context.close()


def settle(judge: Page, queue: str) -> str:
    """The one whom the queue names rules on the first item that divides people: its address."""
    judge.goto(queue)
    judge.locator("#dividing a").first.click()
    judge.get_by_text("Settle it by a ruling").click()
    form = judge.locator("form").filter(has_text="A ruling is the team's word")
    form.get_by_label("Gold disputed").check()
    number = re.search(r"sum-(\d+)$", judge.inner_text("h1"))
    assert number
    form.get_by_label("The answer should be").fill(str(2 * int(number[1])))
    form.get_by_role("button", name="Save the ruling").click()
    judge.get_by_role("article", name="Ruling by Joan").wait_for()
    return judge.url.partition("#")[0]


def correct(visitor: Visitor, run: str, answer: str) -> None:
    """What the ruling says becomes the gold answer, and the run is graded again by it."""
    page = visitor.page
    visitor.go(answer)
    page.get_by_role("link", name="Correct the gold answer").click()
    page.get_by_text("right from then on").wait_for()
    page.get_by_label("Why").fill("Joan ruled so.")
    page.get_by_role("button", name="Correct the gold answer").click()
    page.get_by_text("The gold answer is corrected").wait_for()
    page.get_by_role("button", name="Grade it again").click()
    page.get_by_text("1 run is graded again by version 2").wait_for()
    visitor.go(run)
    page.get_by_text("Accuracy by version of the gold answers").wait_for()
