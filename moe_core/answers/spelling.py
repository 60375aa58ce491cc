"""One spelling for what LaTeX, prose and typography write in several ways."""

import re

# Full-width and curly signs, sign for sign, so that places in a text stay where they are.
_PLAIN = str.maketrans(
    {
        **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
        **dict.fromkeys(map(ord, "‘’‚‛′"), "'"),
        **dict.fromkeys(map(ord, "“”„‟«»「」『』"), '"'),
        ord("【"): "[",
        ord("】"): "]",
        ord("〈"): "<",
        ord("〉"): ">",
        ord("。"): ".",
        ord("、"): ",",
        ord("।"): ".",
        0x3000: " ",
        0x2212: "-",
        0xA0: " ",
    }
)
_NOT_PLAIN = re.compile("[‘’‚‛′“”„‟«»「」『』【】〈〉。、।\u3000\u2212\xa0\uff01-\uff5e]")

_MARKED = re.compile(r"[\\${}*`\"~\u00d7·\u2212^]| ?x ?10\b")

_SPACE = re.compile(r"(?:\\[,;:! ]|[\s~])+")
_FRACTION = re.compile(r"\\[dt]?frac ?\{([^{}]*)\} ?\{([^{}]*)\}")
_DEGREES = re.compile(r" ?\^ ?\{? ?\\circ\b ?\}?")
_WRAPPED = re.compile(r"\\(?:text|mathrm|mathbf|textbf|operatorname|left|right)\b|\\?[${}*`\"]")
_TIMES = re.compile(r" ?(?:\\times|\\cdot|\u00d7|·|(?<=[\d\s])x(?= ?10\b)) ?")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))|\\(?=%)")


def plain(text: str) -> str:
    """The text with plain quotes, brackets and letters; as long as it was."""
    if text.isascii() or _NOT_PLAIN.search(text) is None:
        return text
    return text.translate(_PLAIN)


def tidy(text: str) -> str:
    """One spelling for LaTeX and plain text: "1.5·10^-6 m", "1/2", "12000"."""
    if _MARKED.search(text) is None:
        return " ".join(_GROUPED.sub("", text).split()).strip(" .").casefold()
    spaced = _FRACTION.sub(r"\1/\2", _SPACE.sub(" ", text))
    unwrapped = _WRAPPED.sub("", _DEGREES.sub("°", spaced)).replace("\u2212", "-")
    grouped = _GROUPED.sub("", _TIMES.sub("·", unwrapped))
    return _SPACE.sub(" ", grouped).strip(" .").casefold()


def joined(tidied: str) -> str:
    """The same without spaces."""
    return tidied.replace(" ", "")


_COMMANDS = re.compile(
    r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit|mbox|operatorname|boxed)\s?\{([^{}]*)\}"
)
_THIN_SPACE = re.compile(r"(?<=\d)(?:\\[,;:!]|\{,\}|\\\s|~)(?=\d{3}(?!\d))")
_SPACES = re.compile(r"(?:(?<!\\)\\[,;:! ]|\\q?quad\b|[\s~])+")
_DELIMITERS = re.compile(r"\\(?:left|right|big|Big|bigg|displaystyle)\b(?!\w)")
_SHORT_FRACTION = re.compile(r"\\[dtc]?frac\s?(?:\{([^{}]*)\}|(\d))\s?(?:\{([^{}]*)\}|(\d))")
_SIGNS = str.maketrans(
    {
        "≤": "\\le ",
        "≥": "\\ge ",
        "∞": "\\infty ",
        "±": "\\pm ",
        "∪": "\\cup ",
        "×": "\\times ",
        "·": "\\cdot ",
        "π": "\\pi ",
        "√": "\\sqrt ",
        "∈": "\\in ",
        "½": "1/2",
        "¼": "1/4",
        "¾": "3/4",
        "²": "^2",
        "³": "^3",
    }
)
_RELATIONS = re.compile(
    r"\\(?:leq|leqslant|le)(?![a-z])|\\(?:geq|geqslant|ge)(?![a-z])|\\[lg]t(?![a-z])|<=|>="
)
_RELATED = {"l": "\\le ", "g": "\\ge ", "<": "\\le ", ">": "\\ge "}
_MATHS = (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"))


def spelled(answer: str) -> str:
    """One spelling for the marks around an open answer and within it; what it says stays."""
    text = plain(answer).translate(_SIGNS).strip().strip("*`").strip()
    for opening, closing in _MATHS:
        if text.startswith(opening) and text.endswith(closing) and len(text) > len(opening):
            inner = text[len(opening) : -len(closing)]
            text = inner if opening not in inner else text
    for _ in range(2):  # \textbf{\text{…}}
        text = _COMMANDS.sub(lambda m: f" {m[1]} ", text)
    text = _THIN_SPACE.sub("", _DELIMITERS.sub("", text.replace("\\$", "$").replace("\\%", "%")))
    text = _RELATIONS.sub(_relation, _DEGREES.sub("°", text))
    text = _SHORT_FRACTION.sub(_fraction, text).replace("+\\infty", "\\infty")
    text = _SPACES.sub(" ", text).strip(" ").rstrip(".").strip()
    if len(text) > 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip().rstrip(".")
    return text


def _fraction(found: re.Match[str]) -> str:
    top = found[1] if found[1] is not None else found[2]
    bottom = found[3] if found[3] is not None else found[4]
    return f"\\frac{{{top.strip()}}}{{{bottom.strip()}}}"


def _relation(found: re.Match[str]) -> str:
    if found[0] in ("\\lt", "\\gt"):
        return "<" if found[0] == "\\lt" else ">"
    return _RELATED[found[0][1] if found[0][0] == "\\" else found[0][0]]
