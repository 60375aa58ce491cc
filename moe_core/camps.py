"""Which answers to one question are the same, however they are spelled.

Computed once per question. Each answer then goes by one spelling of its camp, so that votes, rounds
and whatever else compares answers need no algebra.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from moe_core.errors import TooCostly
from moe_core.grading import Same, by_rules, by_value, canonical
from moe_core.values import Question, Verdict


@dataclass(frozen=True)
class Camps:
    """Per answer, the first one that means the same, as it is spelled there; None: no answer.

    `is_whole` is False where some were too costly to compare: those count as they are spelled.
    """

    spellings: list[str | None]
    is_whole: bool = True


def camps(answers: Sequence[str | None], verdicts: Sequence[Verdict | None], same: Same) -> Camps:
    """Of the answers to a question by value (`spelling_tells` says which), with their verdicts:
    right ones are one camp."""
    spelled: dict[str, str] = {}  # canonical spelling → the camp's
    others: list[str] = []  # the camps that are not right
    right: str | None = None
    is_whole = True
    for answer, verdict in zip(answers, verdicts, strict=True):
        if answer is None or (plain := canonical(answer)) in spelled:
            continue
        if verdict is Verdict.CORRECT:
            right = spelled[plain] = right or answer
            continue
        for other in others:
            try:
                if same(other, answer):
                    spelled[plain] = other
                    break
            except TooCostly:
                is_whole = False
        else:
            others.append(answer)
            spelled[plain] = answer
    return Camps([None if a is None else spelled[canonical(a)] for a in answers], is_whole)


def spelling_tells(
    question: Question, answers: Sequence[str | None], verdicts: Sequence[Verdict | None]
) -> bool:
    """Whether `camps` would find nothing that the spelling of the answers does not say."""
    if not by_value(question):
        return True
    spelled: dict[str, str] = {}  # canonical spelling → the first one, which `camps` compares
    others: list[str] = []
    for answer, verdict in zip(answers, verdicts, strict=True):
        if answer is None or (plain := canonical(answer)) in spelled:
            continue
        spelled[plain] = answer
        if verdict is not Verdict.CORRECT:
            others.append(answer)
    if len(spelled) - len(others) > 1:
        return False
    return all(by_rules(a, b) is False for a, b in combinations(others, 2))
