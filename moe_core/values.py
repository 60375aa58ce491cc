"""The values that the method passes around; see docs/glossary.md for the words."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Stage(IntEnum):
    """Order in which a run's generations become worth doing: later ones need the earlier."""

    INFER = 0
    RESPOND = 1
    AGGREGATE = 2


class Purpose(StrEnum):
    """Why a generation is asked for."""

    ANNOTATE = "annotate"
    PROFILE = "profile"
    TRIAL = "trial"
    RESPOND = "respond"
    AGGREGATE = "aggregate"
    TRY = "try"

    @property
    def stage(self) -> Stage:
        """When a question's generations of this purpose are served."""
        return _STAGES[self]


_STAGES = {
    Purpose.ANNOTATE: Stage.INFER,
    Purpose.TRY: Stage.INFER,  # somebody is watching: before any run's responses
    Purpose.PROFILE: Stage.RESPOND,
    Purpose.TRIAL: Stage.RESPOND,
    Purpose.RESPOND: Stage.RESPOND,
    Purpose.AGGREGATE: Stage.AGGREGATE,
}


class Verdict(StrEnum):
    """How an answer compares with the gold answer. Ungraded leaves the denominator.

    Too costly: it could not be compared in reasonable time. It counts as not correct.
    """

    CORRECT = "correct"
    INCORRECT = "incorrect"
    NO_ANSWER = "no answer"
    TOO_COSTLY = "too costly"
    UNGRADED = "ungraded"


@dataclass(frozen=True)
class Scoring:
    """How responses are read and compared: a name of moe_core.scorers, and what it looks for.

    Without a name that is found by the question: a letter where there are options, else a value.
    """

    scorer: str = ""
    pattern: str = ""  # a regular expression, where the scorer takes one


FOUND = Scoring()


@dataclass(frozen=True)
class Question:
    """One question. With options the gold answer is a letter, otherwise free text.

    An empty `gold` means that none is known: the question is ungraded. Each of `alternatives` is
    as right as the gold answer. `category`: what its set says that it is about, if anything.
    """

    text: str
    options: tuple[str, ...] = ()
    gold: str = ""
    alternatives: tuple[str, ...] = ()
    scoring: Scoring = FOUND
    category: str = ""

    @property
    def golds(self) -> tuple[str, ...]:
        """All answers that count as right, the gold answer first; none where none is known."""
        return (self.gold, *self.alternatives) if self.gold else ()


@dataclass(frozen=True)
class Request:
    """One generation that the method needs.

    `number` tells generations of one purpose apart: the seat of a response, the number of an
    annotation. `stage` is when it may be served; `round` counts how often a seat was asked before.
    """

    purpose: Purpose
    stage: Stage
    expert: str
    number: int
    prompt: str
    round: int = 0
