"""Reading and grading responses that came back, each for itself."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from webapp.db.bulk import update_rows
from webapp.execution.grading import PORTION_SECONDS
from webapp.execution.outcomes import sort_out
from webapp.queue import events
from webapp.runs.models import Answer, Event, Generation, Run
from webapp.runs.purposes import GRADED

AT_ONCE = 50  # responses
UNGRADED = {"status": Generation.Status.DONE, "verdict": "", "purpose__in": GRADED}


def ungraded(run: Run) -> QuerySet[Generation]:
    return Generation.objects.filter(run=run, **UNGRADED)


def read_some(run: Run) -> list[Generation]:
    """Some responses with what they state and their verdicts, not yet stored; locks nothing.

    Whoever waits for their verdicts need not wait long: comparing algebra may take seconds.
    Raises CannotCompare.
    """
    until = time.monotonic() + PORTION_SECONDS
    rows = ungraded(run).select_related("answer__question", "expert").order_by("pk")[:AT_ONCE]
    graded = []
    for row in rows:
        assert row.answer is not None
        row.grade(run.value_of(row.answer.question))
        graded.append(row)
        if time.monotonic() > until:
            break
    return graded


def store(graded: Sequence[Generation], run: Run) -> tuple[int, int]:
    """Write the verdicts that nobody else has written meanwhile, in the caller's transaction.

    Returns how many, and the seq of their event.
    """
    keys = [row.pk for row in graded]
    still = ungraded(run).select_for_update(skip_locked=True).filter(pk__in=keys)
    wanted = set(still.values_list("pk", flat=True))
    rows = [row for row in graded if row.pk in wanted]
    if not rows:
        return 0, 0
    update_rows(rows, ["stated", "rule", "verdict"])
    if run.kind == Run.Kind.ANSWER:
        _sort_out_done({row.answer_id for row in rows})
    verdicts = Counter(row.verdict for row in rows)
    return len(rows), events.append(run.pk, Event.Kind.GRADED, **verdicts)


def _sort_out_done(answers: Iterable[int | None]) -> None:
    """In a run that began with an older product, an answer may be done before all its responses are
    graded. Locked by key alone: one that is just being moved on may be done a moment later."""
    locked = Answer.objects.select_for_update().filter(pk__in=list(answers)).order_by("pk")
    sort_out([answer.pk for answer in locked.only("asked", "stage") if answer.is_done])
