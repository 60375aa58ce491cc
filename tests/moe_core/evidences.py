"""Evidence that a test knows by heart: what experts got right is what the test says."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from moe_core.evidence import Evidence, Vectors
from moe_core.values import Question

SIZE = 4  # of vectors
# A unit vector per skill; skills of one axis are alike.
VECTORS: Mapping[str, Vectors] = {
    skill: np.eye(SIZE, dtype=np.float32)[axis]
    for axis, skill in enumerate(["algebra", "geometry", "law"])
}
OPTIONS = ("one", "two", "three", "four")
Rule = Callable[[int, str], bool | None]  # (question, its skill) → right; None: no response


def evidence(
    experts: Mapping[str, Rule],
    size: int = 12,
    options: Sequence[str] = OPTIONS,
    skills: Sequence[str] = tuple(VECTORS),
) -> Evidence:
    """`size` questions, skill after skill; the right answer is A, the wrong one B."""
    of = [skills[place % len(skills)] if skills else "" for place in range(size)]
    outcomes = [[rule(place, of[place]) for rule in experts.values()] for place in range(size)]
    return Evidence(
        experts=tuple(experts),
        questions=[Question(f"Question {place}?", tuple(options), "A") for place in range(size)],
        stated=[[None if o is None else "A" if o else "B" for o in row] for row in outcomes],
        right=np.array([[np.nan if o is None else float(o) for o in row] for row in outcomes]),
        doubts=np.zeros((size, len(experts)), dtype=int),
        skills=[[skill] if skill else [] for skill in of],
        vectors=np.stack([VECTORS.get(skill, np.zeros(SIZE, np.float32)) for skill in of]),
        skill_vectors=VECTORS,
    )


def only(skill: str) -> Rule:
    """Right on the questions of one skill."""
    return lambda place, of: of == skill


def every(step: int) -> Rule:
    """Right on every so-manieth question, whatever its skill."""
    return lambda place, of: place % step == 0
