"""Signs by which right answers differ from wrong ones, counted on the validation responses.

Not in the paper. A sign sorts stated answers into a few classes; a class weighs
log P(class | right) - log P(class | wrong), shrunk towards nothing, so that a sign that says
nothing in some question set weighs nothing there. Signs of an option (how long it is, where its
number stands among the others') tell how the set was made rather than what its experts know:
docs/method-log.md has what each is worth. Signs of a response tell how sure its writer was.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from string import ascii_uppercase

import numpy as np
import scipy  # its parts are imported when they are first used
from numpy.typing import NDArray

from moe_core.evidence import Evidence, Floats
from moe_core.values import Question

PRIOR_ANSWERS = 20  # of each kind, spread over the classes as all answers are
# Answers to one question look alike: all of them together count as so many at most.
PER_QUESTION = 4
NO_CLASS = -1  # the sign does not apply
_NUMBER = re.compile(r"-?\d+(?:\.(\d+))?")
_WORD = re.compile(r"[a-z0-9.]+")
_DOUBT = re.compile(
    r"\b(?:however|not sure|unsure|unclear|cannot|can't|could not|unable|sorry|mistake|error|typo"
    r"|closest|approximat\w*|assum\w*|none of|not (?:among|listed|provided|given|in the)"
    r"|no (?:correct|option|answer)|does(?: not|n't) match|perhaps|maybe|might|may be|possibly"
    r"|probably|seems|appears|likely|guess|incorrect|wrong)\b",
    re.IGNORECASE,
)
DOUBTS = (1, 3)  # words of doubt from which a response is of the second, the third class

Classes = tuple[int, ...]  # of one option, per option sign


def doubt(response: str) -> int:
    """The class of a response by its words of doubt: 0 for none, 1, 2 for many."""
    return int(np.searchsorted(DOUBTS, len(_DOUBT.findall(response)), side="right"))


@lru_cache(maxsize=10_000)
def option_classes(question: Question) -> tuple[Classes, ...]:
    """Per option of a question, its class under each of OPTION_SIGNS."""
    columns = [sign(question.options) for sign in OPTION_SIGNS.values()]
    return tuple(zip(*columns, strict=True)) or ((),) * len(question.options)


def _length(options: Sequence[str]) -> list[int]:
    """How long it is among the options."""
    lengths = np.log(np.array([len(option) for option in options]) + 3.0)
    spread = lengths.std()
    if spread < 0.05:  # all of one length
        return [2] * len(options)
    return _binned((lengths - lengths.mean()) / spread, (-1.2, -0.4, 0.4, 1.2))


def _rank(options: Sequence[str]) -> list[int]:
    """Where its number stands among the options', from the smallest to the largest."""
    found = [_NUMBER.search(option.replace(",", "")) for option in options]
    if len(options) < 3 or not all(found):
        return [NO_CLASS] * len(options)
    values = [float(number[0]) for number in found if number]
    return _binned((scipy.stats.rankdata(values) - 1) / (len(values) - 1), (0.12, 0.3, 0.7, 0.88))


def _decimals(options: Sequence[str]) -> list[int]:
    """How many decimals its number has among the options'."""
    found = [_NUMBER.search(option.replace(",", "")) for option in options]
    return _standardised([len(number[1] or "") if number else 0 for number in found])


def _likeness(options: Sequence[str]) -> list[int]:
    """How many words it shares with the other options."""
    words = [set(_WORD.findall(option.lower())) for option in options]
    shared = [sum(len(a & b) / max(len(a | b), 1) for b in words) for a in words]
    return _standardised(shared)


def _place(options: Sequence[str]) -> list[int]:
    """The first one, one of the next three, or a later one."""
    return [0 if place == 0 else 1 if place < 4 else 2 for place in range(len(options))]


OPTION_SIGNS: dict[str, Callable[[Sequence[str]], list[int]]] = {
    "length": _length,
    "rank of its number": _rank,
    "decimals": _decimals,
    "likeness": _likeness,
    "place": _place,
}


def _standardised(values: Sequence[float]) -> list[int]:
    array = np.array(values, dtype=float)
    spread = array.std() if len(array) > 1 else 0.0
    if spread < 1e-3:
        return [NO_CLASS] * len(array)
    return _binned((array - array.mean()) / spread, (-1.0, -0.3, 0.3, 1.0))


def _binned(values: Floats, edges: Sequence[float]) -> list[int]:
    return [int(place) for place in np.digitize(values, edges)]


class Signs:
    """The weight of each class, counted on evidence once."""

    def __init__(self, evidence: Evidence) -> None:
        rows: list[Classes] = []
        doubts: list[int] = []
        right: list[float] = []
        for place, (question, stated) in enumerate(
            zip(evidence.questions, evidence.stated, strict=True)
        ):
            for column, answer in enumerate(stated):
                verdict = evidence.right[place, column]
                if answer is None or np.isnan(verdict):
                    continue
                rows.append(_classes_of(question, answer))
                doubts.append(int(evidence.doubts[place, column]))
                right.append(verdict)
        share = PER_QUESTION / max(len(evidence.experts), 1)
        outcomes = np.array(right)
        columns = np.array(rows, dtype=int).reshape(len(rows), len(OPTION_SIGNS)).T
        self._options = [_weights(classes, outcomes, share) for classes in columns]
        self._doubt = _weights(np.array(doubts, dtype=int), outcomes, share)

    @property
    def tones(self) -> tuple[float, float]:
        """The least and the most that any response's tone adds."""
        return min(0.0, *self._doubt), max(0.0, *self._doubt)

    def of_answer(self, question: Question, answer: str) -> float:
        """What an answer's looks add to its log-odds; 0 for an open question."""
        classes = _classes_of(question, answer)
        return sum(
            float(weights[of])
            for weights, of in zip(self._options, classes, strict=True)
            if 0 <= of < len(weights)
        )

    def of_response(self, response: str | None) -> float:
        """What a response's tone adds to the log-odds of its answer."""
        if response is None:
            return 0.0
        of = doubt(response)
        return float(self._doubt[of]) if of < len(self._doubt) else 0.0


def _classes_of(question: Question, answer: str) -> Classes:
    """The classes of a stated letter; none apply to another answer."""
    place = ascii_uppercase.find(answer) if len(answer) == 1 else -1
    if not 0 <= place < len(question.options):
        return (NO_CLASS,) * len(OPTION_SIGNS)
    return option_classes(question)[place]


def _weights(classes: NDArray[np.int_], right: Floats, share: float) -> Floats:
    """Per class, its log-likelihood ratio; each answer counts as `share` of one."""
    applies = classes != NO_CLASS
    if not applies.any():
        return np.zeros(0)
    size = int(classes.max()) + 1
    good = share * np.bincount(classes[applies], right[applies], size)
    bad = share * np.bincount(classes[applies], 1 - right[applies], size)
    spread = PRIOR_ANSWERS * (good + bad) / (good + bad).sum()
    seen = good + bad > 0  # a class that was never seen says nothing
    ratio = np.log(np.where(seen, good + spread, 1) / (good.sum() + PRIOR_ANSWERS))
    ratio -= np.log(np.where(seen, bad + spread, 1) / (bad.sum() + PRIOR_ANSWERS))
    return np.where(seen, ratio, 0.0)
