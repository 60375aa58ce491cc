"""A passkey in a real browser: made, signed in with, removed; and how the pages of it look."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import WAIT, Visitor
from tests.e2e.looking import look_at

pytestmark = pytest.mark.slow
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
PASSWORD = "a ship at sea"
PAGES = {"me": "/me", "app": "/me/app", "codes": "/me/recovery-codes", "email": "/me/email",
         "passkey": "/me/passkeys/add", "again": "/sign-in/again",
         "again-passkey": "/sign-in/again/passkey"}  # fmt: skip


def test_a_passkey_stands_for_the_password(visitor: Visitor, tmp_path: Path) -> None:
    visitor.go("/team")
    visitor.page.get_by_label("For whom").fill("Grace")
    visitor.page.get_by_role("button", name="Make a link").click()
    link = visitor.page.get_by_label("Invitation link").input_value()
    assert visitor.page.context.browser
    context = visitor.page.context.browser.new_context()
    context.set_default_timeout(WAIT)
    # Where browsers have passkeys: not at 127.0.0.1.
    grace = Visitor(context.new_page(), visitor.url.replace("127.0.0.1", "localhost"))
    page = grace.page
    try:
        grace.watch()
        device = context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        page.goto(link.replace("127.0.0.1", "localhost"))
        page.get_by_label("Your name").fill("Grace Hopper")
        page.get_by_label("User name").fill("grace")
        for label in ("Password", "Password confirmation"):
            page.get_by_label(label, exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Join the team").click()
        page.get_by_role("link", name="Grace Hopper").click()
        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("It also replaces the password").check()
        page.get_by_role("button", name="Make the passkey").click()
        code = page.locator("#codes").inner_text().split()[0]
        with page.expect_response("**/me/display"):
            page.get_by_role("button", name="Dark theme").click()
        grace.go("/me")
        assert page.locator("html").get_attribute("data-theme") == "dark"
        with page.expect_response("**/me/display"):
            page.get_by_role("button", name="Dark theme").click()  # back again
        sign_out(page)
        sign_in(page)
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_role("link", name="Grace Hopper").wait_for()
        sign_out(page)
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_role("link", name="Grace Hopper").wait_for()
        # From here without the device: looking takes it away.
        grace.go("/me/app")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("heading", name="Authenticator app").wait_for()
        look_at(grace, PAGES, tmp_path)
        sign_out(page)
        look_at(grace, {"forgotten": "/sign-in/forgotten", "in": "/sign-in?next=/me"}, tmp_path)
        sign_in(page)
        look_at(grace, {"second": "/sign-in/second-factor"}, tmp_path)
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Sign in", exact=True).click()
        grace.go("/me")
        page.get_by_role("link", name="Remove Passkey").click()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="Remove the passkey").click()
        page.get_by_text("The passkey is removed.").wait_for()
    finally:
        context.close()
    assert not grace.wrong


def sign_in(page: Page) -> None:
    page.get_by_label("User name").fill("grace")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Second factor").wait_for()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("heading", name="Sign in").wait_for()
