"""The ways to say outright what the answer is. Of all that a text states so, the last one counts.

Every rule finds places; what stands there is read by the rules of letters or of values.
"""

from collections.abc import Callable
from dataclasses import dataclass

from moe_core.answers import languages, places
from moe_core.answers.cues import Cued
from moe_core.answers.places import MOST, Place


@dataclass(frozen=True)
class Outright:
    """A way to state an answer; only texts with one of its cues are searched (none: all are)."""

    name: str
    example: str  # of C
    find: Callable[[str], list[Place]]
    cues: tuple[str, ...] = ()

    def places(self, text: str) -> list[Place]:
        """Each place where a text states an answer in this way."""
        return [place._replace(rule=self.name) for place in self.find(text)[-MOST:]]


STATED = Outright("the answer is …", "The correct answer is (C).", places.stated)
BOXED = Outright("a box", "Only one is left: \\boxed{C}", places.boxed, ("boxed", "box{"))
OUTRIGHT = (
    STATED,
    BOXED,
    Outright("a box without braces", "So \\boxed C.", places.bare_boxes, ("\\boxed ",)),
    Outright(
        "under a heading",
        "### Final Answer\n\n**C) blue**",
        places.headed,
        ("nswer\n", "nswer \n", "nswer*", "nswer:", "nswer_", "NSWER"),
    ),
    Outright("Ans: …", "Ans. C", places.shortly, ("Ans.", "Ans:", "ANS.", "ANS:")),
    Outright(
        "the answers are …",
        "The answers are (C).",
        places.stated_together,
        ("nswers", "NSWERS", "olutions"),
    ),
    Outright(
        "a tag",
        "<answer>C</answer>",
        places.tagged,
        ("answer>", "ANSWER>", "Answer>", "choice>", "solution>", "result>", "ANSWER]"),
    ),
    Outright("a key", '{"answer": "C"}', places.keyed, ('":', '" :', "':", "' :")),
    Outright("after ####", "#### C", places.hashed, ("####",)),
    Outright("in two brackets", "[[C]]", places.in_two_brackets, ("]]",)),
    Outright(
        "the answer is …, in another language",
        "Die richtige Antwort lautet C.",
        places.in_other_languages,
        languages.STEMS,
    ),
)


_COMMON = (STATED, BOXED)
_RARER = Cued({rule: rule.cues for rule in OUTRIGHT if rule not in _COMMON})


# What stands in a format made for it, rather than in a sentence.
MARKED = {"a box", "a box without braces", "a tag", "a key", "after ####"}


def common(text: str) -> list[Place]:
    """What a text states in the ways that most models use, in order."""
    places = STATED.places(text)
    if any(cue in text for cue in BOXED.cues):
        places = sorted([*places, *BOXED.places(text)])
    return places


def rarer(text: str, start: int = 0) -> list[Place]:
    """What a text states from `start` on in the other ways, in order."""
    tail = text[start:]
    return sorted(
        place._replace(start=place.start + start, content_start=place.content_start + start)
        for rule in _RARER.of(tail)
        for place in rule.places(tail)
    )
