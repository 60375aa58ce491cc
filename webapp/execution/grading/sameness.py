"""Which responses to a question state the same answer: found once, when all of them are graded."""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from moe_core.camps import camps, spelling_tells
from moe_core.values import Purpose, Verdict
from webapp.db.bulk import update_rows
from webapp.execution.grading import PORTION_SECONDS
from webapp.grading.comparing import same_in_time
from webapp.runs.models import Answer, Generation, Run

Comparison = Answer.Comparison
AT_ONCE = 64  # questions
COMPARED = (Purpose.RESPOND.value, Purpose.PROFILE.value)  # what votes count, and evidence


def is_due(run: Run, answer: Answer, given: Iterable[Generation]) -> bool:
    """Whether comparing these graded responses by value would tell more than their spelling."""
    if run.same_by != Run.SameBy.VALUE or answer.comparison or answer.question.options:
        return False
    rows = _compared(run, given)
    return not spelling_tells(run.value_of(answer.question), _stated(rows), _verdicts(rows))


@dataclass(frozen=True)
class Found:
    """A question whose responses were compared, not yet stored: those with another spelling."""

    answer: Answer
    changed: list[Generation]


def compare(run: Run, answer: Answer, given: Iterable[Generation]) -> Found:
    """Find which of the question's responses state the same, and note it in answer and responses.

    Takes as long as comparing by value may. Raises CannotCompare.
    """
    rows = _compared(run, given)
    before = [row.same_as for row in rows]
    found = camps(_stated(rows), _verdicts(rows), same_in_time())
    for row, spelling in zip(rows, found.spellings, strict=True):
        row.same_as = None if spelling == row.stated else spelling
    answer.comparison = Comparison.DONE if found.is_whole else Comparison.COSTLY
    return Found(answer, [row for row, old in zip(rows, before, strict=True) if row.same_as != old])


def compare_again(run: Run, answer: Answer, given: Sequence[Generation]) -> bool:
    """The same as if nothing had been compared, in a run that counts by value from now on.

    Returns whether another comparison is noted in the answer than before.
    """
    before, answer.comparison = answer.comparison, ""
    for row in given:
        row.same_as = None
    rows = _compared(run, given)
    if not spelling_tells(run.value_of(answer.question), _stated(rows), _verdicts(rows)):
        compare(run, answer, rows)
    return answer.comparison != before


def compare_some(run: Run) -> list[Found]:
    """Of some questions that are due; locks nothing."""
    until = time.monotonic() + PORTION_SECONDS
    due = Answer.objects.filter(run=run, comparison=Comparison.DUE).select_related("question")
    answers = list(due.order_by("pk")[:AT_ONCE])
    given: dict[int | None, list[Generation]] = defaultdict(list)
    rows = Generation.objects.filter(answer__in=answers, purpose__in=COMPARED).order_by(
        "round", "number"
    )
    fields = ("expert_id", "round", "number", "purpose", "stated", "verdict", "same_as")
    for row in rows.only("answer_id", *fields):
        given[row.answer_id].append(row)
    found = []
    for answer in answers:
        found.append(compare(run, answer, given[answer.pk]))
        if time.monotonic() > until:
            break
    return found


def store(found: Sequence[Found], run: Run) -> tuple[int, int]:
    """Write what was compared of questions that are still due, in the caller's transaction.

    Returns how many; no event tells of it.
    """
    due = Answer.objects.filter(run=run, comparison=Comparison.DUE)
    keys = [one.answer.pk for one in found]
    locked = due.select_for_update(skip_locked=True).filter(pk__in=keys).order_by("pk")
    wanted = set(locked.values_list("pk", flat=True))
    still = [one for one in found if one.answer.pk in wanted]
    update_rows([row for one in still for row in one.changed], ["same_as"])
    update_rows([one.answer for one in still], ["comparison"])
    return len(still), 0


def _compared(run: Run, given: Iterable[Generation]) -> list[Generation]:
    """In the order of asking, where a run asks its seats in turn: so what is the same among those
    that have answered does not depend on those that are left."""
    rank = {expert: place for place, expert in enumerate(run.order)}
    rows = [row for row in given if row.purpose in COMPARED]
    return sorted(rows, key=lambda row: (row.round, rank.get(row.expert_id, 0), row.number))


def _stated(rows: Iterable[Generation]) -> list[str | None]:
    return [row.stated for row in rows]


def _verdicts(rows: Iterable[Generation]) -> list[Verdict | None]:
    return [Verdict(row.verdict) if row.verdict else None for row in rows]
