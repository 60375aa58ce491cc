"""Findings: asked for by whoever shows them, found by the `findings` worker, and kept."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from webapp.db.errors import PASSING
from webapp.execution.vectors import not_embedded
from webapp.grading.comparer import CannotCompare
from webapp.questions.models import QuestionSet
from webapp.queue import events, work
from webapp.runs.models import Finding, Profile, Run

logger = logging.getLogger(__name__)

TASK = "findings.find"
LONGEST = 60 * 60  # seconds of one finding: others wait for the same worker
LATE = timedelta(seconds=60)  # after which a message counts as lost: others may be before it


class Detailed(NamedTuple):
    """What was found, and what of it is long and read in parts."""

    found: Mapping[str, Any]
    details: Mapping[str, Any]


class NothingToFind(Exception):
    """Why, in words that a person sees."""


# A number: so many questions had to be embedded first, and more may have to; 0 while another
# process is at them.
Find = Callable[[Any], Mapping[str, Any] | Detailed | int]


def ask(name: Finding.Name, of: Run | Profile | QuestionSet, basis: Mapping[str, Any]) -> Finding:
    """What was found; where it holds no more, a worker looks again: it is not ready."""
    told = dict(basis)
    finding, is_new = Finding.objects.defer("details").get_or_create(
        name=name, **_about(of), defaults={"basis": told}
    )
    if is_new or finding.basis != told:
        finding.basis, finding.ready, finding.problem = told, False, ""
        finding.save(update_fields=["basis", "ready", "problem", "asked"])
        events.wake(TASK, finding.pk)
    return finding


def _about(of: Run | Profile | QuestionSet) -> dict[str, Any]:
    if isinstance(of, Run):
        return {"run": of}
    return {"profile": of} if isinstance(of, Profile) else {"question_set": of}


def seconds_left(finding: Finding) -> float | None:
    """What finding it takes on this machine; None where that was never measured."""
    profile = finding.profile
    missing = not_embedded(profile.question_set, profile.pool.embedder) if profile else 0
    finding_it = work.expected(finding.name, _units(finding))
    embedding = work.expected(work.EMBEDDING, missing)
    return None if finding_it is None or embedding is None else finding_it + embedding


def _of(finding: Finding) -> Any:
    return finding.run or finding.profile or finding.question_set


def _units(finding: Finding) -> int:
    """What it grows with: questions, by experts where each of them is looked at."""
    of = _of(finding)
    if isinstance(of, QuestionSet):
        return max(1, of.size)
    experts = of.pool.experts.count() if of.pool else 1
    return max(1, experts * (of.questions if isinstance(of, Run) else of.question_set.size))


def waiting() -> list[int]:
    """Those whose message was lost."""
    late = Finding.objects.filter(ready=False, asked__lt=timezone.now() - LATE)
    return list(late.order_by("pk").values_list("pk", flat=True))


def find(finding_id: int, finds: Mapping[str, Find]) -> bool:
    """Find what is asked for, unless that is done; whether to call again."""
    of_runs = ("run__pool", "run__question_set")
    related = (*of_runs, "profile__pool", "profile__question_set", "question_set")
    rows = Finding.objects.select_related(*related).defer("details")
    finding = rows.filter(pk=finding_id, ready=False).first()
    if finding is None:
        return False
    told: dict[str, Any] = {"ready": True, "problem": ""}
    try:
        with work.measured(finding.name) as units:
            found = finds[finding.name](_of(finding))
            if isinstance(found, int):
                return found > 0
            units.append(_units(finding))
        if isinstance(found, Detailed):
            told["details"] = dict(found.details)
            found = found.found
        told["found"] = dict(found)
    except (*PASSING, CannotCompare):
        raise
    except NothingToFind as nothing:
        told["problem"] = str(nothing)
    except SoftTimeLimitExceeded:
        told["problem"] = f"It could not be found within {LONGEST // 60} minutes."
    except Exception as error:
        logger.exception("finding %s cannot be found", finding_id)
        told["problem"] = f"It could not be found: {type(error).__name__}: {error}"
    # Where somebody has asked for it anew meanwhile, that is still to be done.
    Finding.objects.filter(pk=finding.pk, basis=finding.basis).update(**told)
    return False
