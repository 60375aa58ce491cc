"""Hostile formulas in a real browser: the page goes on, and none of them is turned round."""

from playwright.sync_api import Browser

from tests.conftest import ROOT

KATEX = ROOT / "node_modules" / "katex" / "dist" / "katex.min.js"
TEX = ROOT / "webapp" / "static" / "tex.js"
TURNED = [
    r'a\char"202E b',
    r'\text{a\char"202E b}',
    r"a\@char{8238}b",
    r'\def\x{\char"2067 }a\x b',
]
LARGE = [r"\begin{matrix}" + "&" * 3900 + r"\end{matrix}"] * 20 + [r"\sqrt{" * 570 + "}" * 570] * 20


def test_hostile_formulas(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<!doctype html><main></main>")
    page.add_script_tag(path=KATEX)
    page.add_script_tag(path=TEX)
    longest = page.evaluate(
        """async formulas => {
          const main = document.querySelector('main')
          for (const formula of formulas) {
            const code = document.createElement('code')
            code.className = 'tex'
            code.textContent = formula
            main.append(code)
          }
          let longest = 0
          let last = performance.now()
          const began = last
          main.dispatchEvent(new CustomEvent('swapped', { bubbles: true }))
          while (performance.now() - began < 5000) {
            await new Promise(resolve => { setTimeout(resolve, 5) })
            longest = Math.max(longest, performance.now() - last)
            last = performance.now()
          }
          return longest
        }""",
        ["x^2", *TURNED, *LARGE],
    )
    assert longest < 4_000, "one formula at a time, each of which is short"
    assert page.locator("main .katex").count() >= 1, "x^2 is set"
    left = page.locator("main code.tex").all_text_contents()
    assert [text for text in left if len(text) < 100] == TURNED
    assert len(left) - len(TURNED) >= 20, "what is too large for the browser stays as written"
    assert not page.evaluate("/[\u202a-\u202e\u2066-\u2069]/.test(document.body.innerText)")
    page.close()
