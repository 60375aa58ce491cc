"""A browser whose socket was refused asks once why: it goes on trying only where that is of use."""

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.slow
LISTEN = """
([path, address]) => {
  window.said = { lost: 0, refused: 0 }
  listen(path, address, {
    told: () => {}, lost: () => { said.lost++ }, refused: () => { said.refused++ },
  })
}
"""
NOT_THERE = "/live/runs/999999"  # a socket that is refused to everybody


def said(page: Page, address: str) -> dict[str, int]:
    """After enough time for three attempts."""
    page.add_script_tag(url="/static/listen.js")
    page.evaluate(LISTEN, [NOT_THERE, address])
    page.wait_for_timeout(2_500)
    found: dict[str, int] = page.evaluate("said")
    return found


def test_whoever_is_signed_out_does_not_try_for_ever(visitor: Visitor) -> None:
    assert visitor.page.context.browser
    page = visitor.page.context.browser.new_page()
    page.goto(f"{visitor.url}/sign-in")
    assert said(page, "/runs/") == {"lost": 1, "refused": 1}
    page.close()


def test_nor_does_whoever_may_not_see_it(visitor: Visitor) -> None:
    page = visitor.page.context.new_page()
    page.goto(f"{visitor.url}/")
    assert said(page, "/runs/999999") == {"lost": 1, "refused": 1}
    page.close()


def test_what_is_to_be_seen_is_tried_again(visitor: Visitor) -> None:
    """As where a server is full, or just starting."""
    page = visitor.page.context.new_page()
    page.goto(f"{visitor.url}/")
    found = said(page, "/runs/")
    assert found["lost"] > 1 and found["refused"] == 0
    page.close()
