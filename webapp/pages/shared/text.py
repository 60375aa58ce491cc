"""How values look on pages: verdicts, figures with units, times, text that models wrote."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from string import ascii_uppercase

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from moe_core.paired import LEAST_TOLD
from moe_core.values import Verdict
from webapp.runs.states import GenerationStatus

NOTHING = "\N{EN DASH}"
JOINERS = "\u200d\u200c\ufe0f\ufe0e\u20e3"
LONGEST_SIGN = 40  # characters that people may see as one

VERDICTS = {
    Verdict.CORRECT.value: ("correct", "✓"),
    Verdict.INCORRECT.value: ("incorrect", "✗"),
    Verdict.NO_ANSWER.value: ("none", "∅"),
    Verdict.TOO_COSTLY.value: ("none", "⊘"),
    Verdict.UNGRADED.value: ("none", "?"),
}


def emphasised(text: str) -> SafeString:
    """A text of ours, with the *words* between stars as such."""
    parts = text.split("*")
    pairs = zip(parts[::2], [*parts[1::2], ""], strict=True)
    return format_html_join("", "{}{}", ((plain, _em(word)) for plain, word in pairs))


def _em(word: str) -> SafeString:
    return format_html("<em>{}</em>", word) if word else SafeString("")


def verdict(name: str) -> SafeString:
    """A verdict by sign, word and colour; what has none yet is open."""
    kind, sign = VERDICTS.get(name, ("none", "…"))
    return format_html(
        '<span class="verdict verdict-{}"><span aria-hidden="true">{}</span> {}</span>',
        kind,
        sign,
        name or "not yet",
    )


def sign(name: str, status: str = GenerationStatus.DONE) -> SafeString:
    """A verdict by sign and colour alone, as a short row has room for; read out as a word."""
    kind, shape = VERDICTS.get(name, ("none", "!" if status == GenerationStatus.FAILED else "…"))
    word = name or (status if status == GenerationStatus.FAILED else "not yet")
    return format_html(
        '<span class="verdict verdict-{}"><span aria-hidden="true" title="{}">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        kind,
        word,
        shape,
        word,
    )


def percent(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1f} %"


def share(part: int, whole: int) -> str:
    """`part` of `whole` in percent."""
    return f"{100 * part / whole:.1f} %" if whole else NOTHING


def seconds(value: float | None) -> str:
    """A duration that is easy to read: 0.8 s, 12 s, 3 min 20 s, 2 h 5 min."""
    if value is None:
        return NOTHING
    if value < 10:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def rate(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.0f} tokens/s"


def when(moment: datetime | None, kind: str = "") -> SafeString | str:
    """A time; page.js puts it into the reader's zone. `clock` shows no date."""
    if moment is None:
        return NOTHING
    here = localtime(moment)
    text = here.strftime("%H:%M:%S %Z" if kind == "clock" else "%d %b %Y, %H:%M %Z")
    mark = SafeString(" data-clock") if kind == "clock" else ""
    return format_html('<time datetime="{}"{}>{}</time>', here.isoformat(), mark, text)


def signed(value: float, decimals: int = 0) -> str:
    """With its sign, unless it is 0 as shown."""
    text = f"{value:+.{decimals}f}"
    if not float(text):
        return text[1:]
    return text.replace("-", "\N{MINUS SIGN}")


def chance(p: float) -> str:
    """How often chance alone explains a difference; the more decimals, the smaller it is."""
    if p < LEAST_TOLD:
        return f"fewer than {100 * LEAST_TOLD:g} %"
    return f"{100 * p:.1f} %" if p < 0.1 else f"{100 * p:.0f} %"


def cut(text: str, most: int) -> str:
    """A text of at most so many characters, cut between two that people see: never within an
    emoji of several, nor before an accent."""
    if len(text) <= most:
        return text
    end = most - 1
    while end > max(0, most - LONGEST_SIGN) and _is_within(text, end):
        end -= 1
    return f"{text[:end].rstrip()}…"


def _is_within(text: str, place: int) -> bool:
    """Whether the character at a place belongs to what stands before it."""
    char = text[place]
    joins = char in JOINERS or unicodedata.combining(char) or "\U0001f3fb" <= char <= "\U0001f3ff"
    return bool(joins or text[place - 1] == JOINERS[0])


def place(source: str) -> str:
    """Where a checkpoint is: from the product's own folder on, if it is in there."""
    return source.removeprefix(f"{settings.BASE_DIR}/")


def lettered(options: Sequence[str]) -> list[tuple[str, str]]:
    """A question's options with the letters that they go by."""
    return list(zip(ascii_uppercase, options, strict=False))
