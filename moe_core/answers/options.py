"""Which option a short text names: by its letter, by its words, or by its number."""

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from string import ascii_uppercase

from moe_core.answers import languages
from moe_core.answers.figures import DIGIT, Figure, following, is_percent, is_several, number
from moe_core.answers.spelling import joined, tidy

SEVERAL = "several"  # what is read where a text names more options than one
_LONGEST = 400  # characters that are looked at, of the text and of an option

# No pattern has two neighbours that match the same characters: see places.py.
_OPENERS = (
    r"<(?:b|i|em|strong|u|p)>|[\s*_`\"'$(\[{:<#~]|\\[(\[{,;:! ]"
    r"|\\(?:text|math|boxed|bf|mbox)[a-z]{0,4}\s?\{"
)
_MARKS = rf"(?:{_OPENERS})*+"
_WORDS = (
    r"(?i:approximately|about|likely|probably|most|therefore|thus|hence|clearly|indeed|definitely"
    r"|simply|obviously|actually|both|either|the|correct|best|option|choice|answer|letter"
    rf"|statement|is)(?!\w)|(?:{languages.BEFORE})(?!\w)|(?:{languages.BEFORE_UNSPACED})"
)
# As words "A" and "I" go on in small letters; as letters they are followed by a reason or a verb.
_NO_WORD = r"(?![AI]\s+(?!because|since|as|is|and|or|due|for|with|but)[a-z]|I['\u2019])"
_END = r"[\s)\]}}.,:;*_`\"'$\\<>|\u0600-\uffff]|$"
_BEFORE = rf"{_MARKS}(?:(?:{_WORDS}){_MARKS})*+"
_LETTER = re.compile(rf"{_BEFORE}{_NO_WORD}([A-Z])(?={_END})")
# "(a) 12" names a part of the question: a small letter stands alone, or with its option.
_SMALL = re.compile(rf"{_BEFORE}([a-z])[\s)\]}}*_`\"'$>:]*\.?[\s)\]}}*_`\"'$>]*$")
_LABEL = re.compile(rf"{_MARKS}([A-Za-z])[)\]}}*_]*[.:)\]]?[\s*_`\"'}}]+(?=\S)")
_FOREIGN = re.compile(r"[\s(\"*]*([АВСЕأابجد])(?:[\s).*\"]|$)")
_ANOTHER = re.compile(
    r"[\s)\]}.*_`\"'$\\]*(?:,\s*(?:and|or)?|\band|\bor|&|/|\+|\boder|\bund|\bet|\bou|和|或)"
    rf"{_MARKS}(?:(?i:option|choice)\s{_MARKS})?([A-Z])"
    r"(?=[)\]}*_`\"'$]*(?:[.,;!?/&)\]]|$|\s(?:are|and|or|both|together|could|might|seem)\b))"
)
_OR = re.compile(r"\s*(?:,\s*(?:and|or)?|and|or|/)\s")

_NEGATED = re.compile(r"[\s*_]*(?:not|neither|never|cannot|can't|isn't|n't)\b")
_INSTEAD = re.compile(r"\b(?:but(?: rather)?|it is|it's|rather|instead)\b")

_SENTENCE_END = re.compile(r"\.(?=\s|$)|[\n;]")
_EQUALS = re.compile(r"[=≈]|\\approx\b")
_AROUND = re.compile(
    r"^(?:it(?:'s|\sis)\s)?(?:both|the|an?(?!\s(?:and|or)\b)|only|statements?)\s|^it(?:'s|\sis)\s"
    r"|(?:\s|,)(?:only|one)$|[\"'()!?]"
)

_COUNTED = re.compile(r"(?:the )?(?:(?:option|choice|number|no\.?|#) ?)?\(?#?(\d{1,2})\)?$")
_NUMBER_ONLY = re.compile(r"-?[\d.]+(?:[·^\d-]*\d)?\s?[%°a-z/]{0,12}|-?\d{1,30}/\d{1,30}")
_NAMED = re.compile(r"[\s$*]*[A-Za-z]\w{0,5}\s?=([^=]+)")
_BULLETS = "-•>→✅✔☑·– "
_LETTERS_ONLY = re.compile(
    r"[\W_]*(?:(?i:option|choice|both|either)\b[\W_]*)?[A-Z]\b"
    r"(?:[\s()*]*(?:,|/|&|\bor\b|\band\b)[\W_]*(?:(?i:option|choice)\b[\W_]*)?[A-Z]\b){0,9}[\W_]*"
)
_ORDINAL = re.compile(r"(?:the )?(\w+) (?:option|choice|one|answer)$")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_ROMAN = re.compile(r"\b(?:iii|ii|iv|ix|i|viii|vii|vi|v|x)\b")
_ROMAN_ONLY = re.compile(
    r"(?:\b(?:iii|ii|iv|ix|i|viii|vii|vi|v|x|and|only|both|statements?|the|are|is|true|correct|hold)\b"
    r"|[\s,&()])+"
)


class Options:
    """The options of one question; each spelling of them is made once, when it is needed."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [text[:_LONGEST] for text in texts[: len(ascii_uppercase)]]
        self._letters = ascii_uppercase[: len(texts)]

    def read(self, text: str) -> str | None:
        """The option that `text` is, or whose letter it begins with, or whose number it has.

        SEVERAL where it names two, None where it names none.
        """
        start = text[:_LONGEST].strip()
        sentence = _SENTENCE_END.split(start, maxsplit=1)[0]
        if _NEGATED.match(start):
            instead = _INSTEAD.search(start)
            return self.read(start[instead.end() :]) if instead else None
        whole = self.exactly(sentence) if " " in sentence else None  # "B cells" is not B
        return whole or self._lettered(start) or self._small(sentence) or self._said(sentence)

    def known(self, letter: str) -> str | None:
        """The letter, unless no option has it."""
        return letter if letter in self._letters else None

    def exactly(self, text: str) -> str | None:
        """The one option that says the same as `text`, apart from spaces and LaTeX."""
        said = joined(tidy(text[:_LONGEST]))
        return self._only([option == said for option in self._joined])

    def labelled(self, text: str) -> str | None:
        """The letter of "C. blue": a letter together with the words of its own option."""
        label = _LABEL.match(text[:_LONGEST])
        letter = self.known(label[1].upper()) if label else None
        if label is None or letter is None:
            return None
        said, own = tidy(text[label.end() : label.end() + _LONGEST]), self._tidied_of(letter)
        return letter if own and said.startswith(own) and not _goes_on(said, own) else None

    def word_for_word(self, text: str) -> str | None:
        """The one option whose words a text is, but for a "both", "the" or "only" around them."""
        said = _bare(tidy(text[:_LONGEST]))
        return self._only([option == said for option in self._bare]) if said else None

    def whole(self, line: str) -> str | None:
        """The option that a line is, which says nothing else; SEVERAL, where it is two."""
        said = tidy(line[:_LONGEST])
        return (
            self.exactly(line)
            or self.labelled(line)
            or self._roman(said)
            or self.word_for_word(line)
            or (self._lettered(line.lstrip(_BULLETS)) if _LETTERS_ONLY.fullmatch(line) else None)
            or (self._numbered(said) if _NUMBER_ONLY.fullmatch(said) else None)
            or (self._numbered(tidy(named[1])) if (named := _NAMED.fullmatch(line)) else None)
            or (self._counted(said) if not said.isdigit() else None)
        )

    def _tidied_of(self, letter: str) -> str:
        return self._tidied[self._letters.index(letter)]

    def _lettered(self, text: str) -> str | None:
        found = _LETTER.match(text)
        if found is None:
            foreign = _FOREIGN.match(text)
            return self.known(foreign[1].translate(languages.LETTERS)) if foreign else None
        letter = self.known(found[1])
        if letter is None:
            return None
        if letter in "IVX" and (roman := self._roman(tidy(text))) is not None:
            return roman
        end = found.end()
        if after := text[end:].lstrip(" ).:*"):
            own = self._texts[self._letters.index(letter)].casefold()
            if own and after.casefold().startswith(own):
                end = len(text) - len(after) + len(own)
        another = _ANOTHER.match(text, end)
        if another and another[1] != letter and self.known(another[1]):
            return self.word_for_word(_SENTENCE_END.split(text, maxsplit=1)[0]) or SEVERAL
        return letter

    def _small(self, sentence: str) -> str | None:
        found = _SMALL.match(sentence)
        if found is None:
            return self.labelled(sentence)
        return self.exactly(found[1]) or self.known(found[1].upper())

    def _said(self, sentence: str) -> str | None:
        return self._valued(sentence) or self._counted(tidy(sentence))

    def _valued(self, sentence: str) -> str | None:
        """The one option that a sentence begins with, or whose number it begins or ends with."""
        said, result = tidy(sentence), tidy(_EQUALS.split(sentence)[-1])
        return (
            self.exactly(result)
            or self._roman(said)
            or self.word_for_word(sentence)
            or self._begun(said)
            or self._numbered(said)
            or self._numbered(result)
        )

    def _begun(self, said: str) -> str | None:
        begun = self._only([_starts(said, option) for option in self._tidied])
        if begun:
            rest = said[len(self._tidied_of(begun)) :]
            join = _OR.match(rest)
            if join and any(o and rest.startswith(o, join.end()) for o in self._tidied):
                return SEVERAL
        return begun

    def _numbered(self, tidied: str) -> str | None:
        """By the number as it stands, then by its value, then without asking for a percent sign."""
        said = number(tidied)
        if said is None:
            return None
        if (other := following(tidied)) is not None and other in self._numbers:
            return SEVERAL
        percent = is_percent(tidied)
        value = said / 100 if percent else said
        numbers = list(zip(self._numbers, self._percents, strict=True))
        return (
            self._only([n == said and p == percent for n, p in numbers])
            or self._only([n is not None and (n / 100 if p else n) == value for n, p in numbers])
            or self._only([n == said for n, _ in numbers])
        )

    def _counted(self, tidied: str) -> str | None:
        """By its place, as in "option 3", unless that number is, or is in, another option."""
        found, ordinal = _COUNTED.fullmatch(tidied), _ORDINAL.fullmatch(tidied)
        if ordinal and ordinal[1] in _ORDINALS:
            place = _ORDINALS.index(ordinal[1]) + 1
        elif found and (not any(map(DIGIT.search, self._tidied)) or not tidied[0].isdigit()):
            place = int(found[1])
        else:
            return None
        same = [at for at, number in enumerate(self._numbers, start=1) if number == place]
        if not 1 <= place <= len(self._letters) or same not in ([], [place]):
            return None
        return self._letters[place - 1]

    def _roman(self, tidied: str) -> str | None:
        """Of options such as "I and II only": the one that counts the same."""
        if not any(self._romans) or not _ROMAN_ONLY.fullmatch(tidied):
            return None
        said = frozenset(_ROMAN.findall(tidied))
        if said == {"i"} and self.known("I"):
            return None
        return self._only([roman == said for roman in self._romans]) if said else None

    def _only(self, matching: list[bool]) -> str | None:
        return self._letters[matching.index(True)] if matching.count(True) == 1 else None

    @cached_property
    def _tidied(self) -> list[str]:
        return [tidy(text) for text in self._texts]

    @cached_property
    def _joined(self) -> list[str]:
        return [joined(text) for text in self._tidied]

    @cached_property
    def _bare(self) -> list[str]:
        return [_bare(text) for text in self._tidied]

    @cached_property
    def _romans(self) -> list[frozenset[str]]:
        return [
            frozenset(_ROMAN.findall(text)) if _ROMAN_ONLY.fullmatch(text) else frozenset()
            for text in self._tidied
        ]

    @cached_property
    def _numbers(self) -> list[Figure | None]:
        """The number of each option that is one number, perhaps with its unit."""
        return [None if is_several(text) else number(text) for text in self._tidied]

    @cached_property
    def _percents(self) -> list[bool]:
        return [is_percent(text) for text in self._tidied]


@lru_cache(maxsize=512)
def options_of(texts: tuple[str, ...]) -> Options:
    """Kept for a while: many experts respond to one question."""
    return Options(texts)


def _bare(tidied: str) -> str:
    return joined(_AROUND.sub("", tidied))


def _starts(said: str, option: str) -> bool:
    """Whether words begin with the whole option; a number could go on (1, 1.5)."""
    return option[:1].isalpha() and said.startswith(option) and not _goes_on(said, option)


def _goes_on(said: str, option: str) -> bool:
    """Whether the last word of the option is only the beginning of a longer one."""
    return bool(said[len(option) :].lstrip(",:;.)")[:1].strip())
