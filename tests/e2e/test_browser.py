"""A person's first hour with the product, in a real browser on real checkpoints.

The steps build on each other, so they are one test; what must hold on every page comes after.
"""

import json
import re
import time
from pathlib import Path

from playwright.sync_api import Page, WebSocketRoute

from tests.conftest import DEMO, ROOT
from tests.e2e.conftest import Product, Visitor
from tests.e2e.looking import look_at
from tests.e2e.steps import fill_in_a_run, start_the_run, upload

EXPERTS = ("tiny-01", "tiny-02")
UPLOAD = ROOT.parent / "shared" / "uploads" / "AIME24_test.json"
RUN_SECONDS = 120  # on two busy cores; each load takes some seconds
ATTACK = "<img src=x onerror=alert(1)> ![x](http://127.0.0.1:1/x.png) <style>*{color:red}</style>"


def a_file(folder: Path) -> Path:
    """The paper's kind of file: question and gold_answer."""
    if UPLOAD.exists():
        return UPLOAD
    lines = (DEMO / "questions" / "test.jsonl").read_text().splitlines()[:30]
    rows = [json.loads(line) for line in lines]
    path = folder / "AIME24_test.json"
    path.write_text(
        json.dumps([{"question": r["question"], "gold_answer": r["answer"]} for r in rows])
    )
    return path


def add_expert(visitor: Visitor, name: str) -> None:
    page = visitor.page
    visitor.go("/experts/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Hub id or local folder").fill(str(DEMO / "experts" / name))
    page.get_by_label("Context length").fill("1024")
    page.get_by_label("New-token limit").fill("80")
    page.get_by_label("Caution").fill("A toy: it knows four skills.")
    page.get_by_role("button", name="Add the expert").click()
    page.get_by_text(f"{name} is added").wait_for()


def make_pool(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/pools/new")
    page.get_by_label("Name", exact=True).fill("Two toys")
    experts = page.get_by_role("group", name="Experts", exact=True).last
    for name in EXPERTS:
        experts.get_by_label(name).check()
    page.get_by_label("Annotator").select_option(label=EXPERTS[0])
    page.get_by_role("button", name="Make the pool").click()
    page.get_by_text("Two toys is made").wait_for()
    assert "A toy: it knows four skills." in page.inner_text("main")


def watch_until_done(visitor: Visitor) -> list[str]:
    """Every state of the progress panel until the run is done, the page staying the same."""
    page = visitor.page
    loads = len(visitor.loads)
    seen = [page.inner_text("#live-summary")]
    give_up = time.monotonic() + RUN_SECONDS
    while page.locator("#live-summary [data-status=done]").count() == 0:
        assert time.monotonic() < give_up, f"not done: {seen[-1]}"
        page.wait_for_timeout(200)
        if (now := page.inner_text("#live-summary")) != seen[-1]:
            seen.append(now)
    assert len(visitor.loads) == loads, "the page was loaded again"
    return [*seen, page.inner_text("#live-summary")]


def holds_focus(page: Page) -> None:
    """Whoever is on an expert's link stays there while the part is swapped."""
    link = page.locator("#live-experts a").first
    link.wait_for()
    link.focus()
    before = page.inner_text("#live-events")
    page.wait_for_function(
        "t => document.querySelector('#live-events').innerText !== t", arg=before
    )
    assert link.evaluate("link => link === document.activeElement")


def live_parts(page: Page) -> list[str]:
    ids = ("live-summary", "live-experts", "live-events")
    return [" ".join(page.inner_text(f"#{part}").split()) for part in ids]


def chart_labels(page: Page) -> list[str]:
    page.locator("[data-figure] .node-label").first.wait_for()
    return sorted(page.locator("[data-figure] .node-label").all_text_contents())


def table_twins(page: Page) -> list[str]:
    page.locator("section:has(.lanes) tbody tr").first.wait_for(state="attached")
    return page.locator("section:has([data-figure]) tbody").all_text_contents()


def test_from_signing_in_to_an_answer(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    for name in EXPERTS:
        add_expert(visitor, name)
    make_pool(visitor)
    upload(visitor, a_file(tmp_path))
    page.get_by_text("AIME24_test was stored (30 questions), read as JSON").wait_for()

    fill_in_a_run(visitor, "AIME24_test", "Two toys", "all-experts")
    start_the_run(visitor)
    page.locator("#connection[data-state=live]").wait_for()
    holds_focus(page)
    seen = watch_until_done(visitor)
    assert len(seen) > 2, seen
    assert "30" in seen[-1] and "2 loads, 2 experts" in seen[-1]
    page.locator("#connection[data-state=ended]").wait_for()
    page.wait_for_timeout(3000)  # the last figure may be a second behind
    parts, labels, twins = live_parts(page), chart_labels(page), table_twins(page)
    assert set(EXPERTS) <= set(labels)
    page.reload()
    assert live_parts(page) == parts
    assert chart_labels(page) == labels
    assert table_twins(page) == twins
    visits = max(twin.count("Respond") for twin in twins)
    assert visits == len(EXPERTS), "the timeline has a row for each visit"

    page.get_by_role("button", name="Grade again").click()
    page.get_by_text("Graded again: nothing changed", exact=True).wait_for(state="attached")
    page.locator("#connection[data-state=ended]").wait_for()

    page.get_by_role("link", name="Questions and answers").click()
    page.locator("tbody a").first.click()
    page.locator("#pane").get_by_role("heading", name="Responses").wait_for()
    page.locator("#pane").get_by_role("link", name="Open").click()
    page.get_by_role("heading", name="Question 1", level=1).wait_for()
    assert page.locator("article.response").count() == len(EXPERTS)
    page.get_by_role("link", name="Next →").click()
    page.get_by_role("heading", name="Question 2").wait_for()
    assert not visitor.wrong


def test_trying_an_expert_over_a_connection_that_is_cut(visitor: Visitor) -> None:
    page = visitor.page
    sockets: list[str] = []

    def cut_the_first(socket: WebSocketRoute) -> None:
        sockets.append(socket.url)
        if len(sockets) == 1:
            socket.close(code=1012, reason="the server restarts")
        else:
            socket.connect_to_server()

    page.route_web_socket("**/live/runs/*", cut_the_first)
    visitor.go("/experts/")
    page.get_by_role("link", name=EXPERTS[0]).click()
    page.get_by_label("Question").fill("Spell KELP from its last letter to its first.")
    page.get_by_role("button", name="Ask").click()
    page.locator("#live-try [data-status=done]").wait_for(timeout=RUN_SECONDS * 1000)
    assert "tokens/s" in page.inner_text("#live-try")
    assert len(sockets) > 1, "it did not connect again"
    assert not visitor.wrong


def test_what_a_file_says_is_shown_and_never_run(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    path = tmp_path / "attack.json"
    rows = [{"question": f"{ATTACK} $x^2$", "gold_answer": "1"}, {"question": ""}]
    path.write_text(json.dumps(rows))
    upload(visitor, path)
    page.get_by_text("Nothing was stored").wait_for()
    problems = page.get_by_role("region", name="Rows that cannot be taken")
    assert problems.locator("tbody td").first.inner_text() == "2"
    refused = [line for line in visitor.wrong if "422" in line]  # the console tells of the status
    assert refused and refused == visitor.wrong
    visitor.wrong.clear()
    upload(visitor, path, skip_bad_rows=True)
    page.wait_for_url(re.compile(r"/question-sets/\d+$"))
    page.locator(".katex").first.wait_for()
    assert "onerror=alert(1)" in page.inner_text("main")
    assert page.locator("main img, main style").count() == 0
    assert not visitor.wrong


def test_pages_of_making_things_by_every_eye(visitor: Visitor, tmp_path: Path) -> None:
    """No policy violation, and all that `look_at` asks for. tests/e2e/test_demo_pages.py looks at
    the other pages, with more on them."""
    addresses = ["/question-sets/new", "/experts/presets", "/experts/new", "/pools/", "/pools/new",
                 "/recorded-responses/new"]  # fmt: skip
    page = visitor.page
    for listing, name in {"/experts/": EXPERTS[0], "/pools/": "Two toys"}.items():
        visitor.go(listing)
        row = page.locator("tbody tr", has_text=name).last
        thing = row.locator("th a").first.get_attribute("href") or ""
        addresses += [thing, f"{thing}/edit"]
    visitor.go("/question-sets/")
    page.locator("tbody tr", has_text="AIME24_test").last.locator("th a").first.click()
    page.wait_for_url(re.compile(r"/question-sets/\d+$"))
    addresses.append(page.locator("tbody th a").first.get_attribute("href") or "")
    names = [address.strip("/").replace("/", "-") for address in addresses]
    look_at(visitor, dict(zip(names, addresses, strict=True)), tmp_path)
    assert not visitor.wrong


def test_where_there_is_nothing_to_see(visitor: Visitor, product: Product, tmp_path: Path) -> None:
    """The pages of errors, and what everybody sees who is not signed in any more."""
    pages = {"not-found": "/runs/99999999", "refused": "/runs/compare?a=1&b=1"}
    look_at(visitor, pages, tmp_path)
    refused = [line for line in visitor.wrong if "status of 40" in line or "status of 42" in line]
    assert refused == visitor.wrong
    visitor.wrong.clear()
    browser = visitor.page.context.browser
    assert browser is not None
    stranger = Visitor(browser.new_page(), visitor.url)
    stranger.watch()
    look_at(stranger, {"sign-in": "/sign-in", "asked-to-sign-in": "/runs/1"}, tmp_path)
    stranger.sign_in(product.password)
    stranger.page.get_by_role("heading", name="On the GPU now").wait_for()
    stranger.page.context.clear_cookies()
    stranger.page.wait_for_url("**/sign-in?next=/")
    assert not stranger.wrong
    stranger.page.close()
