"""What several runs over one question set come to. Postgres counts, once for all who look."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices

from moe_core.intervals import Share
from moe_core.standings import Standings, standings
from webapp.runs.kept import kept
from webapp.runs.models import Run
from webapp.runs.sql import fetched

MOST = 6  # runs that are chosen; their set's baseline comes on top
SHOWN = 20  # categories
# What a verdict is in a pattern, which is a number with a digit for each run.
_OPEN, _WRONG, _RIGHT, _UNGRADED = range(4)
_BASE = 4
_PATTERNS = """
    SELECT category, pattern, count(*) FROM (
        SELECT min(a.category) AS category,
               sum(chosen.weight * CASE
                   WHEN a.verdict = %(verdict_correct)s THEN 2
                   WHEN a.verdict = %(verdict_ungraded)s THEN 3
                   WHEN a.verdict = '' THEN 0
                   ELSE 1 END)::bigint AS pattern
        FROM runs_answer a
        JOIN unnest(%(runs)s::bigint[], %(weights)s::bigint[]) AS chosen (run, weight)
          ON chosen.run = a.run_id
        WHERE a.run_id = ANY(%(runs)s)
        GROUP BY a.question_id
    ) asked
    GROUP BY 1, 2
"""


class Show(TextChoices):
    """Which questions a list of several runs shows."""

    DIFFER = "differ", "Where they differ"  # right in some, wrong in others
    RIGHT = "right", "✓ Right in all"
    WRONG = "wrong", "✗ Wrong in all"
    LEFT_OUT = "left out", "Left out"  # ungraded, or without a verdict, in one of them
    ALL = "all", "All"


Pattern = tuple[bool, ...]  # whether each run is right on a question


@dataclass(frozen=True)
class Category:
    name: str
    shares: tuple[Share, ...]  # of each run

    @property
    def n(self) -> int:
        return self.shares[0].n

    @property
    def spread(self) -> int:
        """Questions that the best run is right on beyond the worst."""
        right = [share.right for share in self.shares]
        return max(right) - min(right)


@dataclass(frozen=True)
class Figures:
    standings: Standings  # the runs are its ways
    patterns: Counter[tuple[str, Pattern]]  # category, pattern → questions
    open: Counter[str]  # category → questions without a verdict in one of the runs
    ungraded: Counter[str]

    def counted(self, show: Show, category: str = "") -> int:
        """Questions of a list; blank: of every category."""
        left_out = sum(
            n for of in (self.open, self.ungraded) for name, n in of.items()
            if category in ("", name)
        )  # fmt: skip
        if show is Show.LEFT_OUT:
            return left_out
        tested = sum(
            n for (name, pattern), n in self.patterns.items()
            if category in ("", name) and show in (Show.ALL, shown_by(pattern))
        )  # fmt: skip
        return tested + (left_out if show is Show.ALL else 0)

    def alone(self, way: int, *, right: bool) -> int:
        """Questions that one run alone is right on, or wrong."""
        runs = len(self.standings.right)
        wanted = tuple((other == way) is right for other in range(runs))
        return sum(n for (_, pattern), n in self.patterns.items() if pattern == wanted)

    @property
    def categories(self) -> list[Category]:
        """Where the runs differ most comes first, by the number of questions."""
        names = {name for name, _ in self.patterns} - {""}
        found = [self._category(name) for name in names]
        return sorted(found, key=lambda of: (-of.spread, -of.n, of.name))[:SHOWN]

    def _category(self, name: str) -> Category:
        patterns = [(of, n) for (category, of), n in self.patterns.items() if category == name]
        total = sum(n for _, n in patterns)
        ways = range(len(self.standings.right))
        rights = (sum(n for of, n in patterns if of[way]) for way in ways)
        return Category(name, tuple(Share(right, total) for right in rights))


def shown_by(pattern: Pattern) -> Show:
    """Which list a tested question is in."""
    if all(pattern):
        return Show.RIGHT
    return Show.DIFFER if any(pattern) else Show.WRONG


def figures(runs: Sequence[Run]) -> Figures:
    """Counted again only when something has happened in one of them."""
    return kept("several", *runs, count=lambda: _count(runs))


def _count(runs: Sequence[Run]) -> Figures:
    weights = [_BASE**place for place in range(len(runs))]
    rows = fetched(_PATTERNS, runs=[run.pk for run in runs], weights=weights)
    return _figures(len(runs), rows)


def _figures(ways: int, rows: Iterable[tuple[str, int, int]]) -> Figures:
    patterns: Counter[tuple[str, Pattern]] = Counter()
    unfinished: Counter[str] = Counter()
    ungraded: Counter[str] = Counter()
    for category, number, n in rows:
        digits = [number // _BASE**place % _BASE for place in range(ways)]
        if _OPEN in digits:
            unfinished[category] += n
        elif _UNGRADED in digits:
            ungraded[category] += n
        else:
            patterns[category, tuple(digit == _RIGHT for digit in digits)] += n
    whole: Counter[Pattern] = Counter()
    for (_, pattern), n in patterns.items():
        whole[pattern] += n
    return Figures(standings(ways, whole), patterns, unfinished, ungraded)
