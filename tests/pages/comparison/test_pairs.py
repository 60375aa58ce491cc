"""Two runs question by question: who is right, and who was recruited."""

import pytest
from django.test import Client

from tests.pages.comparison.conftest import FIRST, SECOND, address
from webapp.pages.comparison.pairs import state_of
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db

STATES = ["right", "lost", "gained", "gained", "wrong", "left out", "left out", "left out"]


def test_states() -> None:
    assert [state_of(*pair) for pair in zip(FIRST, SECOND, strict=True)] == STATES


def test_question_by_question(signed_in: Client, runs: list[Run]) -> None:
    context = signed_in.get(address(runs)).context
    assert [pair.state for pair in context["pairs"]] == STATES
    assert context["tabs"][0][2] == 8
    for state, _, n, link in context["tabs"][1:]:
        pairs = signed_in.get(link).context["pairs"]
        assert [pair.state for pair in pairs] == [state] * STATES.count(state)
        assert n == len(pairs)
        assert len(pairs) > 0
    assert len(signed_in.get(address(runs, show="nonsense")).context["pairs"]) == 8
