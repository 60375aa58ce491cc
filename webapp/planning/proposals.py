"""Proposed versions of profiles: made, graded, and their effect told, by the `findings` worker."""

import logging
from datetime import timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from webapp.db.errors import PASSING
from webapp.execution.errors import RunRefused
from webapp.execution.golds.profile_versions import TASK, made_run
from webapp.execution.grading.regrade import regrade
from webapp.grading.comparer import CannotCompare
from webapp.planning import reroutes
from webapp.queue import work
from webapp.runs.models import Event, Profile, ProfileProposal, Run

logger = logging.getLogger(__name__)

WORK = "proposal"  # in units of responses
LATE = timedelta(seconds=30)  # after which a message counts as lost
LONGEST = 3600  # seconds; what takes longer would keep all others waiting
__all__ = ["TASK", "find", "waiting"]


def waiting() -> list[int]:
    """Those whose message was lost."""
    late = ProfileProposal.objects.filter(ready=False, asked__lt=timezone.now() - LATE)
    return list(late.order_by("pk").values_list("pk", flat=True))


def find(proposal_id: int) -> bool:
    """Make a version and tell its effect; whether to call again. Every call goes on from what is
    there, so that it may end anywhere."""
    related = ("profile__made_from__pool", "profile__pool", "run", "question_set")
    rows = ProfileProposal.objects.select_related(*related)
    proposal = rows.filter(pk=proposal_id, ready=False).first()
    if proposal is None:
        return False
    told: dict[str, Any] = {"ready": True}
    try:
        with work.measured(WORK) as units:
            run = made_run(proposal)
            _grade(proposal.profile, run)
            found = _effect(proposal)
            if found is None:
                return True
            units.append(_units(proposal))
        run.refresh_from_db(fields=["event_seq"])
        told["effect"] = {**found, "made_at": run.event_seq}
    except (*PASSING, CannotCompare):
        raise
    except RunRefused as refused:
        told["problem"] = str(refused)
    except SoftTimeLimitExceeded:
        told["problem"] = f"It could not be made within {LONGEST // 60} minutes."
    except Exception as error:
        logger.exception("proposal %s cannot be found", proposal_id)
        told["problem"] = f"It could not be made: {type(error).__name__}: {error}"
    # Where its effect was asked for on something else meanwhile, that is still to be told.
    mine = ProfileProposal.objects.filter(pk=proposal.pk, asked=proposal.asked)
    return not mine.update(**told) and ProfileProposal.objects.filter(pk=proposal.pk).exists()


def seconds_left(proposal: ProfileProposal) -> float | None:
    """What making it takes on this machine; None where that was never measured."""
    return work.expected(WORK, _units(proposal))


def _units(proposal: ProfileProposal) -> int:
    """Responses that are graded again."""
    profile = proposal.profile
    return max(1, profile.question_set.size * profile.pool.experts.count())


def _grade(profile: Profile, run: Run) -> None:
    """By the newest gold answers, once. Raises RunRefused."""
    done = run.events.filter(kind=Event.Kind.REGRADED).last()
    if run.regrading or run.newer_golds or done is None:
        regrade(run.pk)
    elif stopped := done.payload.get("stopped"):
        raise RunRefused(f"Its responses could not be graded again: {stopped}")
    if not profile.cells.exists():
        raise RunRefused("The profile would be empty: no graded question has a skill any more.")


def _effect(proposal: ProfileProposal) -> reroutes.Effect | dict[str, Any] | None:
    """Empty where nothing was chosen to tell it on. Raises RunRefused."""
    before, after = proposal.profile.made_from, proposal.profile
    if before is None:
        raise RunRefused("The profile that it was made from is gone.")
    run = proposal.run
    if run is None and proposal.question_set is not None:
        run = reroutes.run_on(proposal.question_set, before)
    return reroutes.effect(run, before, after) if run is not None else {}
