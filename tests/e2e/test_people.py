"""Somebody is invited, joins, and sees what their role may; the log tells of it."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Visitor
from tests.e2e.looking import look_at

pytestmark = pytest.mark.slow


def test_a_reviewer_is_invited_and_joins(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    visitor.wrong.clear()
    visitor.go("/team")
    page.get_by_label("Role", exact=True).select_option("reviewer")
    page.get_by_label("For whom").fill("Ada, who reviews")
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Invitation link").input_value()
    look_at(visitor, {"members": "/team", "me": "/me", "welcome": "/welcome"}, tmp_path)
    assert page.context.browser
    context = page.context.browser.new_context()
    try:
        guest = context.new_page()
        guest.goto(link)
        guest.get_by_label("Your name").fill("Ada Lovelace")
        guest.get_by_label("User name").fill("ada")
        for label in ("Password", "Password confirmation"):
            guest.get_by_label(label, exact=True).fill("an engine of numbers")
        guest.get_by_role("button", name="Join the team").click()
        guest.get_by_role("link", name="Ada Lovelace").wait_for()
        assert guest.get_by_role("link", name="New run").count() == 0
        guest.goto(visitor.url + "/runs/new")
        guest.get_by_text("You are a reviewer in Team").wait_for()
        visitor.go("/team")
        row = page.get_by_role("row").filter(has_text="Ada Lovelace")
        row.get_by_label("Role of Ada Lovelace").select_option("editor")
        row.get_by_role("button", name="Change").click()
        page.get_by_text("Ada Lovelace is editor in Team now.").wait_for()
        guest.goto(visitor.url + "/runs/new")
        guest.get_by_role("heading", name="New run").wait_for()
        visitor.go("/team/log?text=reviewer")
        told = page.get_by_role("row").filter(has_text="changed a role")
        told.get_by_text("reviewer → editor").wait_for()
        look_at(visitor, {"log": "/team/log"}, tmp_path)
        visitor.go("/team")
        row.get_by_role("button", name="Remove").click()
        page.get_by_text("Ada Lovelace is not in Team any more").wait_for()
        guest.reload()
        guest.get_by_text("You are in no team").wait_for()
    finally:
        context.close()
    assert not visitor.wrong
