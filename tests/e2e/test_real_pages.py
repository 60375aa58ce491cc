"""Pages that only a real LLM fills: a try while it streams, and a profile that warns."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import ROOT
from tests.e2e.conftest import SERVERS, STOP_SECONDS, WAIT, Visitor, free_port, started
from tests.e2e.looking import look_at
from tests.gpu_worker.real_llm import made

pytestmark = pytest.mark.real
PICTURES = os.environ.get("SKILLMOE_PICTURES")  # `make pictures` puts them into the docs
SECONDS = 300
STORY = "Tell me a long story about a dog, a cat and a very old tree, with many details."


@pytest.fixture(scope="module")
def reader(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """What `make try-real` serves when it is done."""
    made()
    folder = tmp_path_factory.mktemp("real")
    environment = {name: value for name, value in os.environ.items() if name not in SERVERS}
    environment |= {"SKILLMOE_DATA": str(folder / "data"), "SKILLMOE_PORT": str(free_port())}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "demo", "--real"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        product = started(process, folder / "log", environment)
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(WAIT)
        reader = Visitor(context.new_page(), product.url.rstrip(":"))
        reader.watch()
        reader.sign_in(product.password)
        reader.page.get_by_role("heading", name="Recent runs").wait_for()
        yield reader
        assert not reader.wrong
        context.close()
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=STOP_SECONDS)


def kept(reader: Visitor, name: str) -> None:
    if PICTURES:
        reader.page.screenshot(path=ROOT / PICTURES / f"{name}.png", full_page=True)


def test_a_try_is_read_while_it_streams(reader: Visitor) -> None:
    page = reader.page
    reader.go("/experts/")
    page.get_by_role("link", name="smol-warm", exact=True).click()
    page.get_by_label("Question").fill(STORY)
    page.get_by_label("New tokens, at most").fill("512")
    page.get_by_role("button", name="Ask").click()
    grows = page.locator("[data-grows]")
    grows.wait_for(timeout=SECONDS * 1000)
    until = time.monotonic() + SECONDS
    while len(grows.inner_text()) < 300:
        assert time.monotonic() < until
        page.wait_for_timeout(100)
    assert page.inner_text("#live-try-said").strip() == "Writing."
    kept(reader, "try")
    page.locator("#connection[data-state=ended]").wait_for(timeout=SECONDS * 1000)
    assert "tokens/s" in page.inner_text("#live-try-figures")


def test_pages_of_a_small_llm_say_how_little_it_knows(reader: Visitor, tmp_path: Path) -> None:
    reader.go("/profiles/1")
    reader.page.locator(".caution:visible").first.wait_for()
    kept(reader, "profile-warns")
    pages = {"profile": "/profiles/1", "try": "/runs/1", "run": "/runs/4", "expert": "/experts/1"}
    look_at(reader, pages, tmp_path)
