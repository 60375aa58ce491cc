"""What pages read of a profile beside its table: state, versions, extremes, what changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet

from webapp.accounts.models import Team
from webapp.experts.models import Expert
from webapp.pages.profiles.best import family_standings
from webapp.pages.profiles.families import families_of
from webapp.pages.profiles.heatmap import strengths
from webapp.pages.profiles.tally import Change, Tally
from webapp.runs.lookups import asked_by
from webapp.runs.models import Profile, ProfileTotal, Run
from webapp.things.models import there_by

EXTREMES = 8  # strongest and weakest skills shown of each profile
CHANGES = 40  # cells shown of what changed
VERSIONS = 20


def readiness_of(profile: Profile) -> tuple[str, Run | None]:
    """What can be done with a profile now, and the run that is at work on it."""
    makers = profile.runs.filter(kind__in=[Run.Kind.PROFILE, Run.Kind.RANK])
    if running := makers.filter(status=Run.Status.RUNNING).first():
        word = "being ranked" if running.kind == Run.Kind.RANK else "being built"
        return word, running
    if profile.proposed:
        return "proposed", None
    if not profile.ready:
        return "not finished", makers.first()
    return ("ready, aggregators ranked" if profile.ranked else "ready"), None


def versions_of(profile: Profile) -> QuerySet[Profile]:
    """The pool's ready profiles, this one among them, the newest first."""
    found = Profile.objects.filter(team=profile.team_id, pool=profile.pool_id, ready=True)
    return found.select_related("pool", "question_set").order_by("-created", "-pk")


@dataclass(frozen=True)
class PartlyAsked:
    """A profile that has not asked everybody all questions of its set."""

    of_set: int
    questions: int  # that somebody was asked
    fewer: Sequence[tuple[Expert, int]]  # who was asked not all of these


def partly_asked(profile: Profile) -> PartlyAsked | None:
    """None for one that has asked everything."""
    asked, of_set = asked_by([profile]).get(profile.pk), profile.question_set.questions.count()
    if asked is None or (asked.questions >= of_set and not asked.fewer):
        return None
    experts = profile.pool.experts.filter(pk__in=asked.fewer)
    return PartlyAsked(of_set, asked.questions, [(e, asked.fewer[e.pk]) for e in experts])


@dataclass(frozen=True)
class Strength:
    """How often an expert was right on the newest profile that measured it."""

    profile: Profile
    tally: Tally


def newest_strengths(team: Team) -> dict[int, Strength]:
    newest = (
        ProfileTotal.objects.filter(
            there_by("profile"), profile__team=team, profile__ready=True, profile__archived=None
        )
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


def extremes(profile: Profile, expert: Expert) -> tuple[list[SkillTally], list[SkillTally]]:
    """Skills on which it is right more often than over all, and less often; the surest first.

    Over all questions, or over the skills where that was not counted yet.
    """
    rows = profile.cells.filter(expert=expert).order_by("skill")
    found = [
        SkillTally(skill, Tally(right, right + wrong))
        for skill, right, wrong in rows.values_list("skill", "right", "wrong")
        if right + wrong
    ]
    whole = strengths(profile).get(expert.pk) or Tally(
        sum(cell.tally.right for cell in found), sum(cell.tally.n for cell in found)
    )

    def is_above(cell: SkillTally) -> bool:
        return cell.tally.right * whole.n >= whole.right * cell.tally.n

    above = [cell for cell in found if is_above(cell)]
    below = [cell for cell in found if not is_above(cell)]
    return (
        sorted(above, key=lambda cell: -cell.tally.interval[0])[:EXTREMES],
        sorted(below, key=lambda cell: cell.tally.interval[1])[:EXTREMES],
    )


@dataclass(frozen=True)
class FamilyTally:
    """An expert on a family of skills, and where it stands there."""

    name: str
    tally: Tally
    place: int  # 1 for the best
    of: int  # experts that answered
    state: str  # as best.Standing says it

    @property
    def query(self) -> str:
        return urlencode({"family": self.name})


def family_tallies(profile: Profile, expert: Expert) -> list[FamilyTally]:
    """The largest family first; none where there are none, or they are not counted yet."""
    found = []
    experts = {one.pk: one for one in profile.pool.experts.all()}
    for standing in family_standings(families_of(profile), experts):
        tally = standing.tallies.get(expert.pk)
        if not tally or not tally.n:
            continue
        shares = [other.percent for other in standing.tallies.values() if other.n]
        better = sum((share or 0.0) > (tally.percent or 0.0) for share in shares)
        found.append(
            FamilyTally(standing.name, tally, better + 1, len(shares), standing.state(expert))
        )
    return found


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


def cell_changes(profile: Profile, since: Profile) -> list[CellChange]:
    """The surest changes of cells that both profiles have.

    First those whose intervals lie farthest apart, then those that overlap least.
    """
    before = {(expert, skill): tally for expert, skill, tally in _cells(since)}
    pairs = [
        (expert, skill, Change(before[expert, skill], tally))
        for expert, skill, tally in _cells(profile)
        if (expert, skill) in before
    ]
    changed = [row for row in pairs if row[2].points]
    surest = sorted(changed, key=lambda row: -row[2].gap)[:CHANGES]
    experts = Expert.objects.in_bulk({expert for expert, _, _ in surest})
    return [CellChange(experts[expert], skill, change) for expert, skill, change in surest]


def _cells(profile: Profile) -> Iterator[tuple[int, str, Tally]]:
    """Expert, skill and tally of those that were measured, in the order of the skills."""
    rows = profile.cells.order_by("skill", "expert_id")
    for expert, skill, right, wrong in rows.values_list("expert_id", "skill", "right", "wrong"):
        if right + wrong:
            yield expert, skill, Tally(right, right + wrong)


def expert_changes(profile: Profile, since: Profile) -> list[ExpertChange]:
    before, after = strengths(since), strengths(profile)
    experts = Expert.objects.filter(pk__in={*before, *after})
    return [ExpertChange(e, before.get(e.pk), after.get(e.pk)) for e in experts]
