"""Why these experts."""

import pytest
from django.test import Client

from webapp.pages.answer import chances
from webapp.runs.models import Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]

PARTS = {"strength", "skills", "neighbours", "together"}


def test_the_page_says_why_these_experts_and_what_their_votes_weigh(
    ours_run: Run, signed_in: Client
) -> None:
    answer = ours_run.answers.select_related("question").earliest("pk")
    page = signed_in.get(f"/runs/{ours_run.pk}/questions/{answer.pk}").content.decode()
    for part in PARTS:
        assert part.capitalize() in page
    assert "Probability of one draw" not in page
    assert "by the calibrated vote" in page
    assert "Sum for each answer" in page


def test_those_recruited_come_first_by_seat_and_the_others_by_chance(ours_run: Run) -> None:
    for answer in ours_run.answers.all():
        seats = list(answer.generations.order_by("number").values_list("expert", flat=True))
        found = chances.chances(answer, seats)
        assert found is not None
        names, rows = found
        assert names == ["strength", "skills", "neighbours", "together"]
        assert [row.seat for row in rows] == [1, 2, None]
        assert [row.expert.pk for row in rows[:2]] == seats
        for row in rows:
            assert sum(row.parts) == pytest.approx(row.total)
