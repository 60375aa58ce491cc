"""Trimming: seats of experts that a run hardly recruits go to the others (paper, section 3)."""

import random
from collections import Counter
from collections.abc import Sequence

LEAST = 0.05  # of all seats of a run


def trim(
    seats: Sequence[Sequence[str]], seed: int | str, least: float = LEAST
) -> list[tuple[str, ...]]:
    """Redraw the seats of experts that hold under `least` of all, in proportion to the others'.

    Every question keeps its number of seats. Where nobody reaches `least`, nothing is trimmed.
    """
    held = Counter(seat for team in seats for seat in team)
    kept = {expert: n for expert, n in held.items() if n >= least * held.total()}
    if not kept:
        return [tuple(team) for team in seats]
    rng = random.Random(seed)
    experts, weights = list(kept), list(kept.values())
    return [
        tuple(seat if seat in kept else rng.choices(experts, weights)[0] for seat in team)
        for team in seats
    ]
