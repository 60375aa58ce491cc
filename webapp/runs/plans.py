"""What a run fixes for all its questions, read from Postgres into moe_core's values."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from moe_core.embedder import embed
from moe_core.methods import method_named
from moe_core.pipeline import Plan
from moe_core.profiles import Cell, Profile
from moe_core.recruiting import Recruitment, recruit
from moe_core.skills import SkillMatcher
from webapp.experts.models import Expert, Skill
from webapp.runs import models
from webapp.runs.models import Run


@lru_cache(maxsize=16)  # a ready profile does not change, nor do a run's settings
def plan_of(run_id: int) -> Callable[[str], Plan]:
    """The plan for a question of this run, given the question's key (which seeds its draw)."""
    run = Run.objects.select_related("pool", "profile", "aggregator").get(pk=run_id)
    assert run.pool is not None  # only tries have none, and they have no questions
    annotator = str(run.pool.annotator_id)
    experts = list(run.pool.experts.all())
    profile = stored_profile(run.profile, experts)
    markers = {str(expert.pk): expert.end_of_thinking for expert in Expert.objects.all()}
    matcher = StoredMatcher(run.pool.embedder)
    profiled = profile.skills
    method = method_named(run.method)

    def plan(key: str) -> Plan:
        def draw(skills: Sequence[str]) -> Recruitment:
            return recruit(method.recruiter, profile, skills, run.k, f"{run.seed}/{key}")

        return Plan(
            method=method,
            annotator=annotator,
            aggregator=str(run.aggregator_id) if run.aggregator_id else None,
            recruit=draw,
            match=lambda skills: matcher.match(skills, profiled),
            end_of_thinking=markers,
        )

    return plan


def stored_profile(profile: models.Profile | None, experts: Sequence[Expert]) -> Profile:
    """A profile by expert id; every expert of the pool is present."""
    cells: dict[str, dict[str, Cell]] = {str(expert.pk): {} for expert in experts}
    if profile is not None:
        for cell in profile.cells.all():
            if str(cell.expert_id) in cells:
                cells[str(cell.expert_id)][cell.skill] = Cell(cell.right, cell.wrong)
    return Profile(cells)


class StoredMatcher(SkillMatcher):
    """A SkillMatcher that keeps every vector in Postgres: each skill is embedded once, ever."""

    def __init__(self, embedder: str) -> None:
        self._embedder = embedder
        super().__init__(embed)

    def learn(self, skills: Sequence[str]) -> list[str]:
        unknown = [skill for skill in skills if skill not in self.vectors]
        self.vectors |= stored_vectors(unknown, self._embedder)
        new = super().learn(unknown)
        Skill.objects.bulk_create(
            (Skill(name=s, embedder=self._embedder, vector=self.vectors[s].tobytes()) for s in new),
            ignore_conflicts=True,
        )
        return new


def stored_vectors(skills: Sequence[str], embedder: str) -> Mapping[str, NDArray[np.float32]]:
    """The vectors of those skills that were embedded before."""
    rows = Skill.objects.filter(name__in=skills, embedder=embedder).values_list("name", "vector")
    return {name: np.frombuffer(vector, dtype=np.float32) for name, vector in rows}
