"""Does routing pay? The answer in a sentence, and what to take: by what ways to answer are worth.

Routing pays where a way by which the question has a say is surely right more often than both plain
ones, the single best expert and the three best for every question. It pays in cost where it is
surely better than each plain way that costs as little, and no worse than the dearer one. Surely: by
intervals that hold for all ways at once, so that the best of many is not believed for being lucky.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from moe_core.estimates import ANCHORS, Estimate
from moe_core.simultaneous import Difference

LOSS = 1.0  # percentage points that a cheaper way may lose, unless told otherwise
WIDE = 5.0  # points: who does as well is not told by intervals that reach further
SAVED = 0.9  # of a plain way's cost: what costs more than that saves nothing


class Pays(StrEnum):
    YES = "yes"
    IN_COST = "in cost"
    NO = "no"
    WORSE = "worse"  # no: the plain way is surely better
    UNTOLD = "untold"  # by these questions
    ALONE = "alone"  # there is one expert


@dataclass(frozen=True)
class Answer:
    """`text`: in a sentence. `best`: the way to take. `difference`: of the routed way that the
    sentence is about over the plain one; None where there is nothing to route."""

    pays: Pays
    text: str
    best: Estimate
    difference: Difference | None = None


def answer(found: Sequence[Estimate], questions: int, loss: float = LOSS) -> Answer:
    """By the estimates of all ways, the cheapest first."""
    plain = [of for of in found if of.candidate.name in ANCHORS]
    routed = [of for of in found if of.candidate.routes]
    take = _near(plain, loss)
    if not routed:
        return Answer(Pays.ALONE, "There is nothing to route: the pool has one expert.", take)
    hardest = max(plain, key=lambda of: of.accuracy)
    if better := [of for of in routed if all(_over(of, one).low > 0 for one in plain)]:
        best = _near(better, loss)
        told = _over(best, hardest)
        text = f"Yes: {_points(told)} over {_name(hardest)}."
        return Answer(Pays.YES, text, best, told)
    if cheaper := [of for of in routed if _is_cheaper(of, plain, loss)]:
        best = _near(cheaper, loss)
        dearer = max(_dearer(best, plain), key=lambda of: of.accuracy)
        told = _over(best, dearer)
        share = f"{100 * best.cost / dearer.cost:.0f} %"
        text = (
            f"Yes, in cost: as right as {_name(dearer)} ({_points(told)}), for {share} of what"
            f" {'that costs' if dearer.candidate.k == 1 else 'they cost'}."
        )
        return Answer(Pays.IN_COST, text, best, told)
    first = max(routed, key=lambda of: of.accuracy)
    return _no(_over(first, take), take, questions, loss)


def _no(told: Difference, take: Estimate, questions: int, loss: float) -> Answer:
    """Of the most accurate routed way over the plain one to take."""
    name, do = _name(take), "does" if take.candidate.k == 1 else "do"
    if told.high < 0:
        text = f"Not with these models: {name} {do} better (routing: {_points(told)})."
        return Answer(Pays.WORSE, text, take, told)
    if told.points > loss or told.half > WIDE:
        text = f"These {questions:,} questions do not tell: {_points(told)} over {name}."
        return Answer(Pays.UNTOLD, text, take, told)
    text = f"Not with these models: {name} {do} as well ({_points(told)})."
    return Answer(Pays.NO, text, take, told)


def _is_cheaper(of: Estimate, plain: Sequence[Estimate], loss: float) -> bool:
    """Whether no plain way is as good for as little, and a dearer one is no better."""
    dearer = _dearer(of, plain)
    others = [one for one in plain if one not in dearer]
    as_good = (_over(of, one) for one in dearer)
    return (
        bool(dearer)
        and all(t.points >= -loss and t.low > -WIDE and t.high >= 0 for t in as_good)
        and all(_over(of, one).low > 0 for one in others)
    )


def _dearer(of: Estimate, plain: Sequence[Estimate]) -> list[Estimate]:
    return [one for one in plain if of.cost <= SAVED * one.cost]


def _near(some: Sequence[Estimate], loss: float) -> Estimate:
    """The cheapest that is at most `loss` points under the most accurate of these."""
    top = max(of.accuracy for of in some)
    return next(of for of in some if of.accuracy >= top - loss)


def _over(of: Estimate, plain: Estimate) -> Difference:
    return of.over[plain.candidate.name]


def _name(plain: Estimate) -> str:
    """As a sentence calls it: what stands before the comma of its title."""
    return plain.candidate.title.partition(",")[0]


def _points(told: Difference) -> str:
    value = round(told.points, 1) or 0.0
    signed = f"{value:+.1f}" if value else "0.0"
    return f"{signed.replace('-', MINUS)} ± {told.half:.1f} points"


MINUS = "\N{MINUS SIGN}"
