"""Runs and profiles that a team may see, with what pages tell of them; and who writes for them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from webapp.accounts.models import Team
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Profile, Run


def runs_of(team: Team) -> QuerySet[Run]:
    """The newest first, with what they were started by."""
    related = ("pool", "question_set", "profile__pool", "profile__question_set", "expert")
    return Run.objects.filter(team=team).select_related(
        *related, "aggregator", "created_by", "owner"
    )


def profiles_of(team: Team) -> QuerySet[Profile]:
    """The newest first, ready or not."""
    related = ("pool__annotator", "question_set", "aggregator")
    return Profile.objects.filter(team=team).select_related(*related)


def maker_of(profile: Profile) -> Run | None:
    """The run that asked the profile's questions, and holds the responses."""
    return profile.runs.filter(kind=Run.Kind.PROFILE).select_related("question_set").first()


@dataclass(frozen=True)
class Asked:
    """How much of its set a profile has asked. `fewer`: expert's key → questions, of those that
    were not asked all `questions` of its run."""

    questions: int
    fewer: Mapping[int, int]


def asked_by(profiles: Collection[Profile]) -> dict[int, Asked]:
    """By the profile's key; without those whose run is not there any more."""
    runs = Run.objects.filter(kind=Run.Kind.PROFILE, profile__in=profiles)
    return {
        profile: Asked(questions, {int(expert): len(of) for expert, of in asks.items()})
        for profile, questions, asks in runs.values_list("profile", "questions", "asks")
    }


def ready_profiles(team: Team) -> QuerySet[Profile]:
    """Those that runs can recruit by."""
    return profiles_of(team).filter(ready=True)


def newest_profile(pool: Pool) -> Profile | None:
    """What a pool's runs recruit by, unless they are told otherwise."""
    return pool.profiles.filter(ready=True, archived=None).first()


def pool_experts(pool: Pool | None) -> list[Expert]:
    """Everyone who writes for a pool."""
    return [] if pool is None else [*pool.experts.all(), *_beside(pool)]


def run_experts(run: Run) -> list[Expert]:
    """Everyone who writes for a run, or the one that it tries."""
    if run.expert is not None:
        return [run.expert]
    return [] if run.pool is None else [*run.experts(), *_beside(run.pool)]


def cautions(experts: Iterable[Expert]) -> list[str]:
    """What people should know before they rely on these experts; each caution once."""
    return list(dict.fromkeys(expert.caution for expert in experts if expert.caution))


def _beside(pool: Pool) -> list[Expert]:
    annotators = [pool.annotator] if pool.annotator else []
    return [*annotators, *pool.aggregators.all()]
