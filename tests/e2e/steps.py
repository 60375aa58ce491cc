"""What a person does on the pages, as every browser test does it."""

import json
from pathlib import Path

from tests.e2e.conftest import Visitor


def upload(
    visitor: Visitor, path: Path, *, kind: str | None = None, skip_bad_rows: bool = False
) -> None:
    page = visitor.page
    visitor.go("/question-sets/new")
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/question-sets/uploads/*")
    if kind is not None:
        page.get_by_label("Kind").select_option(kind)
    if skip_bad_rows:
        page.get_by_label("Store the good rows").check()
    page.get_by_role("button", name="Store").click()


def import_responses(visitor: Visitor, path: Path, *, question_set: str, pool: str) -> None:
    page = visitor.page
    visitor.go("/recorded-responses/new")
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_label("Question set").select_option(label=question_set)
    page.get_by_label("Pool").fill(pool)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/recorded-responses/look?*")
    page.get_by_role("button", name="Store").click()
    page.get_by_text(f"to {question_set} were stored").wait_for()


def build_profile(visitor: Visitor, pool: str) -> None:
    """From the pool's only validation set, until it is there."""
    page = visitor.page
    visitor.go("/pools/")
    page.get_by_role("link", name=pool).first.click()
    page.get_by_role("button", name="Build the profile").click()
    page.wait_for_url("**/runs/*")
    page.locator("#live-summary [data-status=done]").wait_for(timeout=240_000)


def fill_in_a_run(visitor: Visitor, question_set: str, pool: str, method: str) -> None:
    page = visitor.page
    visitor.go("/runs/new")
    page.get_by_label("Question set").select_option(label=question_set)
    page.get_by_label("Pool").select_option(label=pool)
    own_settings(visitor)
    page.get_by_label("Method").select_option(method)


def own_settings(visitor: Visitor) -> None:
    """Unfold what presets stand for, once the chosen pool's are there."""
    page = visitor.page
    page.locator("#offers[data-own], #offer-own").first.wait_for()
    if not page.locator("#own-settings[open]").count():
        page.get_by_label("My own settings").check()


def start_the_run(visitor: Visitor) -> str:
    """The run's address."""
    visitor.page.get_by_role("button", name="Start the run").click()
    visitor.page.wait_for_url("**/runs/*")
    return visitor.page.url.removeprefix(visitor.url)


def as_lines(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path
