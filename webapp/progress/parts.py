"""Whose a visit's seconds are: one that serves several is split by the tokens that it wrote."""

from webapp.runs.models import Visit


def part_of(visit: Visit, tokens: int, generations: int = 0) -> float:
    """The share (0 to 1) of whoever had so much of it, in one run and by one expert; by
    generations, where nothing was written."""
    if visit.tokens:
        return min(1.0, tokens / visit.tokens)
    return min(1.0, generations / visit.generations) if visit.generations else 0.0
