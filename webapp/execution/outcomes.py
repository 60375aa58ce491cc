"""Where points were lost, and saved: how each answer's verdict came out of its seats' responses."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db.models.functions import Coalesce

from moe_core.grading import canonical
from moe_core.values import Purpose, Verdict
from moe_core.votes import vote
from webapp.db.bulk import update_rows
from webapp.runs.models import Answer, Generation
from webapp.runs.outcomes import Outcome
from webapp.runs.seats import final_responses

Stated = Sequence[tuple[str, str]]  # what each states, as votes count it, and its verdict


def sort_out(answers: Collection[int]) -> None:
    """Store how these answers' verdicts came about, and how many different answers their seats
    state; `answers` are keys, of rows that this transaction has locked."""
    if not answers:
        return
    seats: dict[int, list[tuple[str, str]]] = defaultdict(list)
    stating = Generation.objects.filter(
        answer__in=list(answers), purpose=Purpose.RESPOND, stated__isnull=False
    )
    counted = Coalesce("same_as", "stated")
    for answer, stated, verdict in final_responses(stating).values_list(
        "answer_id", counted, "verdict"
    ):
        seats[answer or 0].append((stated or "", verdict))
    differing = []
    for row in Answer.objects.filter(pk__in=answers).only("verdict", "outcome", "stances"):
        before = (row.outcome, row.stances)
        row.outcome = outcome(row.verdict, seats[row.pk])
        row.stances = stances(seats[row.pk])
        if (row.outcome, row.stances) != before:
            differing.append(row)
    update_rows(differing, ["outcome", "stances"])


def outcome(verdict: str, seats: Stated) -> str:
    right = {canonical(stated) for stated, of in seats if of == Verdict.CORRECT.value}
    majority = vote([stated for stated, _ in seats])
    won = majority is not None and canonical(majority) in right
    match verdict:
        case Verdict.CORRECT.value:
            return Outcome.AGREED if won else Outcome.SAVED
        case Verdict.NO_ANSWER.value:
            return Outcome.NO_ANSWER
        case Verdict.TOO_COSTLY.value:
            return Outcome.TOO_COSTLY
        case Verdict.INCORRECT.value if not right:
            return Outcome.NONE_RIGHT
        case Verdict.INCORRECT.value:
            return Outcome.BROKEN if won else Outcome.OUTVOTED
    return ""


def stances(seats: Stated) -> int:
    """How many different answers there are; right ones are one, however they are spelled."""
    return len({"" if of == Verdict.CORRECT.value else canonical(text) for text, of in seats})
