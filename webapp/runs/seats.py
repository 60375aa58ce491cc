"""The seats of answers: which of its rounds each stands by.

The rule is moe_core.rounds': a seat stands by the last round in which it states an answer, because
one in which it states nothing takes nothing back; where it never does, by the last.
"""

from django.db.models import Q, QuerySet

from webapp.runs.models import Generation, Run


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


# Where a seat is rather than where it stands: the last round in which it was asked, be it still
# waiting. Of a generation g.
ASKED_LAST = """NOT EXISTS (
    SELECT FROM runs_generation later WHERE later.answer_id = g.answer_id
    AND later.purpose = g.purpose AND later.number = g.number AND later.round = g.round + 1)"""
