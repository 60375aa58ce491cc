"""Which option a short text names: by its letter, by its words, or by its number."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from string import ascii_uppercase

_LONGEST = 400  # characters that are looked at, of the text and of an option

# No pattern has two neighbours that match the same characters: see statements.py.
_MARKS = r"(?:[\s*_`\"'$(\[{:]|\\(?:text|mathrm|mathbf|textbf|boxed)\s?\{|\\[(\[])*"
_WORDS = (
    r"(?i:approximately|about|likely|probably|most|the|correct|best|option|choice|answer|letter"
    r"|statement)\b"
)
# As words "A" and "I" go on in small letters; as letters they are followed by a reason or a verb.
_NO_WORD = r"(?![AI]\s+(?!because|since|as|is|and|or|due|for|with|but)[a-z]|I['\u2019])"
_LETTER = re.compile(rf"{_MARKS}(?:{_WORDS}{_MARKS})*{_NO_WORD}([A-Z])(?=[\s)\]}}.,:;*_`\"'$\\]|$)")
_SMALL = re.compile(r"\s*\(([a-z])\)[\s.*]*$")  # "(a) 12" names a part of the question

_SPACE = re.compile(r"(?:\\[,;:! ]|[\s~])+")
_FRACTION = re.compile(r"\\[dt]?frac ?\{([^{}]*)\} ?\{([^{}]*)\}")
_DEGREES = re.compile(r" ?\^ ?\{? ?\\circ\b ?\}?")
_WRAPPED = re.compile(r"\\(?:text|mathrm|mathbf|textbf|operatorname|left|right)\b|[${}*`\"]")
_TIMES = re.compile(r" ?(?:\\times|\\cdot|\u00d7|·|(?<=[\d\s])x(?= ?10\b)) ?")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))|\\(?=%)")

_NUMBER = re.compile(
    r"(?:(?:approximately|about|around|roughly|[≈=£€])\s*)*"
    r"(-?\s?(?:\d+\.?\d*|\.\d+))(?:(?:\s|·)?10\s?\^\s?\(?(-?\d+)\)?)?"
    r"(?!\.?\d|\s?[/^+·\\])"  # what goes on is a formula
)
_DIGIT = re.compile(r"(?<![\^\d-])\d|(?<!\^)-\d")  # but for the exponent of a unit
_LARGEST_EXPONENT = 999
_SENTENCE_END = re.compile(r"\.(?=\s|$)|[\n;]")
_EQUALS = re.compile(r"[=≈]|\\approx\b")


class Options:
    """The options of one question; each spelling of them is made once, when it is needed."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [text[:_LONGEST] for text in texts[: len(ascii_uppercase)]]
        self._letters = ascii_uppercase[: len(texts)]

    def read(self, text: str) -> str | None:
        """The option that `text` is, or whose letter it begins with, or whose number it has."""
        start = text[:_LONGEST].strip()
        sentence = _SENTENCE_END.split(start, maxsplit=1)[0]
        whole = self.exactly(sentence) if " " in sentence else None  # "B cells" is not B
        return whole or self._lettered(start) or self._valued(sentence)

    def known(self, letter: str) -> str | None:
        """The letter, unless no option has it."""
        return letter if letter in self._letters else None

    def exactly(self, text: str) -> str | None:
        """The one option that says the same as `text`, apart from spaces and LaTeX."""
        said = _joined(_tidy(text[:_LONGEST]))
        return self._only([option == said for option in self._joined])

    def _lettered(self, text: str) -> str | None:
        found = _LETTER.match(text) or _SMALL.match(text)
        return self.known(found[1].upper()) if found else None

    def _valued(self, sentence: str) -> str | None:
        """The one option that a sentence begins with, or whose number it begins or ends with."""
        said, result = _tidy(sentence), _tidy(_EQUALS.split(sentence)[-1])
        return (
            self.exactly(result)
            or self._only([_starts(said, option) for option in self._tidied])
            or self._numbered(said)
            or self._numbered(result)
        )

    def _numbered(self, tidied: str) -> str | None:
        number = _number(tidied)
        return None if number is None else self._only([n == number for n in self._numbers])

    def _only(self, matching: list[bool]) -> str | None:
        return self._letters[matching.index(True)] if matching.count(True) == 1 else None

    @cached_property
    def _tidied(self) -> list[str]:
        return [_tidy(text) for text in self._texts]

    @cached_property
    def _joined(self) -> list[str]:
        return [_joined(text) for text in self._tidied]

    @cached_property
    def _numbers(self) -> list[Decimal | None]:
        """The number of each option that is one number, perhaps with its unit."""
        return [None if _is_several(text) else _number(text) for text in self._tidied]


def _tidy(text: str) -> str:
    """One spelling for LaTeX and plain text: "1.5·10^-6 m", "1/2", "12000"."""
    plain = _FRACTION.sub(r"\1/\2", _SPACE.sub(" ", text))
    plain = _WRAPPED.sub("", _DEGREES.sub("°", plain)).replace("\u2212", "-")
    plain = _GROUPED.sub("", _TIMES.sub("·", plain))
    return _SPACE.sub(" ", plain).strip(" .").casefold()


def _joined(tidied: str) -> str:
    return tidied.replace(" ", "")


def _starts(said: str, option: str) -> bool:
    """Whether words begin with the whole option; a number could go on (1, 1.5)."""
    rest = said[len(option) :].lstrip(",:")
    return option[:1].isalpha() and said.startswith(option) and not rest[:1].strip()


def _number(tidied: str) -> Decimal | None:
    found = _NUMBER.match(tidied)
    if found is None:
        return None
    exponent = int(found[2] or 0)
    if abs(exponent) > _LARGEST_EXPONENT:
        return None
    return Decimal(found[1].replace(" ", "")).scaleb(exponent)


def _is_several(tidied: str) -> bool:
    found = _NUMBER.match(tidied)
    return found is not None and _DIGIT.search(tidied, found.end()) is not None
