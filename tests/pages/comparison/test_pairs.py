"""Two runs question by question: who is right, and who was recruited."""

import pytest
from django.test import Client

from tests.pages.comparison.conftest import FIRST, SECOND, address
from webapp.pages.comparison.counts import figures
from webapp.pages.comparison.pairs import State, state_of
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db

OTHERWISE = "wrong otherwise"
STATES = ["right", "lost", "gained", "gained", OTHERWISE, "left out", "left out", "left out"]


def test_states() -> None:
    pairs = list(zip(FIRST, SECOND, strict=True))
    assert [state_of(*pair, alike=False) for pair in pairs] == STATES
    alike = ["wrong" if state == OTHERWISE else state for state in STATES]
    assert [state_of(*pair, alike=True) for pair in pairs] == alike


def test_question_by_question(signed_in: Client, runs: list[Run]) -> None:
    answer = runs[0].answers.order_by("pk")[0]  # right in both by answers that mean the same
    assert answer.text != runs[1].answers.get(question=answer.question_id).text
    context = signed_in.get(address(runs)).context
    changed, *single, every = context["tabs"]
    assert (changed[0], changed[2], every[0], every[2]) == ("changed", 4, "all", 8)
    shown = [pair.state for pair in context["pairs"]]
    assert shown == ["lost", "gained", "gained", OTHERWISE], "it opens on what changed"
    for state, _, n, link in single:
        pairs = signed_in.get(link).context["pairs"]
        assert [pair.state for pair in pairs] == [state] * STATES.count(state)
        assert n == len(pairs)
    pairs = signed_in.get(every[3]).context["pairs"]
    assert [pair.state for pair in pairs] == STATES
    assert len(signed_in.get(address(runs, show="nonsense")).context["pairs"]) == 4


def test_wrong_by_the_same_answer(signed_in: Client, runs: list[Run]) -> None:
    """No answer in both is the same; what is spelled otherwise is another answer."""
    for run in runs:
        run.answers.filter(pk=run.answers.order_by("pk")[4].pk).update(text=None)
    assert figures(*runs).whole.counts[State.WRONG] == 1
    (pair,) = signed_in.get(address(runs, show="wrong")).context["pairs"]
    assert pair.state == State.WRONG
    assert figures(*runs).whole.tested == 5
