"""Sentences that choose an option without the words "the answer is"; and those that take one back.

Each pattern has cues, one of which is in every text that it can match: looking for those is what
keeps extraction quick.
"""

import re
from dataclasses import dataclass

from moe_core.answers import languages
from moe_core.answers.cues import Cued
from moe_core.answers.places import LONGEST, MOST, Place

# A capital letter, perhaps wrapped; what is read there is for Options to say.
_LETTER = (
    r"[\"'(\[*$]*(?:(?:[Oo]ption|[Cc]hoice|[Aa]nswer|[Ll]etter)\s[\"'(\[*]*)?[A-Z](?![A-Za-z'])"
)
_ENDING = r"(?=[)\]*\"'$]*\s*(?:[.,;!:]|$|\n|\bor\b|\band\b))"
_LONGEST_BEFORE = 20
_ADVERB = r"(?:(?:therefore|thus|then|clearly|probably|likely|most\slikely|definitely)\s)?"
_RIGHT = r"(?:the\s|my\s)?(?:most\s|only\s)?(?:correct|right|best|accurate|answer|choice)\b"


@dataclass(frozen=True)
class Conclusion:
    """Matches up to where the letter begins, or with the letter in a group."""

    name: str
    example: str  # of C
    cues: tuple[str, ...]
    pattern: re.Pattern[str]
    before: re.Pattern[str] | None = None  # what has to stand before it

    def places(self, text: str, start: int) -> list[Place]:
        """Each of its sentences from `start` on, with the letter that it chooses."""
        found = self.pattern.finditer(text, start)
        fitting = [m for m in found if self._fits(text, m.start())]
        return [_place(text, m, self.name) for m in fitting[-MOST:]]

    def _fits(self, text: str, start: int) -> bool:
        if self.before is None:
            return True
        return self.before.search(text[max(0, start - _LONGEST_BEFORE) : start]) is not None


def _place(text: str, found: re.Match[str], rule: str) -> Place:
    if found.re.groups and found[1] is not None:
        return Place(found.start(), found.start(1), found[1], rule)
    rest = text[found.end() : found.end() + LONGEST].partition("\n")[0]
    return Place(found.start(), found.end(), rest, rule)


def _either(*words: str) -> str:
    """Words with a small or a capital first letter, spelled out, so that searching can skip."""
    return "|".join(form for word in words for form in (word, word[0].upper() + word[1:]))


_WORD_BEGINS = re.compile(r"(?:\A|[^\w'])$")

CONCLUSIONS = (
    Conclusion(
        "a choice",
        "The light passes only at 450 nm, so I'll go with C.",
        ("choose", "hoose ", "elect ", "pick", "Pick", " with ", " for ", "guess", " say "),
        re.compile(
            rf"(?:{_either('choose', 'select', 'pick')}|go(?:ing)?\swith|went\swith|opt(?:ed)?\sfor"
            rf"|would\ssay|'d\ssay|guess\sis|choice\sis|pick\sis|guess)\s(?={_LETTER})"
        ),
    ),
    Conclusion(
        "a conclusion",
        "Long waves are absorbed. Hence, C.",
        (
            *("Hence", "So ", "So,", "Thus", "Therefore", "Consequently", "Probably", "Likely"),
            *("I think", "nswer", "NSWER"),
        ),
        re.compile(
            r"(?:Hence|So|Thus|Therefore|Consequently|Probably|Likely|I\sthink|Answer|ANSWER),?\s"
            rf"(?={_LETTER}[)\]*\"'$]*\.?\s*(?:$|\n))"
        ),
    ),
    Conclusion(
        "what it is",
        "So it's C.",
        ("t's ", "t is ", "hat is ", "his is ", " be "),
        re.compile(
            r"[IiTt](?<!\w.)(?:t|his|hat)(?:'s|\sis|\s(?:should|must|has\sto|would|will)\sbe)"
            rf"\s{_ADVERB}(?={_LETTER}{_ENDING})"
        ),
    ),
    Conclusion(
        "what is right",
        "Only blue light is left. C is the correct answer.",
        ("correct", "right", "best", "accurate", "the answer", " my "),
        re.compile(
            rf"([A-Z])(?<![A-Za-z].)[)*]*\s(?:is|must\sbe|seems|would\sbe)\s{_ADVERB}{_RIGHT}"
        ),
        re.compile(
            r"(?:\A|\n|[.!?:][\s*]{0,4}|\b(?:[Oo]ption|[Aa]nswer|[Ss]o|[Tt]hus|[Hh]ence|[Oo]nly"
            r"|[Tt]herefore|[Bb]ut|[Tt]hat|[Cc]hoice),?\s)[(*]*$"
        ),
    ),
    Conclusion(
        "the right one",
        "Many colours pass, and the right one is C.",
        (" one ", "etter", "olution", "orrect:", "elected:", "hosen:"),
        re.compile(
            rf"(?:right\sone|correct\sone|best\sone|{_either('letter', 'solution')}"
            rf"|{_either('correct', 'selected', 'chosen')}(?=:))"
            rf"(?:\s(?:is|would\sbe|must\sbe):?|:)\s(?={_LETTER}{_ENDING})"
        ),
        _WORD_BEGINS,
    ),
    Conclusion(
        "what is left",
        "A is wrong, B is wrong and D is wrong, which leaves C.",
        ("leav", "left", "remain"),
        re.compile(
            r"(?:leav(?:es|ing)|left\swith|left\sis|remains\sis|remaining\s(?:one|option|choice)"
            rf"\sis)\s(?:us\s)?(?:with\s)?(?:only\s)?(?={_LETTER}{_ENDING})"
            rf"|(?:{_either('only', 'so')})\s[(*]*([A-Z])[)*]*\s(?:remains|is\sleft)\b"
        ),
        _WORD_BEGINS,
    ),
    Conclusion(
        "a correction",
        "The answer is A. Wait, no, C.",
        (
            *(
                "ait,",
                "ait.",
                "ait:",
                "ait ",
                "No,",
                "no,",
                "No.",
                "No:",
                "no:",
                "ctually",
                "ather",
            ),
            *("nstead", "orrection", "orry", "thought"),
        ),
        re.compile(
            rf"(?:{_either('wait', 'no', 'actually', 'rather', 'instead', 'correction', 'sorry')}"
            r"|thought)[,:;.…!—\s-]{1,4}(?:(?:it's|it\sis|make\sthat|rather|actually|I\smeant?|it\sshould\sbe)"
            rf"\s)?(?={_LETTER}{_ENDING})"
        ),
        _WORD_BEGINS,
    ),
    Conclusion(
        "what is right, in another language",
        "只有选项C是对的。",
        languages.STEMS,
        languages.LETTER_FIRST,
    ),
)

_CUED = Cued({rule: rule.cues for rule in CONCLUSIONS})
_CAPITAL = re.compile(r"[A-Z](?![A-Za-z])")


def concluded(text: str, start: int) -> list[Place]:
    """Each sentence from `start` on that chooses an option, in order."""
    if _CAPITAL.search(text, start) is None:
        return []
    rules = _CUED.of(text[start:])
    return sorted(place for rule in rules for place in rule.places(text, start))


_WITHDRAWN = re.compile(
    r"\b(?:[Ww]ait|[Nn]o|[Aa]ctually|[Hh]mm|[Oo]ops|[Ss]orry)\b[,.:;…!—\s-]{1,5}"
    r"(?:no\b|(?:that|this|it)(?:'s|\sis|\swas)\s(?:wrong|incorrect|not\s(?:right|correct|true))"
    r"|(?:that|this|it)\scan(?:no|')t\sbe|I\s(?:was\swrong|made\sa\smistake))"
    r"|\b[Ss]cratch\sthat\b"
)

_BEGINNINGS = ("The ", ". ", ": ", "\n", "Final ", "**", ", the ")
_LONGEST_ATTRIBUTION = 80
# What others say, or what is only supposed, before "the answer is".
_NOT_OWN = re.compile(
    r"\b(?:incorrect|not\scorrect|wrong|false|worst|unlikely|least\slikely)\s$"
    r"|\b(?:(?:[Ii]f|[Ww]hether|suppose|supposing|assuming|unless)"
    r"|(?:don't|do\snot|doesn't|not)\s(?:think|believe|say|mean|follow)"
    r"|(?:[Mm]any|[Ss]ome|[Mm]ost|[Oo]ne|[Pp]eople|[Oo]thers|[Ss]omeone|[Yy]ou|[Tt]hey)\s"
    r"(?:(?:people|would|might|may|could|will|students)\s){0,3}"
    r"(?:say|think|believe|assume|guess|argue|claim|expect|thought|said))"
    r"\s(?:that\s)?(?:the\s)?(?:(?:correct|right|final)\s)?$"
)


def withdrawn_at(text: str, start: int) -> int | None:
    """Where a text takes back what it stated before `start`; None where it does not."""
    found = _WITHDRAWN.search(text, start)
    return found.end() if found else None


def is_own(text: str, start: int) -> bool:
    """Whether the answer stated at `start` is the writer's own, and said to be right."""
    before = text[max(0, start - _LONGEST_ATTRIBUTION) : start]
    if before.endswith(_BEGINNINGS):
        return True
    return _NOT_OWN.search(before) is None
