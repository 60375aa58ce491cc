"""What a comparison comes to, for people who know no statistics."""

from collections.abc import Sequence

from moe_core.paired import SIGNIFICANT, Better, Paired
from moe_core.standings import Standings
from webapp.pages.comparison.counts import PairCounts
from webapp.pages.shared.text import chance, percent, signed
from webapp.plural import listed
from webapp.runs.models import Run

NOTHING = "Nothing to test yet"


def headline(first: Run, second: Run, counted: PairCounts) -> str:
    """Which of two runs is better, by how much."""
    if not counted.tested:
        return NOTHING
    found = counted.tested_by
    match found.better:
        case Better.TIED:
            difference, low, high = (
                signed(of, 1) for of in (found.difference, found.low, found.high)
            )
            return f"They cannot be told apart ({difference} points, {low} to {high})"
        case Better.SECOND:
            return f"{second} is better by {_points(found)}"
        case _:
            return f"{first} is better by {_points(found.mirrored)}"


def headline_of(runs: Sequence[Run], found: Standings) -> str:
    """Who leads several runs, and who ties with it. The runs are the ways of the standings."""
    if not found.questions:
        return NOTHING
    best, following = found.order[:2]
    accuracy = percent(found.share(best).percent)
    tied = [runs[way] for way in found.tied_with(best)]
    if not tied:
        ahead = f"{_points(found.against(best, following))} before {runs[following]}"
        return f"{runs[best]} is better than all others: {accuracy}, {ahead}"
    if len(tied) == len(runs) - 1:
        return f"They cannot be told apart: {runs[best]} has the most right, {accuracy}"
    others = listed([str(run) for run in tied])
    return f"{runs[best]} leads with {accuracy}, and cannot be told from {others}"


def in_words(first: Run, second: Run, tally: PairCounts) -> str:
    """The paired test of two runs."""
    found, n = tally.tested_by, tally.tested
    if not n:
        return "No question has been graded in both runs yet: there is nothing to test."
    questions = f"{n:,} question{'' if n == 1 else 's'}"
    if not tally.net:
        return f"Both runs are right on the same number of {questions}: tied."
    better, worse = (second, first) if tally.net > 0 else (first, second)
    told = (
        f"{better} is right on {abs(tally.net):,} more of {questions} than {worse}. Were the two"
        " equally good, chance alone would make a difference as large as this in"
        f" {chance(found.p)} of comparisons: "
    )
    if found.better is Better.TIED and found.p < SIGNIFICANT:
        return f"{told}that is seldom, but the interval of the difference holds 0: they are tied."
    if found.better is Better.TIED:
        tied = f"{told}that is too often to tell them apart, so they are tied."
        if found.low <= 0 <= found.high:
            return tied
        return f"{tied} The interval leaves 0 out: of the two, the stricter one decides."
    return f"{told}{better} is better."


def _points(found: Paired) -> str:
    """Of a difference whose interval is above 0."""
    return f"{found.difference:.1f} points ({found.low:.1f} to {found.high:.1f})"
