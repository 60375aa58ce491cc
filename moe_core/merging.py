"""Near-equal skills under one name: policies of a profile. Not in the paper: it keeps all apart.

Annotators write "vector" for one question and "vectors" for the next. Apart, each has half of the
questions; together, a cell says more. Which names meet does not depend on the order of questions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moe_core.skill_names import normal_form

# A cosine over this tells of two spellings of one name: no two different known names are as near,
# and most variants are nearer (benchmarks/skill_names.py).
ALIKE = 0.9

Embed = Callable[[Sequence[str]], NDArray[np.float32]]  # n names → (n, d) unit vectors


@dataclass(frozen=True)
class Merging:
    """A policy: which skills of a profile count as one."""

    name: str
    title: str
    by_form: bool = False  # those of one normal form
    by_cosine: bool = False  # those whose cosine is over ALIKE


APART = Merging("apart", "kept apart (the paper)")
SPELLING = Merging("spelling", "one skill where only number or spelling differ", by_form=True)
MEANING = Merging(
    "meaning",
    f"one skill where number or spelling differ, or their cosine is over {ALIKE}",
    by_form=True,
    by_cosine=True,
)
MERGINGS = {policy.name: policy for policy in (APART, SPELLING, MEANING)}


def merged(questions: Mapping[str, int], policy: Merging, embed: Embed) -> dict[str, str]:
    """Skill → the one that it counts as: of those alike, the one that most questions have.

    `questions` has how many need each skill. The commonest go first, of two equals the one that is
    first by name; every other joins the nearest of those before it that it is alike to.
    """
    order = sorted(questions, key=lambda skill: (-questions[skill], skill))
    if not policy.by_form or not order:
        return {skill: skill for skill in order}
    vectors = embed(order) if policy.by_cosine else None
    forms: dict[str, str] = {}
    kept: list[int] = []  # places in `order` of those that others join
    found: dict[str, str] = {}
    for place, skill in enumerate(order):
        form = normal_form(skill)
        if form not in forms:
            near = None if vectors is None else _nearest(vectors[place], vectors[kept])
            forms[form] = skill if near is None else order[kept[near]]
        if forms[form] == skill:
            kept.append(place)
        found[skill] = forms[form]
    return found


def _nearest(vector: NDArray[np.float32], others: NDArray[np.float32]) -> int | None:
    """The place of the nearest of the others (n, d), if that is alike."""
    if not len(others):
        return None
    cosines = others @ vector
    near = int(cosines.argmax())
    return near if cosines[near] > ALIKE else None
