"""Pictures of pages in Chromium, and how much two of them differ."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Error, Page, sync_playwright

CHROMIUM = "chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDTH, HEIGHT = 1280, 900
LOAD_MS, QUIET_MS = 30_000, 5_000
# Charts draw themselves after their figures have come; a running run's page connects first.
SETTLED = """() => {
  const state = document.getElementById('connection')
  return document.fonts.status === 'loaded' && (!state || state.dataset.state !== '')
}"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def check_browser() -> None:
    """Ends the program, before it has done anything, where there is no browser."""
    if shutil.which(CHROMIUM) is None:
        raise SystemExit(f"There is no {CHROMIUM}: install it, or leave out --pictures.")


def photograph(url: str, cookies: Mapping[str, str], pages: Mapping[str, Path]) -> None:
    """Address → the file that its whole page is painted into."""
    with _browser(url, cookies) as page:
        for address, file in pages.items():
            with suppress(Error):  # what never becomes quiet is painted as it is
                page.goto(url + address, timeout=LOAD_MS)
                page.wait_for_load_state("networkidle", timeout=QUIET_MS)
            with suppress(Error):
                page.wait_for_function(SETTLED, timeout=QUIET_MS)
                page.evaluate(TWO_FRAMES)
            page.screenshot(path=file, full_page=True, animations="disabled", caret="hide")


@contextmanager
def _browser(url: str, cookies: Mapping[str, str]) -> Iterator[Page]:
    with sync_playwright() as playwright:
        path = shutil.which(CHROMIUM)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            color_scheme="light",
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": n, "value": v, "url": url} for n, v in cookies.items()])
        yield context.new_page()
        browser.close()


def differing(before: Path, after: Path) -> float:
    """Percent of the pixels; where one picture is larger, the rest of it counts as different."""
    with Image.open(before) as one, Image.open(after) as other:
        left, right = np.asarray(one.convert("RGB")), np.asarray(other.convert("RGB"))
    height, width = (min(left.shape[i], right.shape[i]) for i in (0, 1))
    same = int((left[:height, :width] == right[:height, :width]).all(axis=2).sum())
    whole: int = max(left.shape[0], right.shape[0]) * max(left.shape[1], right.shape[1])
    return 100 * (1 - same / whole)
