"""What pages read of a profile beside its table: state, versions, extremes, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from webapp.accounts.models import Team
from webapp.experts.models import Expert
from webapp.runs.heatmap import strengths
from webapp.runs.models import Profile, ProfileTotal, Run
from webapp.runs.tallies import BOUND, Change, Tally

EXTREMES = 8  # strongest and weakest skills shown of each profile
CHANGES = 40  # cells shown of what changed
VERSIONS = 20


def profile_of(team: Team, pk: int) -> Profile:
    """Raises Http404 for other teams' profiles, as for those that do not exist."""
    related = Profile.objects.select_related("pool__annotator", "question_set", "aggregator")
    return get_object_or_404(related, pk=pk, team=team)


def state_of(profile: Profile) -> tuple[str, Run | None]:
    """What can be done with a profile now, and the run that is at work on it."""
    makers = profile.runs.filter(kind__in=[Run.Kind.PROFILE, Run.Kind.RANK])
    if running := makers.filter(status=Run.Status.RUNNING).first():
        word = "being ranked" if running.kind == Run.Kind.RANK else "being built"
        return word, running
    if not profile.ready:
        return "not finished", makers.first()
    return ("ready, aggregators ranked" if profile.ranked else "ready"), None


def maker_of(profile: Profile) -> Run | None:
    """The run that asked the profile's questions."""
    return profile.runs.filter(kind=Run.Kind.PROFILE).first()


def versions_of(profile: Profile) -> QuerySet[Profile]:
    """The pool's ready profiles, this one among them, the newest first."""
    found = Profile.objects.filter(team=profile.team_id, pool=profile.pool_id, ready=True)
    return found.select_related("pool", "question_set").order_by("-created", "-pk")


@dataclass(frozen=True)
class Strength:
    """How often an expert was right on the newest profile that measured it."""

    profile: Profile
    tally: Tally


def newest_strengths(team: Team) -> dict[int, Strength]:
    newest = (
        ProfileTotal.objects.filter(profile__team=team, profile__ready=True)
        .exclude(right=0, wrong=0)
        .select_related("profile__pool", "profile__question_set")
        .order_by("expert_id", "-profile__created", "-profile_id")
        .distinct("expert_id")
    )
    return {
        row.expert_id: Strength(row.profile, Tally(row.right, row.right + row.wrong))
        for row in newest
    }


def tally_of(profile: Profile, expert: Expert, skill: str) -> Tally | None:
    """Of one cell or, without a skill, over all questions."""
    if not skill:
        return strengths(profile).get(expert.pk)
    cell = profile.cells.filter(expert=expert, skill=skill).first()
    return Tally(cell.right, cell.right + cell.wrong) if cell else None


@dataclass(frozen=True)
class SkillTally:
    skill: str
    tally: Tally

    @property
    def query(self) -> str:
        return urlencode({"skill": self.skill})


# Measured by the strength over all questions, or over the skills where that was not counted yet.
_EXTREMES = """
    SELECT skill, "right", n FROM (
        SELECT c.skill, c."right", c."right" + c.wrong AS n,
               coalesce(t."right", sum(c."right") OVER ()) AS rights,
               coalesce(t."right" + t.wrong, sum(c."right" + c.wrong) OVER ()) AS seen
        FROM runs_profilecell c LEFT JOIN runs_profiletotal t USING (profile_id, expert_id)
        WHERE c.profile_id = %s AND c.expert_id = %s AND c."right" + c.wrong > 0) cells
    WHERE {side} ORDER BY {bound}, skill LIMIT %s
"""
_STRONGEST = _EXTREMES.format(
    side='"right" * seen >= rights * n',
    bound=BOUND.format(right='"right"', n="n", sign="-") + " DESC",
)
_WEAKEST = _EXTREMES.format(
    side='"right" * seen < rights * n', bound=BOUND.format(right='"right"', n="n", sign="+")
)


def strongest(profile: Profile, expert: Expert) -> list[SkillTally]:
    """Skills on which it is right more often than over all, the surest first."""
    return _extremes(_STRONGEST, profile, expert)


def weakest(profile: Profile, expert: Expert) -> list[SkillTally]:
    """Skills on which it is right less often than over all, the surest first."""
    return _extremes(_WEAKEST, profile, expert)


def _extremes(sql: str, profile: Profile, expert: Expert) -> list[SkillTally]:
    rows = fetched(sql, [profile.pk, expert.pk, EXTREMES])
    return [SkillTally(skill, Tally(right, n)) for skill, right, n in rows]


@dataclass(frozen=True)
class CellChange:
    """One expert on one skill, in two profiles."""

    expert: Expert
    skill: str
    change: Change

    @property
    def query(self) -> str:
        return urlencode({"expert": self.expert.pk, "skill": self.skill})


@dataclass(frozen=True)
class ExpertChange:
    """One expert over all questions; None in the profile that did not measure it."""

    expert: Expert
    before: Tally | None
    after: Tally | None

    @property
    def change(self) -> Change | None:
        return Change(self.before, self.after) if self.before and self.after else None


# First the cells whose intervals lie farthest apart, then those that overlap least.
_PAIRS = """
    SELECT expert_id, skill, r0, n0, r1, n1 FROM (
        SELECT now.expert_id, now.skill, before."right" AS r0, before."right" + before.wrong AS n0,
               now."right" AS r1, now."right" + now.wrong AS n1
        FROM runs_profilecell now JOIN runs_profilecell before
        ON before.expert_id = now.expert_id AND before.skill = now.skill
        WHERE now.profile_id = %s AND before.profile_id = %s) pairs
    WHERE n0 > 0 AND n1 > 0 AND r0::bigint * n1 <> r1::bigint * n0
    ORDER BY greatest({low1} - {high0}, {low0} - {high1}) DESC, skill, expert_id LIMIT %s
"""
_CHANGES = _PAIRS.format(
    low0=BOUND.format(right="r0", n="n0", sign="-"),
    high0=BOUND.format(right="r0", n="n0", sign="+"),
    low1=BOUND.format(right="r1", n="n1", sign="-"),
    high1=BOUND.format(right="r1", n="n1", sign="+"),
)


def cell_changes(profile: Profile, since: Profile) -> list[CellChange]:
    """The surest changes of cells that both profiles have."""
    rows = fetched(_CHANGES, [profile.pk, since.pk, CHANGES])
    experts = Expert.objects.in_bulk({row[0] for row in rows})
    return [
        CellChange(experts[expert], skill, Change(Tally(r0, n0), Tally(r1, n1)))
        for expert, skill, r0, n0, r1, n1 in rows
    ]


def expert_changes(profile: Profile, since: Profile) -> list[ExpertChange]:
    before, after = strengths(since), strengths(profile)
    experts = Expert.objects.filter(pk__in={*before, *after})
    return [ExpertChange(e, before.get(e.pk), after.get(e.pk)) for e in experts]


def fetched(sql: str, values: Sequence[int | str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
