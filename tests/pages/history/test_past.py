"""Past runs as the list shows them: how well they did, who reviewed them."""

import pytest
from django.test import Client

from tests.reviews.given import reviewed
from webapp.accounts.models import User
from webapp.keeping.baselines import set_baseline
from webapp.keeping.naming import star
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


def test_what_a_row_says(signed_in: Client, runs: list[Run], user: User) -> None:
    other = User.objects.get(username="other")
    first, second, third = runs[1].answers.order_by("pk")[:3]
    for answer, person, verdict in (
        (first, user, "disputed"), (first, other, "disputed"), (second, user, "disputed"),
        (third, other, "right"),
    ):  # fmt: skip
        reviewed(answer, person, verdict)
    set_baseline(runs[1], user)
    star(runs[0], other, starred=True)
    opened = signed_in.get("/runs/")
    rows = {row.run: row for row in opened.context["past"]}
    assert list(rows) == runs[::-1]
    row = rows[runs[1]]
    assert (row.reviewers, row.reviewed, row.disputed) == (["admin", "other"], 3, 2)
    assert row.seconds == 75
    assert [rows[run].points for run in runs] == [-25, None, 25]
    assert not rows[runs[0]].starred, "that is somebody else's"
    assert row.interval == pytest.approx((40.9, 92.9), abs=0.1)
    assert (rows[runs[0]].reviewers, rows[runs[0]].disputed) == ([], 0)
    page = opened.content.decode()
    for shown in (
        "75.0 %", "40.9 to 92.9 %", "after 1 min 15 s", "3 answers",
        runs[1].title, "points, compare Run",
        f"/runs/{runs[1].pk}/questions?review=disputed",
        f"/runs/{runs[1].pk}/questions?review=mine",
        f'aria-label="Compare Run {runs[0].pk}"',
    ):  # fmt: skip
        assert shown in page, shown
