"""A profile's counts, read from Postgres into moe_core's values."""

from collections.abc import Sequence

from moe_core.profiles import Cell, Profile
from webapp.experts.models import Expert
from webapp.runs import models


def counted_profile(profile: models.Profile | None, experts: Sequence[Expert]) -> Profile:
    """A profile by expert id; every expert of the pool is present."""
    cells: dict[str, dict[str, Cell]] = {str(expert.pk): {} for expert in experts}
    answered: dict[str, Cell] = {}
    if profile is not None:
        totals = profile.totals.filter(expert__in=experts)
        for expert, right, wrong in totals.values_list("expert_id", "right", "wrong"):
            answered[str(expert)] = Cell(right, wrong)
        counted = profile.cells.filter(expert__in=experts)
        for expert, skill, right, wrong in counted.values_list(
            "expert_id", "skill", "right", "wrong"
        ):
            cells[str(expert)][skill] = Cell(right, wrong)
    return Profile(cells, answered)
