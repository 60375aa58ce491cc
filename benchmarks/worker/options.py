"""How much is measured."""

from dataclasses import dataclass
from pathlib import Path

PARTS = ("static", "staggered", "run_at_a_time", "naive", "streaming", "browsers")
AFTER_STATIC = {"staggered", "naive"}  # go by what static has found


@dataclass(frozen=True)
class Options:
    runs: int
    questions: int
    repeat: int
    sockets: int
    only: frozenset[str]
    result: Path
