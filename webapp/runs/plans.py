"""What a run fixes for all its questions, read from Postgres into moe_core's values."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from moe_core.aggregation import VOTES
from moe_core.methods import method_named
from moe_core.pipeline import Plan
from moe_core.profiles import Cell, Profile
from moe_core.recruiting import Recruitment, recruit
from webapp.experts.models import Expert
from webapp.questions.wordings import wording_for
from webapp.runs import models
from webapp.runs.models import Run
from webapp.runs.vectors import StoredMatcher


@lru_cache(maxsize=16)  # a ready profile does not change, nor do a run's settings
def plan_of(run_id: int) -> Callable[[str], Plan]:
    """The plan for a question of this run, given the question's key (which seeds its draw)."""
    run = Run.objects.select_related("pool", "profile", "aggregator", "question_set").get(pk=run_id)
    # Only tries have neither, and no questions.
    assert run.pool is not None and run.question_set is not None
    annotator = str(run.pool.annotator_id) if run.pool.annotator_id else None
    experts = list(run.pool.experts.all())
    profile = stored_profile(run.profile, experts)
    markers = {str(expert.pk): expert.end_of_thinking for expert in Expert.objects.all()}
    matcher = StoredMatcher(run.pool.embedder)
    method = method_named(run.method)
    weigh = VOTES[run.vote]
    wording = wording_for(run.question_set)

    def plan(key: str) -> Plan:
        def draw(skills: Sequence[str]) -> Recruitment:
            return recruit(method.recruiter, profile, skills, run.k, f"{run.seed}/{key}")

        return Plan(
            method=method,
            annotator=annotator,
            aggregator=str(run.aggregator_id) if run.aggregator_id else None,
            recruit=draw,
            match=lambda skills: matcher.match(skills, profile.skills),
            weigh=lambda seats, skills, options: weigh(profile, seats, skills, options),
            end_of_thinking=markers,
            wording=wording,
        )

    return plan


def stored_profile(profile: models.Profile | None, experts: Sequence[Expert]) -> Profile:
    """A profile by expert id; every expert of the pool is present."""
    cells: dict[str, dict[str, Cell]] = {str(expert.pk): {} for expert in experts}
    if profile is not None:
        counted = profile.cells.filter(expert__in=experts)
        for expert, skill, right, wrong in counted.values_list(
            "expert_id", "skill", "right", "wrong"
        ):
            cells[str(expert)][skill] = Cell(right, wrong)
    return Profile(cells)
