"""Freeing the space of what was deleted for good, in pieces.

Each piece is a transaction of its own, from the rows that nothing rests on downwards: what was
freed stays freed when the worker dies, and the next one goes on. Nothing else waits for it.
"""

import logging
import time
from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from webapp.db import statistics
from webapp.experts.models import Pool
from webapp.keeping.deleting import KEPT
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import Answer, Event, Generation, Profile, Run
from webapp.things.models import Deletion

logger = logging.getLogger(__name__)

TASK = "things.free"
PIECE = 500  # rows, with what belongs to each
SECONDS = 5.0  # of a turn


def free_some(seconds: float | None = None) -> bool:
    """Free for a turn; whether there is more to do. The oldest deletions go first, for what was
    deleted later may be what they rest on."""
    ends = time.monotonic() + (SECONDS if seconds is None else seconds)
    failed: list[int] = []
    while (deletion := _due(failed)) is not None:
        try:
            for _ in _pieces(deletion):
                if time.monotonic() > ends:
                    return True
        except IntegrityError:
            # Something rests on it that nobody knew of: the others are freed all the same.
            logger.exception("what was deleted with %s cannot be freed", deletion)
            failed.append(deletion.pk)
    return False


def _due(failed: list[int]) -> Deletion | None:
    """The next one; from now on it cannot be undone."""
    with transaction.atomic():
        old = Deletion.objects.select_for_update().filter(created__lte=timezone.now() - KEPT)
        found = old.exclude(pk__in=failed).order_by("pk").first()
        if found is not None and not found.freeing:
            found.freeing = True
            found.save(update_fields=["freeing"])
        return found


def _pieces(deletion: Deletion) -> Iterator[None]:
    """Frees piece by piece."""
    for run in Run.every.filter(deletion=deletion).order_by("pk"):
        yield from _freed(Generation.objects.filter(run=run))
        yield from _freed(Answer.objects.filter(run=run))
        yield from _freed(Event.objects.filter(run=run))
        run.delete()
        yield
    statistics.renew_now_and_then(Answer, Generation)
    yield from _freed(Profile.every.filter(deletion=deletion), size=1)
    yield from _freed(Pool.every.filter(deletion=deletion), size=1)
    for questions in QuestionSet.every.filter(deletion=deletion):
        yield from _freed(Question.objects.filter(question_set=questions))
        questions.delete()
        yield
    deletion.delete()


def _freed(rows: QuerySet[Any], size: int = 0) -> Iterator[None]:
    """Whatever else belongs to a row goes with it. `size`: of a piece, where rows are large."""
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[: size or PIECE]):
        rows.model._base_manager.filter(pk__in=keys).delete()
        yield
