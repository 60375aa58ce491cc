"""Rules by themselves: their examples, and how long they may take."""

import time

import pytest

from moe_core.comparison.rules import RULES, Rule, compared
from moe_core.grading import by_rules
from tests.hostile import ENTANGLED


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_examples_of_each_rule(rule: Rule) -> None:
    if rule.same:
        assert compared(*rule.same) is True
    if rule.other:
        assert compared(*rule.other) is False
    assert rule.same or rule.other


@pytest.mark.parametrize(("gold", "answer"), ENTANGLED)
def test_rules_are_quick(gold: str, answer: str) -> None:
    for pair in ((gold, answer), (answer, gold)):
        began = time.process_time()
        assert by_rules(*pair) is not True
        assert time.process_time() - began < 0.1


def test_long_lists_are_compared_to_their_end() -> None:
    pairs = [f"({i},{i + 1})" for i in range(20)]
    assert by_rules(", ".join(pairs), ", ".join(reversed(pairs)))
