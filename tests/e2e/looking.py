"""What holds on every page, for every eye."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.conftest import Visitor

AXE = Axe()
# What is right need not be listed, which takes as long again.
FINDINGS = {"resultTypes": ["violations"]}
BY_EYE = FINDINGS | {"runOnly": ["color-contrast", "scrollable-region-focusable", "target-size"]}
# The rows of a table are alike: what is wrong with one is wrong with the first ones.
BUT = {"exclude": [["tbody tr:nth-child(n+5)"]]}
# Each scheme and each width once: a scheme changes no layout, so that the other two show nothing
# else. All findings but those of colours and sizes are the same for each. For all findings of all
# four, and with pictures, which take as long again: SKILLMOE_EYES=4.
EYES = (("light", 1280), ("dark", 390), ("dark", 1280), ("light", 390))
LOOKED_BY = int(os.environ.get("SKILLMOE_EYES", "2"))
KEEPS_PICTURES = "SKILLMOE_EYES" in os.environ
HEIGHT = 900
MOST_KILOBYTES = 500  # that a page loads the first time, beside the chart bundle
WIDER = "document.documentElement.scrollWidth - innerWidth"
WIDEST = """() => [...document.querySelectorAll("main *, header *")]
  .filter(element => element.getBoundingClientRect().right > innerWidth + 0.5)
  .filter(element => !element.closest(".scroll, .chart-scroll, .visually-hidden"))
  .map(element => element.cloneNode().outerHTML).slice(0, 5).join(" ")"""
# The sizes of bodies as they were sent.
SENT = """() => performance.getEntries()
  .filter(entry => entry.encodedBodySize && !entry.name.includes("plotly"))
  .reduce((sum, entry) => sum + entry.encodedBodySize, 0) / 1000"""


def look_at(visitor: Visitor, pages: dict[str, str], folder: Path) -> None:
    """Light and dark, wide and narrow: no axe finding, nothing wider than the window, not too much
    sent. A picture of each, where they are kept, is NAME-SCHEME-WIDTH.png in the folder."""
    found, page = [], visitor.page
    cache = page.context.new_cdp_session(page)
    for number, (scheme, width) in enumerate(EYES[:LOOKED_BY]):
        is_first = number == 0  # to whom everything is sent
        cache.send("Network.setCacheDisabled", {"cacheDisabled": is_first})
        findings = FINDINGS if is_first or len(EYES) == LOOKED_BY else BY_EYE
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for name, address in pages.items():
            visitor.go(address)
            is_settled(page)
            is_drawn(page)
            violations = AXE.run(page, BUT, findings).response["violations"]
            found += [(scheme, name, v["id"], v["nodes"][0]["html"]) for v in violations]
            if page.evaluate(WIDER) > 0:
                found.append((scheme, name, "wider than the window", page.evaluate(WIDEST)))
            if is_first and (sent := page.evaluate(SENT)) > MOST_KILOBYTES:
                found.append((scheme, name, "too much is sent", f"{sent:.0f} kB"))
            if KEEPS_PICTURES:
                page.screenshot(path=folder / f"{name}-{scheme}-{width}.png")
    cache.detach()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": EYES[0][1], "height": HEIGHT})
    assert not found, found


def is_settled(page: Page) -> None:
    """A page of findings opens again by itself once they are there."""
    waits = page.locator('main [hx-get*="/found"], main [hx-get$="/oracle"]')
    waits.first.wait_for(state="detached", timeout=60_000)


def is_drawn(page: Page) -> None:
    """Every chart of the page, or its word for nothing to draw, is there."""
    for chart in page.locator("[data-figure]").all():
        section = chart.locator("xpath=ancestor::section[1]")
        section.locator(".main-svg, [data-empty]:not([hidden])").first.wait_for()
