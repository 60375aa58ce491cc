"""What recruiting reads of a profile's evidence: fitted once, by a worker, and kept.

Reading the evidence of a thousand questions and fitting a forecast to it takes half a minute. A run
that recruits by it has it fitted as it begins; web processes only read what is kept, and whoever
asks for what is not there has a worker fit it. It holds until the profile is graded again, or
moe_core changes.
"""

import hashlib
import io
import logging
import pickle
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

import moe_core
from moe_core.profiles import Profile
from webapp.db.errors import PASSING
from webapp.execution.profiles.counted import counted_profile
from webapp.execution.profiles.evidence import evidence_of
from webapp.experts.models import Expert
from webapp.queue import events, work
from webapp.runs import models
from webapp.runs.lookups import maker_of
from webapp.runs.models import ProfileFit, Run

logger = logging.getLogger(__name__)

TASK = "runs.fit_profile"
WORK = "fit"  # in units of responses
# Parts of a profile, and of its evidence, that are made when first read.
FITTED = (
    *("memberships", "forecast", "signs", "together", "shares", "strongest", "skills", "scores"),
    "_means",
)
LATE = timedelta(seconds=60)  # after which its message counts as lost: others may be before it


class NotFitted(Exception):
    """A worker is at it: to be asked for again."""


def fitted(
    profile: models.Profile, experts: Sequence[Expert], *, with_domains: bool = True
) -> Profile:
    """A profile with its evidence, for these experts, and all that is fitted to it.

    For workers. Raises LookupError where a question is not embedded (webapp.execution.preparing).
    """
    return _read(fit(profile, experts, with_domains=with_domains))


def fit(
    profile: models.Profile, experts: Sequence[Expert], *, with_domains: bool = True
) -> ProfileFit:
    """Have it kept, if it is not yet; outside of a transaction, or others would wait for its end.

    Raises LookupError as `fitted` does.
    """
    row, _ = _row(profile, experts, with_domains)
    if not row.ready:
        _fit(row, experts)
    return row


def stored(
    profile: models.Profile, experts: Sequence[Expert], *, with_domains: bool = True
) -> Profile:
    """The same, read alone.

    Raises NotFitted where a worker has yet to fit it, LookupError where it cannot.
    """
    row, is_new = _row(profile, experts, with_domains)
    if row.ready:
        return _read(row)
    if row.problem:
        raise LookupError(row.problem)
    if is_new:
        events.wake(TASK, row.pk)
    raise NotFitted


def waiting() -> list[int]:
    """Those whose message was lost."""
    late = ProfileFit.objects.filter(ready=False, problem="", asked__lt=timezone.now() - LATE)
    return list(late.values_list("pk", flat=True))


def find(fit_id: int) -> None:
    """Fit what somebody has asked for, unless that is done."""
    rows = ProfileFit.objects.select_related("profile__pool").defer("fitted")
    row = rows.filter(pk=fit_id, ready=False).first()
    if row is None:
        return
    there = Expert.objects.in_bulk(row.experts)
    experts = [there[key] for key in row.experts if key in there]
    try:
        _fit(row, experts)
    except PASSING:
        raise
    except Exception as error:
        logger.exception("profile %s cannot be fitted", row.profile_id)
        told = f"{type(error).__name__}: {error}"
        ProfileFit.objects.filter(pk=row.pk, seq=row.seq).update(problem=told)


def seconds_left(run: Run) -> float | None:
    """What fitting takes for a run on this machine; None where that was never measured."""
    questions = run.profile.question_set.size if run.profile else 0
    return work.expected(WORK, questions * run.experts().count())


def _row(
    profile: models.Profile, experts: Sequence[Expert], with_domains: bool
) -> tuple[ProfileFit, bool]:
    """What is kept, emptied where it holds no more, and whether it is new: what was fitted is read
    only by `_read`."""
    maker = maker_of(profile)
    if maker is None:
        raise LookupError("the run that made the profile is not there any more")
    keys = [expert.pk for expert in experts]
    seq, at = maker.event_seq, code()
    rows = ProfileFit.objects.defer("fitted")
    row, is_new = rows.get_or_create(
        profile=profile, experts=keys, domains=with_domains, defaults={"seq": seq, "code": at}
    )
    if (row.seq, row.code) != (seq, at):
        row.seq, row.code, row.ready, row.problem, row.fitted = seq, at, False, "", None
        row.save()
        is_new = True
    return row, is_new


def _fit(row: ProfileFit, experts: Sequence[Expert]) -> None:
    with work.measured(WORK) as units:
        _fit_now(row, experts)
        units.append(row.profile.question_set.size * len(experts))


def _fit_now(row: ProfileFit, experts: Sequence[Expert]) -> None:
    counted = counted_profile(row.profile, experts)
    profile = replace(counted, evidence=evidence_of(row.profile, experts, with_domains=row.domains))
    for lazy in FITTED:
        getattr(profile, lazy)
    for lazy in ("place", "strength", "precision"):
        getattr(profile.observed, lazy)
    row.fitted, row.ready, row.problem = pickle.dumps(profile, protocol=5), True, ""
    told = {"fitted": row.fitted, "ready": True, "problem": ""}
    ProfileFit.objects.filter(pk=row.pk, seq=row.seq, code=row.code).update(**told)


def _read(row: ProfileFit) -> Profile:
    found = _Reader(io.BytesIO(bytes(row.fitted or b""))).load()
    assert isinstance(found, Profile)
    return found


class _Reader(pickle.Unpickler):
    """Makes nothing but moe_core's own values and numpy's arrays."""

    ARRAYS = frozenset({"_reconstruct", "ndarray", "dtype", "_frombuffer", "scalar"})

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name)
        is_ours = module.startswith("moe_core.") and isinstance(found, type)
        if is_ours or (module.split(".")[0] == "numpy" and name in self.ARRAYS):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a fit")


@cache
def code() -> str:
    """The state of moe_core's source: what another one has fitted is fitted anew."""
    told = hashlib.sha256()
    here = Path(moe_core.__file__).parent
    for file in sorted([*here.glob("*.py"), *here.glob("comparators/*.py")]):
        told.update(file.read_bytes())
    return told.hexdigest()
