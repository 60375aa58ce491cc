"""Which findings there are, by what finds them."""

from collections.abc import Mapping

from webapp.findings import contributions, families, oracles
from webapp.findings.asking import Find
from webapp.findings.pools import advice, curves, ways
from webapp.findings.sets import leaderboards, suspects
from webapp.runs.models import Finding

FINDERS: Mapping[str, Find] = {
    Finding.Name.CONTRIBUTIONS.value: contributions.find,
    Finding.Name.ORACLE.value: oracles.find,
    Finding.Name.ADVICE.value: advice.find,
    Finding.Name.WAYS.value: ways.find,
    Finding.Name.CURVE.value: curves.find,
    Finding.Name.FAMILIES.value: families.find,
    Finding.Name.LEADERBOARD.value: leaderboards.find,
    Finding.Name.SUSPECTS.value: suspects.find,
}
# Wanted of every profile, whether somebody has asked for it or not.
OF_EVERY_PROFILE = {Finding.Name.FAMILIES: families.ask, Finding.Name.WAYS: ways.ask}
