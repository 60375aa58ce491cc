"""The seats of answers: which of its rounds each stands by, and which were not asked.

The rule is moe_core.rounds': a seat stands by the last round in which it states an answer, because
one in which it states nothing takes nothing back; where it never does, by the last.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q, QuerySet

from webapp.experts.models import Expert
from webapp.runs.models import Answer, Generation, Run


def final_responses(rows: QuerySet[Generation]) -> QuerySet[Generation]:
    """Of these responses one for each seat, that by which it stands, in the order of the seats."""
    by_seat = rows.annotate(states_nothing=Q(stated=None)).order_by(
        "answer_id", "number", "states_nothing", "-round"
    )
    return by_seat.distinct("answer_id", "number")


def final_responses_among(run: Run, rows: QuerySet[Generation]) -> QuerySet[Generation]:
    """The same of responses of one run, in no order, to be counted."""
    if run.answered_by is None or run.answered_by.rounds == 1:
        return rows
    return Generation.objects.filter(pk__in=final_responses(rows).values("pk"))


class Unasked(NamedTuple):
    """A seat to which an expert was recruited that was not asked; it has no generation."""

    number: int
    expert: int  # its key


def unasked_seats(answer: Answer) -> list[Unasked]:
    """By number."""
    return sorted(Unasked(*seat) for seat in answer.unasked)


def names_of_unasked(answers: Iterable[Answer]) -> dict[int, str]:
    """Of the experts with such a seat, by key, in one query."""
    keys = {seat.expert for answer in answers for seat in unasked_seats(answer)}
    return dict(Expert.objects.filter(pk__in=keys).values_list("pk", "name"))


def recruited(answer: Answer, asked: Iterable[Generation]) -> list[int]:
    """The experts' keys by seat, of those that were asked and of those that were not."""
    seats = {row.number: row.expert_id for row in asked} | dict(unasked_seats(answer))
    return [seats[number] for number in sorted(seats)]


def why_unasked(run: Run, answer: Answer) -> str:
    """Why seats of an answer were not asked, or not yet, as it is said of them."""
    if answer.seats_due:
        return "could change the vote since it was graded again: it is asked when the run goes on"
    if not answer.is_done:
        return "waits for what those asked before it answer"
    return run.stopping_rule.why


# Where a seat is rather than where it stands: the last round in which it was asked, be it still
# waiting. Of a generation g.
ASKED_LAST = """NOT EXISTS (
    SELECT FROM runs_generation later WHERE later.answer_id = g.answer_id
    AND later.purpose = g.purpose AND later.number = g.number AND later.round = g.round + 1)"""
