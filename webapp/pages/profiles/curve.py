"""Accuracy against generations for a pool, and the settings of each point, as addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from moe_core.intervals import Share
from webapp.findings.pools import curves
from webapp.findings.pools.curves import Way
from webapp.findings.pools.ways import SETTINGS
from webapp.pages.shared.accuracies import Point, figure
from webapp.pages.shared.text import signed
from webapp.runs.models import Finding, Profile

AXIS = "generations for a question"


@dataclass(frozen=True)
class Curve:
    """`given`: the pool, question set and profile that were chosen, which each point keeps."""

    finding: Finding
    given: Mapping[str, str]

    @property
    def points(self) -> list[Way]:
        found: list[Way] = self.finding.found.get("points", []) if self.finding.ready else []
        return found

    @property
    def query(self) -> str:
        return urlencode(self.given)

    def figure(self, *, opens: bool) -> dict[str, Any]:
        """`opens`: for somebody who may start what a point stands for."""
        questions = self.finding.found.get("questions", 0)
        return figure([self._point(way, questions, opens) for way in self.points], AXIS)

    def _point(self, way: Way, questions: int, opens: bool) -> Point:
        line = f"{way['writer']}, until two ahead" if way["stopping"] else way["writer"]
        return Point(
            way["generations"],
            Share(way["right"], questions),
            way["title"],
            f"{way['generations']:.2f}",
            line,
            [_interval(way["difference"], way["low"], way["high"])],
            self._address(way) if opens else "",
        )

    def _address(self, way: Way) -> str:
        chosen = {name: str(value) for name, value in way.items() if name in SETTINGS}
        return f"{reverse('run-new')}?{urlencode({**self.given, **chosen})}"


def _interval(value: float, low: float, high: float) -> str:
    return f"{signed(value, 1)} ({signed(low, 1)} to {signed(high, 1)})"


def curve_of(profile: Profile | None, given: Mapping[str, str]) -> Curve | None:
    """None without a profile that anything can be said by."""
    finding = curves.ask(profile) if profile else None
    return Curve(finding, given) if finding else None
