"""What a run fixes for all its questions, read from Postgres into moe_core's values."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from moe_core.aggregation import writer_named
from moe_core.methods import method_named
from moe_core.pipeline import Plan
from moe_core.profiles import Profile
from moe_core.recruiters import recruit
from moe_core.recruitment import Asked, Recruitment
from moe_core.skills import Match
from moe_core.stopping import ALL
from moe_core.votes import Ballot, one_each
from webapp.execution.profiles import fits
from webapp.execution.profiles.counted import counted_profile
from webapp.execution.vectors import StoredMatcher
from webapp.experts.models import Expert
from webapp.questions.wordings import wording_for
from webapp.runs.models import Run


@lru_cache(maxsize=16)  # a ready profile does not change, nor do a run's settings
def plan_of(run_id: int) -> Callable[[str], Plan]:
    """The plan for a question of this run, given the question's key (which seeds its draw)."""
    related = ("pool", "profile", "aggregator", "question_set")
    return plan_for(Run.objects.select_related(*related).get(pk=run_id))


def plan_for(run: Run) -> Callable[[str], Plan]:
    """The same of a run that need not be stored."""
    # Only tries have neither, and no questions.
    assert run.pool is not None and run.question_set is not None
    annotator = run.pool.annotator_id if run.reads_skills else None
    experts = list(run.experts())
    profile = counted_profile(run.profile, experts)
    markers = {str(expert.pk): expert.end_of_thinking for expert in Expert.objects.all()}
    matcher = StoredMatcher(run.pool.embedder)
    if run.reads_evidence and run.profile is not None:
        matcher.learn(profile.skills)
        profile = fits.fitted(run.profile, experts, with_domains=run.knows_domains)
    method = method_named(run.method)
    weigh = writer_named(run.writer).weigh
    wording = wording_for(run.question_set)
    rule = run.stopping_rule

    def need(ballot: Ballot, left: Sequence[int]) -> int:
        # What an LLM writes has no votes: those of its responses stand for it.
        return rule.need(profile, ballot, left, weigh or one_each)

    def match(skills: Sequence[str]) -> list[Match]:
        found = matcher.match(skills, profile.skills)
        return run.recruited_by.counted(found) if run.recruited_by else found

    def plan(key: str) -> Plan:
        def draw(asked: Asked) -> Recruitment:
            return recruit(run.recruiter, profile, asked, run.k, f"{run.seed}/{key}")

        return Plan(
            method=method,
            annotator=str(annotator) if annotator else None,
            aggregator=str(run.aggregator_id) if run.aggregator_id else None,
            recruit=draw,
            match=match,
            weigh=weigh and partial(weigh, profile),
            samples=run.k if method.samples else 1,
            need=None if rule is ALL else need,
            order=[str(expert) for expert in run.order],
            looks=run.counts_looks,
            end_of_thinking=markers,
            wording=wording,
        )

    return plan


@lru_cache(maxsize=8)  # a run's profile stays; reading what was fitted takes a moment
def profile_behind(run_id: int, *, with_evidence: bool = False) -> Profile:
    """What a run has recruited by.

    With its evidence it is as a worker has fitted it. Raises NotFitted until one has, LookupError
    where evidence cannot be read any more.
    """
    run = Run.objects.select_related("pool", "profile__pool").get(pk=run_id)
    experts = list(run.experts())
    if not with_evidence:
        return counted_profile(run.profile, experts)
    assert run.profile is not None  # whoever reads evidence reads a profile
    return fits.stored(run.profile, experts, with_domains=run.knows_domains)
