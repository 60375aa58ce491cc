"""An open answer without what is around it: marks, units of the sentence, remarks."""

import re

from moe_core.answers import languages

_MOST = 2000  # characters that are looked at
_MARKS = "*_ \t\r\n`#"
_TAG = re.compile(r"</?[A-Za-z_|]|<\|")
_MATHS = (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"))
_GOES_ON = re.compile(r"\s*[=<>≤≥+*/^∈-]|\s*(?:,\s*(?:and\s|or\s)?|and\s|or\s)[$\\\d]")

# A sentence ends at a full stop, but for those of initials and abbreviations.
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!\bSt)(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bNo)(?<!\bvs)\.(?=\s|$)"
    r"|[!?](?=\s|$)|;\s|\n"
)
_REMARK = re.compile(
    r",?\s\(?(?:because|since|which\s(?:is|are|was|means|makes|gives))\b"
    r"|,\s(?:which|as|so|where|given|but|when|if|not|and\s(?:the|it|this|that|so|we))\b"
    r"|\s\((?:as|i\.e|in\s|rounded|approx|or\s)|(?<=\d)\sof\s"
)
_AROUND = re.compile(
    r"(?:approximately|about|roughly|simply|just|exactly|therefore|thus|hence|indeed|clearly|option"
    rf"|the\s(?:number|value)|given\sby|{languages.BEFORE})(?:\s|:\s|(?=\$|\d))",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"not\b.{1,60}?\b(?:but(?:\srather)?|it\sis|it's|rather|instead)\s")
_YES_OR_NO = re.compile(r"(yes|no|true|false)(?=[,.;:!]|\s[-–—(]|$)", re.IGNORECASE)
_ANNOUNCED = re.compile(r"\b(?i:answer)(?:\s[a-z]{1,12}){0,8}?\s?(?:is\b|:)[\s}:]*(?=\S)")
_TEXT = re.compile(r"\\text\s?\{([^{}]*)\}")
_AFTER = re.compile(languages.AFTER)

# What a prompt shows in the place of an answer.
_PLACEHOLDER = re.compile(
    r"[\W_]*(?:text)?[\W_]*(?:(?:your|the|my)?\s*(?:final)?\s*(?:answer|result|solution|value|number|letter)"
    r"|(?:answer|number|letter|option|choice)\s?(?:here|goes here)|\\[lc]?dots|n/?a)?[\W_]*",
    re.IGNORECASE,
)


def cleaned(content: str) -> str | None:
    """What is stated in a piece of text that begins with it; None where nothing is."""
    text = _without_tags(content[:_MOST]).strip(_MARKS)
    if announced := _ANNOUNCED.search(text[:200]):
        text = text[announced.end() :].strip(_MARKS)
    if instead := _INSTEAD.match(text):
        text = text[instead.end() :]
    while before := _AROUND.match(text):
        text = text[before.end() :]
    text = _maths(text) or _prose(text)
    return None if _PLACEHOLDER.fullmatch(text[:100]) and not _is_sign(text) else text


def boxed_value(content: str) -> str | None:
    """What a box holds; a sentence in it is read as one."""
    text = content.strip()
    if _ANNOUNCED.search(text[:200]):
        return cleaned(_TEXT.sub(r"\1", text))
    return None if _PLACEHOLDER.fullmatch(text[:100]) and not _is_sign(text) else text


def _is_sign(text: str) -> bool:
    """Whether an answer without letters and digits is one all the same: "} ]", "<"."""
    return bool(text.strip()) and not re.search(r"\w", text) and text.strip(". ") != ""


def _without_tags(text: str) -> str:
    tag = _TAG.search(text, 1)
    return text[: tag.start()] if tag else text


def _maths(text: str) -> str:
    """The formula that a text begins with, unless the text goes on with it; blank: none."""
    for opening, closing in _MATHS:
        if not text.startswith(opening):
            continue
        end = text.find(closing, len(opening))
        inner = text[len(opening) : end] if end > 0 else ""
        if not inner.strip() or (opening == "$" and inner[-1] == " "):
            continue  # "$18 and $20" are two prices
        if _GOES_ON.match(text, end + len(closing)):
            return ""
        return inner.strip()
    return ""


def _prose(text: str) -> str:
    if word := _YES_OR_NO.match(text):
        return word[1]
    end = _SENTENCE_END.search(text)
    text = text[: end.start()] if end else text
    if "\\" in text or "$" in text:
        return _stripped(text)
    remark = _REMARK.search(text)
    text = _AFTER.sub("", text[: remark.start()] if remark else text)
    return _stripped(text)


def _stripped(text: str) -> str:
    text = text.strip(_MARKS).rstrip(":,.").strip(_MARKS)
    if len(text) > 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].rstrip(".")
    if text.count("$") == 2 and text[0] == text[-1] == "$":
        text = text[1:-1]
    return text.strip()
