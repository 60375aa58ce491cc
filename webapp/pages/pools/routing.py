"""Whether routing pays for a pool, for people: the ways to answer as a table and a chart."""

from collections.abc import Mapping, Sequence
from typing import Any

from moe_core.estimates import SINGLE, THREE
from moe_core.intervals import Share
from webapp.exports.tables import Between, Cell, Table
from webapp.findings.pools.ways import Found, Over, Way
from webapp.pages.shared.accuracies import Point, figure
from webapp.runs.models import Profile

QUESTIONS = 1_000  # that GPU time is told of
NOTE = (
    "Each way answers the questions of the profile, cross-validated: who is asked and whom the vote"
    " believes is learnt on other questions than those that it answers. Intervals hold 95 %: of an"
    " accuracy Wilson's; those of differences hold for all ways together, so that the luckiest of"
    " many is not taken for better. They tell what other questions of this kind could show. With"
    " looks, what answers look like counts in the vote too, which says how a set was made rather"
    " than who knows what: in no other column; the intervals are each way's own, by bootstrap."
    " Names such as (knn) are comparators' from the literature, as New run has them."
)


class Ways:
    """The ways that a finding tells of, in its order: the cheapest first."""

    def __init__(self, profile: Profile, found: Found) -> None:
        self.profile, self.found = profile, found
        self.ways: Sequence[Way] = found["ways"]
        self._by_name: Mapping[str, Way] = {way["name"]: way for way in self.ways}

    @property
    def best(self) -> Way:
        return self._by_name[self.found["best"]]

    @property
    def has_looks(self) -> bool:
        return any(way["looks"] for way in self.ways)

    def table(self) -> Table:
        anchors = [name for name in (THREE, SINGLE) if name in self._by_name]
        if len(self.ways) == 1:
            anchors = []
        columns = [
            "Way to answer",
            "Right, %",
            *(f"Over {_short(self._by_name[name])}, points" for name in anchors),
            "Responses to a question",
            "Experts asked",
            *([f"GPU minutes for {QUESTIONS:,} questions"] if self.found["measured"] else []),
            *(["With looks, %", "Looks add, points"] if self.has_looks else []),
        ]
        rows = [self._row(way, anchors) for way in self.ways]
        title = f"Ways to answer with {self.profile.pool}, by {self.found['questions']:,} questions"
        return Table(f"pool-{self.profile.pool_id}-routing", title, columns, rows, NOTE)

    def _row(self, way: Way, anchors: Sequence[str]) -> tuple[Cell, ...]:
        looks: tuple[Cell, ...] = ()
        if self.has_looks and (of := way["looks"]):
            change = Between(of["points"], of["low"], of["high"], is_change=True)
            looks = (self._share(of["accuracy"]), change)
        elif self.has_looks:
            looks = (None, None)
        return (
            way["title"],
            self._share(way["accuracy"]),
            *(_between(way["over"].get(name)) for name in anchors),
            way["seats"],
            len(way["asked"]),
            *([way["cost"] * QUESTIONS / 60] if self.found["measured"] else []),
            *looks,
        )

    def figure(self) -> dict[str, Any]:
        """Accuracy against responses."""
        points = [
            Point(way["seats"], self._share(way["accuracy"]), way["title"], f"{way['seats']:.1f}")
            for way in self.ways
        ]
        return figure(points, "responses to a question", whole=True, joined=False)

    def _share(self, percent: float) -> Share:
        questions = self.found["questions"]
        return Share(round(percent * questions / 100), questions)


def _short(way: Way) -> str:
    return way["title"].partition(",")[0]


def _between(over: Over | None) -> Between | None:
    """None of a way over itself."""
    if over is None:
        return None
    points, half = over["points"], over["half"]
    return Between(points, points - half, points + half, is_change=True)
