"""What a team has spent: the kept costs of its runs, summed by month, person, expert or run.

A run counts for whoever started it, in the month (UTC) in which it was started. What was deleted
is not there, and what has not ended is not reckoned yet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from webapp.accounts.models import Team
from webapp.progress.costs import Reckoned
from webapp.runs.models import ExpertCost, RunCost
from webapp.things.models import there_by

MONTH = r"^(19[7-9][0-9]|2[0-9]{3})-(0[1-9]|1[0-2])$"  # of a year that any time zone has
# What to sum by → its key, of an expert's cost and of a run's.
BY: Mapping[str, tuple[Any, Any]] = {
    "month": (
        TruncMonth("cost__run__created", tzinfo=UTC),
        TruncMonth("run__created", tzinfo=UTC),
    ),
    "person": (F("cost__run__created_by"), F("run__created_by")),
    "expert": (F("expert"), None),
    "run": (F("cost"), F("pk")),
}


@dataclass(frozen=True)
class Wanted:
    """Which costs; all that is said must hold."""

    month: date | None = None  # its first day
    person: int | None = None  # who started the runs
    expert: int | None = None


@dataclass(frozen=True)
class Spent:
    """GPU seconds and tokens of experts that are loaded here; those of endpoints are told apart."""

    key: Any
    runs: int = 0
    loading: float = 0.0  # GPU seconds
    generating: float = 0.0
    read: int = 0  # tokens
    written: int = 0
    endpoint_seconds: float = 0.0
    endpoint_read: int = 0
    endpoint_written: int = 0
    waiting: float = 0.0  # seconds
    measured: float = 0.0  # GPU seconds of which the power is known
    joules: float = 0.0  # in these

    @property
    def gpu_seconds(self) -> float:
        return self.loading + self.generating

    @property
    def watt_hours(self) -> float | None:
        """None where no GPU told its power."""
        return self.joules / 3600 if self.measured else None

    @property
    def measured_percent(self) -> float | None:
        """Of the GPU seconds, those that the energy is of."""
        return 100 * min(1.0, self.measured / self.gpu_seconds) if self.gpu_seconds else None


_HERE, _THERE = Q(is_endpoint=False), Q(is_endpoint=True)
_SUMS = {
    "loading": Sum("loading_seconds", filter=_HERE, default=0.0),
    "generating": Sum("generating_seconds", filter=_HERE, default=0.0),
    "read": Sum("prompt_tokens", filter=_HERE, default=0),
    "written": Sum("tokens", filter=_HERE, default=0),
    "endpoint_seconds": Sum("generating_seconds", filter=_THERE, default=0.0),
    "endpoint_read": Sum("prompt_tokens", filter=_THERE, default=0),
    "endpoint_written": Sum("tokens", filter=_THERE, default=0),
    "waiting": Sum("waiting_seconds"),
    "measured": Sum("measured_seconds"),
    "joules": Sum("joules"),
}


def costs_for(team: Team, wanted: Wanted) -> QuerySet[ExpertCost]:
    rows = ExpertCost.objects.filter(there_by("cost__run"), cost__run__team=team)
    if wanted.month:
        rows = rows.filter(_in_month("cost__run__created", wanted.month))
    if wanted.person:
        rows = rows.filter(cost__run__created_by=wanted.person)
    return rows.filter(expert=wanted.expert) if wanted.expert else rows


def spent(team: Team, wanted: Wanted, by: str, most: int | None = None) -> list[Spent]:
    """One for each key of BY, in its order; with `most`, those of most GPU seconds. Waiting is the
    runs', or an expert's where it is one's: several experts may wait at once."""
    key, key_of_run = BY[by]
    rows = costs_for(team, wanted).annotate(key=key).values("key").annotate(**_SUMS)
    of_runs: dict[Any, tuple[int, float]] = {}
    if key_of_run is None or wanted.expert is not None:
        rows = rows.annotate(runs=Count("cost", distinct=True))
    else:
        of_runs = _counted(team, wanted, key_of_run)
    if most is None:
        rows = rows.order_by("key")
    else:
        rows = rows.order_by((F("loading") + F("generating")).desc(), "key")[:most]
    found: list[Any] = list(rows)
    for row in found:
        if of_runs:
            row["runs"], row["waiting"] = of_runs[row["key"]]
    return [Spent(**row) for row in found]


def keys_of(team: Team, wanted: Wanted, by: str) -> list[Any]:
    """What there is to choose from."""
    rows = costs_for(team, wanted).annotate(key=BY[by][0]).order_by("key")
    return list(rows.values_list("key", flat=True).distinct())


def all_of(team: Team, wanted: Wanted) -> Spent:
    """Of all together."""
    sums: dict[str, Any] = dict(_SUMS)
    if wanted.expert is not None:
        sums["runs"] = Count("cost", distinct=True)
    row = costs_for(team, wanted).aggregate(**sums)
    told = {name: value or 0 for name, value in row.items()}
    if wanted.expert is None:
        counted = _runs(team, wanted).aggregate(
            runs=Count("pk"), waiting=Sum("waiting_seconds", default=0.0)
        )
        told |= counted
    return Spent(key=None, **told)


def spent_by_expert(cost: ExpertCost) -> Spent:
    """An expert's part of one run; its key is the expert's."""
    told: dict[str, Any] = {"key": cost.expert_id, "runs": 1, "waiting": cost.waiting_seconds}
    if cost.is_endpoint:
        return Spent(
            endpoint_seconds=cost.generating_seconds,
            endpoint_read=cost.prompt_tokens,
            endpoint_written=cost.tokens,
            **told,
        )
    return Spent(
        loading=cost.loading_seconds,
        generating=cost.generating_seconds,
        read=cost.prompt_tokens,
        written=cost.tokens,
        measured=cost.measured_seconds,
        joules=cost.joules,
        **told,
    )


def spent_by(reckoned: Reckoned) -> Spent:
    """All of one run; the waiting is the run's."""
    rows = [spent_by_expert(cost) for cost in reckoned.experts]
    summed = [name for name in _SUMS if name != "waiting"]
    told = {name: sum(getattr(row, name) for row in rows) for name in summed}
    return Spent(key=None, runs=1, waiting=reckoned.cost.waiting_seconds, **told)


def first_of(month: str) -> date | None:
    """Its first day; None of a text that is no month as 2026-05."""
    return date.fromisoformat(f"{month}-01") if re.fullmatch(MONTH, month) else None


def _runs(team: Team, wanted: Wanted) -> QuerySet[RunCost]:
    """Those for which somebody was asked: what is played back waits for nobody."""
    asked = Exists(ExpertCost.objects.filter(cost=OuterRef("pk")))
    rows = RunCost.objects.filter(asked, there_by("run"), run__team=team)
    if wanted.month:
        rows = rows.filter(_in_month("run__created", wanted.month))
    return rows.filter(run__created_by=wanted.person) if wanted.person else rows


def _counted(team: Team, wanted: Wanted, key: Any) -> dict[Any, tuple[int, float]]:
    """Key → how many runs, and their waiting."""
    rows = _runs(team, wanted).annotate(key=key).values("key").order_by("key")
    counted = rows.annotate(n=Count("pk"), waiting=Sum("waiting_seconds"))
    return {row["key"]: (row["n"], row["waiting"]) for row in counted}


def _in_month(path: str, first: date) -> Q:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return Q(**{f"{path}__gte": _midnight(first), f"{path}__lt": _midnight(following)})


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
