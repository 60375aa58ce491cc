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


LOST = [Outcome.NONE_RIGHT, Outcome.OUTVOTED, Outcome.BROKEN, Outcome.NO_ANSWER]

# Of several rounds, that by which a seat stands: a round in which it states nothing takes nothing
# back. One generation g of each seat.
STANDS = """(g.stated IS NOT NULL OR g.round = 0) AND NOT EXISTS (
    SELECT FROM runs_generation later WHERE later.answer_id = g.answer_id
    AND later.purpose = 'respond' AND later.round > g.round AND later.number = g.number
    AND later.stated IS NOT NULL)"""

# The last in which a seat was asked, answered or not; of a generation g.
LAST = """NOT EXISTS (
    SELECT FROM runs_generation later WHERE later.answer_id = g.answer_id
    AND later.purpose = 'respond' AND later.round = g.round + 1 AND later.number = g.number)"""
