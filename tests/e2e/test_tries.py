"""Trying an expert in a browser, on servers that write slowly or are not there."""

import time

from tests.e2e.conftest import Visitor, free_port
from tests.gpu_worker.http_server import SmallServer, serving, written

RUN_SECONDS = 120  # on two busy cores
SELECT_FOUR = """() => {
  const text = document.querySelector("[data-grows]").firstChild
  getSelection().setBaseAndExtent(text, 0, text, 4)
}"""


def test_a_try_is_read_along_and_cancelled(visitor: Visitor) -> None:
    """Text arrives on the page; what is selected and focused stays so; cancelling keeps it."""
    page = visitor.page
    words = " ".join(f"step {n}" for n in range(400))
    with serving(SmallServer(reply=lambda *_: written(words), piece_seconds=0.05)) as server:
        add_endpoint(visitor, "slow", server.address)
        page.get_by_label("Question").fill("Count.")
        page.get_by_label("New tokens, at most").fill("900")
        page.get_by_role("button", name="Ask").click()
        page.locator("[data-grows]").wait_for()
        page.evaluate(SELECT_FOUR)
        page.locator("#cancel").focus()
        lengths = {len(page.inner_text("[data-grows]"))}
        until = time.monotonic() + RUN_SECONDS
        while len(lengths) < 4:
            assert time.monotonic() < until, lengths
            lengths.add(len(page.inner_text("[data-grows]")))
        assert page.evaluate("[getSelection().toString(), document.activeElement.id]") == [
            "step", "cancel",
        ]  # fmt: skip
        assert page.inner_text("#live-try-said").strip() == "Writing."
        assert "of at most 900" in page.inner_text("#live-try-figures")
        page.reload()
        assert page.inner_text("[data-grows]").startswith("step 0 step 1")
        page.locator("#cancel").click()
        page.get_by_text("Cancelled after").last.wait_for()
        assert "step 0 step 1" in page.inner_text("#live-try-output")
        until = time.monotonic() + 20
        while not server.hung_up:
            assert time.monotonic() < until, "the server still writes"
            page.wait_for_timeout(50)
    assert not visitor.wrong


def test_why_a_try_failed_is_seen_on_its_page(visitor: Visitor) -> None:
    page = visitor.page
    add_endpoint(visitor, "gone", f"http://127.0.0.1:{free_port()}/v1")
    page.get_by_label("Question").fill("Are you there?")
    page.get_by_role("button", name="Ask").click()
    failed = page.locator("#live-try-figures [role=alert]")
    failed.wait_for(timeout=RUN_SECONDS * 1000)
    assert "nothing answers at http://127.0.0.1" in failed.inner_text()
    page.locator("#connection[data-state=ended]").wait_for()
    page.locator("#again").click()
    assert page.get_by_label("Question").input_value() == "Are you there?"
    page.get_by_text("It cannot be used.").wait_for()
    assert (
        "nothing answers at" in page.locator("section", has_text="Your team's tries").inner_text()
    )
    assert not visitor.wrong


def add_endpoint(visitor: Visitor, name: str, address: str) -> None:
    page = visitor.page
    visitor.go("/experts/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Engine", exact=True).select_option("openai")
    page.get_by_label("Hub id or local folder").fill("small")
    page.locator("details:has([name=endpoint]) > summary").click()
    page.get_by_label("Endpoint address").fill(address)
    page.get_by_role("button", name="Add the expert").click()
    page.get_by_text(f"{name} is added").wait_for()
