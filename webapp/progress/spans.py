"""Stretches of time, that may overlap: what they cover together."""

from collections.abc import Iterable
from datetime import datetime

Span = tuple[datetime, datetime]  # begin and end


def united(spans: Iterable[Span]) -> list[Span]:
    """The same time in order, without overlaps."""
    found: list[Span] = []
    for begin, end in sorted(span for span in spans if span[0] < span[1]):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def within(spans: Iterable[Span], limits: Iterable[Span]) -> list[Span]:
    """The parts of some spans that lie in others."""
    bounds = list(limits)
    return [
        (max(begin, low), min(end, high))
        for begin, end in spans
        for low, high in bounds
        if max(begin, low) < min(end, high)
    ]


def seconds(spans: Iterable[Span]) -> float:
    """How long they are together."""
    return sum((end - begin).total_seconds() for begin, end in united(spans))
