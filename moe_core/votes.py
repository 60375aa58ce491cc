"""Votes: the answer that most seats, or most weight, state."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from moe_core.grading import canonical
from moe_core.values import Question

if TYPE_CHECKING:  # profiles fit votes
    from moe_core.profiles import Profile

OPEN_CHOICES = 10  # an open question is weighed as if it had so many options


@dataclass(frozen=True)
class Ballot:
    """What is known of a question when its seats vote; all but the first three may be unknown.

    `looks`: whether what answers look like may count (moe_core.answer_signs).
    """

    question: Question
    seats: Sequence[str]
    stated: Sequence[str | None]  # by each seat; None casts no vote
    responses: Sequence[str | None] = ()  # of each seat, without the thinking
    skills: Sequence[str] = ()  # matched ones
    vector: NDArray[np.float32] | None = None  # (d,), the question's embedding
    looks: bool = True


# → the weight of each seat's vote
Weigher = Callable[["Profile", Ballot], list[float]]


def of_nothing(answer: str) -> float:
    """Where an answer gains nothing by being stated."""
    return 0.0


@dataclass(frozen=True)
class Reach:
    """What each seat's vote may weigh, whatever it answers and however: `least` to `most`.

    The two are one where a seat has answered. `once` is what an answer gains by being stated at
    all, however many seats state it.
    """

    least: Sequence[float]
    most: Sequence[float]
    once: Callable[[str], float] = of_nothing


def vote(answers: Sequence[str | None], weights: Sequence[float] | None = None) -> str | None:
    """The answer with the most votes, or weight; a tie goes to the earlier seat.

    No answer casts no vote. Without weights each seat counts once.
    """
    total: dict[str, float] = defaultdict(float)
    first: dict[str, str] = {}
    for answer, weight in zip(answers, weights or [1.0] * len(answers), strict=True):
        if answer is not None:
            spelled = canonical(answer)
            total[spelled] += weight
            first.setdefault(spelled, answer)
    return first[max(total, key=total.__getitem__)] if total else None


def one_each(profile: "Profile", ballot: Ballot) -> list[float]:
    """Every seat counts the same (the majority vote)."""
    return [1.0] * len(ballot.seats)


def log_odds(profile: "Profile", ballot: Ballot) -> list[float]:
    """How much each seat's vote says: naive Bayes over experts that err independently.

    An expert that is right with probability p, and otherwise picks any wrong option alike, adds
    log(p / (1 - p)) + log(options - 1) to the log-odds of what it answers; p is the profile's
    shrunk accuracy on the question's skills. Not in the paper, whose aggregator is an LLM.
    """
    return [
        log_odds_of(profile.accuracy(seat, ballot.skills), ballot.question) for seat in ballot.seats
    ]


def log_odds_of(p: float, question: Question) -> float:
    """What an answer that is right with probability p (0 < p < 1) adds; see `log_odds`."""
    options = len(question.options) or OPEN_CHOICES
    return math.log(p / (1 - p)) + math.log(max(options, 2) - 1)
