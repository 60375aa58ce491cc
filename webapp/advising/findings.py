"""Findings: asked for by whoever shows them, found by the `default` worker, and kept."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from webapp.db.errors import PASSING
from webapp.grading.comparer import CannotCompare
from webapp.queue import events
from webapp.runs.models import Finding, Profile, Run

logger = logging.getLogger(__name__)

TASK = "advising.find"
LATE = timedelta(seconds=10)  # after which a message counts as lost
# Finds, and is told what to call in between. A number: so many questions had to be embedded first,
# and more may have to; 0 while another process is at them.
Find = Callable[[Any, Callable[[], None]], Mapping[str, Any] | int]


def ask(name: Finding.Name, of: Run | Profile, basis: Mapping[str, Any]) -> Finding:
    """What was found; where it holds no more, a worker looks again: it is not ready."""
    about = {"run": of} if isinstance(of, Run) else {"profile": of}
    told = dict(basis)
    finding, is_new = Finding.objects.get_or_create(name=name, **about, defaults={"basis": told})
    if is_new or finding.basis != told:
        finding.basis, finding.ready, finding.problem = told, False, ""
        finding.save(update_fields=["basis", "ready", "problem", "asked"])
        events.wake(TASK, finding.pk)
    return finding


def waiting() -> list[int]:
    """Those whose message was lost."""
    late = Finding.objects.filter(ready=False, asked__lt=timezone.now() - LATE)
    return list(late.order_by("pk").values_list("pk", flat=True))


def find(
    finding_id: int, finds: Mapping[str, Find], meanwhile: Callable[[], None] = lambda: None
) -> bool:
    """Find what is asked for, unless that is done; whether to call again."""
    related = ("run__pool", "run__question_set", "profile__pool", "profile__question_set")
    rows = Finding.objects.select_related(*related)
    finding = rows.filter(pk=finding_id, ready=False).first()
    if finding is None:
        return False
    told: dict[str, Any] = {"ready": True, "problem": ""}
    try:
        found = finds[finding.name](finding.run or finding.profile, meanwhile)
        if isinstance(found, int):
            return found > 0
        told["found"] = dict(found)
    except (*PASSING, CannotCompare):
        raise
    except Exception as error:
        logger.exception("finding %s cannot be found", finding_id)
        told["problem"] = f"It could not be found: {type(error).__name__}: {error}"
    # Where somebody has asked for it anew meanwhile, that is still to be done.
    Finding.objects.filter(pk=finding.pk, basis=finding.basis).update(**told)
    return False
