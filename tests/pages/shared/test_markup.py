"""Untrusted text becomes harmless HTML, and readable: formulas, tables, arithmetic."""

import time
from contextlib import suppress
from html.parser import HTMLParser
from random import Random

import pytest

from tests.hostile_texts import REPEATED, flood
from webapp.pages.shared.markup import LONGEST, SECONDS, TAGS, TooCostly, render

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><style>*{display:none}</style></svg>",
    "<iframe src='https://example.org'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//example.org/a)",
    "[x](https://example.org 'onmouseover=alert(1)')",
    '[x](https://example.org"onmouseover="alert(1))',
    "![x](https://example.org/pixel.png)",
    "![x](javascript:alert(1))",
    "[![x](https://example.org/pixel.png)](https://example.org)",
    "<https://example.org/auto>",
    "[a]: https://example.org\n[a]",
    "```<script>alert(1)</script>\n</code></pre><script>alert(1)</script>\n```",
    '```"><img src=x onerror=alert(1)>\nx\n```',
    "`</code><script>alert(1)</script>`",
    "$</code><script>alert(1)</script>$",
    "$$</code><img src=x onerror=alert(1)>$$",
    r"\(<img src=x onerror=alert(1)>\)",
    r"\boxed{<script>alert(1)</script>}",
    r"\href{javascript:alert(1)}{x} $\href{javascript:alert(1)}{x}$",
    r"\begin{matrix}<script>alert(1)</script>\end{matrix}",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "# <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!-- --><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<style>@import 'https://example.org/a.css'</style>",
    "<form action=https://example.org><input name=a></form>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<scr\0ipt>alert(1)</script>",
    "<div class=panel id=live-summary style='position:fixed'>x</div>",
]


class Elements(HTMLParser):
    """Every tag of a text with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_or_asks_survives(attack: str) -> None:
    for tag, attributes in Elements(render(attack)).found:
        assert tag in TAGS
        assert set(attributes) <= ({"href", "rel"} if tag == "a" else {"class", "start"})
        assert (attributes.get("class") or "") in {"", "tex", "tex tex-display"}
        if href := attributes.get("href"):
            assert href.startswith(("https://example.org", "http://example.org"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (r"So \boxed{68}.", r'<p>So <code class="tex">\boxed{68}</code>.</p>'),
        (r"So \boxed{KELP}.", r'<p>So <code class="tex">\boxed{\text{KELP}}</code>.</p>'),
        (r"\boxed{\frac{1}{2}}", r'<p><code class="tex">\boxed{\frac{1}{2}}</code></p>'),
        (r"\boxed{68", r"<p>\boxed{68</p>"),
        ("7*4+0=28 1*4+2=6", "<p>7*4+0=28 1*4+2=6</p>"),
        ("$5 and $10", "<p>$5 and $10</p>"),
        ("$x_1*y_2*z$", '<p><code class="tex">x_1*y_2*z</code></p>'),
        (r"\(a < b\)", '<p><code class="tex">a &lt; b</code></p>'),
        ("$$\na\n- b\n$$\nc", '<p><code class="tex tex-display">a\n- b</code></p>\n<p>c</p>'),
        ("a\nb", "<p>a<br>\nb</p>"),
        ("`$x$`", "<p><code>$x$</code></p>"),
        ("![a](https://b/c.png)", "<p>![a](https://b/c.png)</p>"),
    ],
)
def test_what_models_write(text: str, html: str) -> None:
    assert render(text).strip() == html


def test_an_environment_stands_alone() -> None:
    tex = "\\begin{align}\na &= b \\\\\n- c\n\\end{align}"
    assert render(tex).count('<code class="tex tex-display">') == 1


def test_longer_texts_are_shown_as_written() -> None:
    assert render("<b>" * LONGEST).startswith("<pre>&lt;b&gt;")


WORST = (
    "images",
    "brackets",
    "boxes that do not close",
    "emphasis either way",
    "tables",
    "joiners",
)


@pytest.mark.parametrize("name", WORST)
def test_no_text_takes_long(name: str) -> None:
    takes_no_longer(flood(name, LONGEST))


@pytest.mark.faults
@pytest.mark.parametrize("name", REPEATED)
def test_nothing_repeated_takes_long(name: str) -> None:
    takes_no_longer(flood(name, LONGEST))


def test_no_mixture_takes_long() -> None:
    rng = Random(1)
    units = [*filter(None, REPEATED.values()), "a](b)", "](", "](a)", "\n\n", " ", "*", "_a_"]
    for _ in range(6):
        few = rng.sample(units, rng.randint(2, 6))
        text = "".join(rng.choice(few) * rng.choice((1, 1, 50)) for _ in range(LONGEST))
        takes_no_longer(text[:LONGEST])


def takes_no_longer(text: str) -> None:
    """Than its budget and what is linear besides."""
    began = time.process_time()
    with suppress(TooCostly):
        render(text)
    assert time.process_time() - began < SECONDS + 1, text[:80]


def test_an_output_of_some_length_is_set() -> None:
    """The budget is no limit of what models write."""
    part = "## Step $n$\n\nSo **it** is `x`, see [this](https://a.b), $$a^2$$\n\n- one\n- two\n\n"
    assert "<h2>" in render(part * (20_000 // len(part)))
