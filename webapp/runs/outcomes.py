"""The ways in which an answer's verdict comes out of its seats' responses."""

from django.db import models


class Outcome(models.TextChoices):
    """How the seats and the final answer relate; blank where there is no gold answer.

    Majority: what the plain vote states, in which a tie goes to the earlier seat.
    """

    AGREED = "agreed", "Right, as the majority"
    SAVED = "saved", "Right against the majority"
    NONE_RIGHT = "none right", "No expert was right"
    OUTVOTED = "outvoted", "A right expert was outvoted"
    BROKEN = "broken", "A right majority was broken"
    NO_ANSWER = "no answer", "No answer found"
    TOO_COSTLY = "too costly", "Too costly to compare"


LOST = [Outcome.NONE_RIGHT, Outcome.OUTVOTED, Outcome.BROKEN, Outcome.NO_ANSWER, Outcome.TOO_COSTLY]


class Unseated(models.TextChoices):
    """Where no seat was right, whether another expert of the pool was; blank: not known."""

    RIGHT = "right", "An expert without a seat was right"
    NOBODY = "nobody", "Nobody in the pool was right"
