"""SQL over runs, in which what the enums say stands by name, such as %(status_done)s."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices

from moe_core.values import Purpose, Verdict
from webapp.db import rows
from webapp.runs.models import Generation
from webapp.runs.outcomes import Outcome
from webapp.runs.states import Comparison

_ENUMS: Mapping[str, type[TextChoices] | type[StrEnum]] = {
    "status": Generation.Status,
    "purpose": Purpose,
    "verdict": Verdict,
    "outcome": Outcome,
    "comparison": Comparison,
}
_NAMED = {
    f"{name}_{member.name.lower()}": member.value
    for name, enum in _ENUMS.items()
    for member in enum
}


def fetched(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """All rows that a statement gives back."""
    return rows.fetched(sql, _NAMED | values)


def executed(sql: str, **values: Any) -> int:
    """How many rows a statement has changed."""
    return rows.executed(sql, _NAMED | values)
