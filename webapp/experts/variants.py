"""A pool made from another one: as it is, or with one expert in another's place, or one more.

The first stays: profiles and runs rest on it as it is.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.experts.models import Expert, Pool
from webapp.experts.short_names import short

LONGEST = 100  # characters of a pool's name


@dataclass(frozen=True)
class Replacement:
    """`by` takes the place of `expert`; where that is None, it joins the others."""

    expert: Expert | None
    by: Expert

    def __str__(self) -> str:
        return " instead of ".join(short(one) for one in (self.by, self.expert) if one)


@transaction.atomic
def variant(pool: Pool, replacement: Replacement | None = None, name: str = "") -> Pool:
    """Make the pool. `name` blank: one is made. Raises ValidationError, which says what to do."""
    experts = _experts(pool, replacement)
    made = Pool.objects.create(
        team=pool.team,
        name=_name(pool, replacement, name),
        annotator=pool.annotator,
        embedder=pool.embedder,
        merging=pool.merging,
        is_structured=pool.is_structured,
    )
    made.experts.set(experts)
    aggregators = list(pool.aggregators.all())
    if replacement and replacement.expert in aggregators:
        aggregators.remove(replacement.expert)
        if not replacement.by.is_recorded:  # which can be asked nothing new
            aggregators.append(replacement.by)
    made.aggregators.set(aggregators)
    told = {"replaced": replacement.expert, "by": replacement.by} if replacement else {}
    record(Action.POOL_MADE, made, made_of=pool, experts=experts, **told)
    return made


def _experts(pool: Pool, replacement: Replacement | None) -> list[Expert]:
    experts = list(pool.experts.all())
    if replacement is None:
        return experts
    if replacement.expert is not None and replacement.expert not in experts:
        raise ValidationError(f"{replacement.expert} is not in {pool}: name one of its experts.")
    if replacement.by in experts:
        raise ValidationError(f"{replacement.by} is in {pool} already: name another one.")
    if replacement.expert is None:
        return [*experts, replacement.by]
    return [replacement.by if e == replacement.expert else e for e in experts]


def _name(pool: Pool, replacement: Replacement | None, name: str) -> str:
    taken = set(Pool.objects.filter(team=pool.team).values_list("name", flat=True))
    if name in taken:
        raise ValidationError(f"There is a pool called {name} already: take another name.")
    if name:
        return name
    ending = " (copy)"
    if replacement:
        ending = f" with {replacement}"
    ending = ending[: LONGEST * 4 // 5]  # which tells such pools apart
    wanted = f"{pool.name[: LONGEST - len(ending)]}{ending}"
    count = 2
    while wanted in taken:
        again = f"{ending} {count}"
        wanted, count = f"{pool.name[: LONGEST - len(again)]}{again}", count + 1
    return wanted
