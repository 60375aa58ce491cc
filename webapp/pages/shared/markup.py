"""Untrusted text (questions, what models write) to HTML that is safe to show.

Markdown becomes HTML here, is cut down to a few harmless tags, and TeX is left as escaped text in
`<code class="tex">`, which KaTeX sets in the browser (webapp/static/tex.js). Nothing that a model
writes can run, style the page, or make the browser ask for anything.
"""

import re
import time
from collections.abc import Sequence
from html import escape
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from webapp.pages.shared.unseen import marked

VERSION = 1  # of the rules here: with another one, what was set before is set anew
LONGEST = 60_000  # characters set as Markdown; what is longer is shown as it was written
SECONDS = 0.5  # of a processor, for one text
LONGEST_TEX = 4_000  # characters of one formula
LONGEST_BOX = 500  # characters of a \\boxed{} outside a formula

TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_PAIRS = {"$$": "$$", "\\[": "\\]", "\\(": "\\)", "$": "$"}
_ENVIRONMENT = re.compile(r"\\begin\{([a-zA-Z]+\*?)\}")
_WORD = re.compile(r"[A-Za-z][A-Za-z ,'-]+")  # an answer in words, not a product of symbols
_BOXED = re.compile(r"\\f?boxed\s*\{")


class TooCostly(Exception):
    """Setting the text takes more than SECONDS."""


def now() -> float:
    """Seconds of a processor that this thread has had."""
    return time.thread_time()


def render(text: str) -> SafeString:
    """Safe HTML of Markdown with TeX. Raises TooCostly.

    Some nested marks take markdown-it quadratic time, so it looks at the clock wherever it begins a
    line or a mark: between two looks it does nothing that is more than linear.
    """
    text = text.replace("\r\n", "\n")
    if len(text) > LONGEST:
        return mark_safe(f"<pre>{marked(escape(text))}</pre>")  # noqa: S308 (escaped)
    cleaned = nh3.clean(
        _MARKDOWN.render(text, {"until": now() + SECONDS}),
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}, "*": set()},
        allowed_classes={"code": {"tex", "tex-display"}},
        attribute_filter=_only_absolute,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(marked(cleaned))  # noqa: S308 (sanitised)


def _only_absolute(tag: str, attribute: str, value: str) -> str | None:
    """A model may link to a page elsewhere, not into this product, nor to //somewhere."""
    if attribute == "href" and not value.lower().startswith(("http://", "https://")):
        return None
    return value


def _tex_at(text: str, start: int) -> tuple[str, int, bool] | None:
    """The formula that starts here: its TeX, where it ends, whether it stands alone."""
    if boxed := _BOXED.match(text, start):
        end = _closing_brace(text, boxed.end())
        if end is None:
            return None
        content = text[boxed.end() : end - 1]
        upright = f"\\text{{{content}}}" if _WORD.fullmatch(content) else content
        return f"\\boxed{{{upright}}}", end, False
    if environment := _ENVIRONMENT.match(text, start):
        closing = f"\\end{{{environment[1]}}}"
        end = text.find(closing, environment.end(), start + LONGEST_TEX)
        return (text[start : end + len(closing)], end + len(closing), True) if end > 0 else None
    for opening, closing in _PAIRS.items():
        if text.startswith(opening, start):
            return _between(text, start, opening, closing)
    return None


def _between(text: str, start: int, opening: str, closing: str) -> tuple[str, int, bool] | None:
    begin = start + len(opening)
    end = text.find(closing, begin, start + LONGEST_TEX)
    while end > 0 and text[end - 1] == "\\" and closing.startswith("$"):  # \$ is a dollar sign
        end = text.find(closing, end + 1, start + LONGEST_TEX)
    if end <= begin or not text[begin:end].strip():
        return None
    if opening == "$" and not _hugs(text, begin, end):
        return None
    return text[begin:end], end + len(closing), opening in {"$$", "\\["}


def _hugs(text: str, begin: int, end: int) -> bool:
    """A formula hugs its dollar signs; $5 and $10 are money."""
    spaced = text[begin].isspace() or text[end - 1].isspace()
    return not spaced and not text[end + 1 : end + 2].isdigit()


def _closing_brace(text: str, position: int) -> int | None:
    depth = 1
    for place in range(position, min(len(text), position + LONGEST_BOX)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return None


def _inline_tex(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$\\":
        return False
    found = _tex_at(state.src, state.pos)
    if found is None or found[1] > state.posMax:
        return False
    if not silent:
        _push(state, *found)
    state.pos = found[1]
    return True


def _block_tex(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    r"""A formula that starts a line and ends one: `- b` inside it is no list."""
    begin = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or not state.src.startswith(("$$", "\\[", "\\begin{"), begin):
        return False
    found = _tex_at(state.src, begin)
    if found is None:
        return False
    for line in range(start, end):
        if state.eMarks[line] >= found[1]:
            break
    else:
        return False
    if state.src[found[1] : state.eMarks[line]].strip(" .,"):
        return False
    if not silent:
        _push(state, *found)
        state.line = line + 1
    return True


def _push(state: StateInline | StateBlock, tex: str, end: int, display: bool) -> None:
    token = state.push("tex", "code", 0)
    token.content = tex.strip()
    token.block = isinstance(state, StateBlock)
    token.meta = {"display": display}


def _in_time(state: StateInline | StateBlock, *_: Any) -> bool:
    """No mark: a look at the clock."""
    if now() > state.env["until"]:
        raise TooCostly
    return False


def _times(state: StateInline, silent: bool) -> bool:
    """A star between two operands is a product, not emphasis: 7*4+1*3 keeps its stars."""
    position, text = state.pos, state.src
    if text[position] != "*" or not 0 < position < len(text) - 1:
        return False
    before, after = text[position - 1], text[position + 1]
    if not (before.isalnum() or before == ")") or not (after.isalnum() or after == "("):
        return False
    if not silent:
        state.append_pending("*")
    state.pos += 1
    return True


class _Renderer(RendererHTML):
    def tex(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        token = tokens[index]
        kind = "tex tex-display" if token.meta["display"] else "tex"
        html = f'<code class="{kind}">{escape(token.content)}</code>'
        return f"<p>{html}</p>\n" if token.block else html

    def image(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        """Images would be asked for from elsewhere: shown as they were written."""
        token = tokens[index]
        return escape(f"![{token.content}]({token.attrGet('src') or ''})")


def _markdown() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=_Renderer)
    md.enable(["table", "strikethrough"])
    md.disable(["html_block", "html_inline", "autolink", "reference"])
    md.inline.ruler.before("escape", "tex", _inline_tex)
    md.inline.ruler.before("emphasis", "times", _times)
    md.inline.add_terminator_char("$")
    md.inline.ruler.before("text", "in time", _in_time)
    md.block.ruler.before(
        "table", "in time", _in_time, {"alt": ["paragraph", "blockquote", "list"]}
    )
    md.block.ruler.before(
        "fence", "tex", _block_tex, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    return md


_MARKDOWN = _markdown()
