"""Where a run's points were lost and saved."""

import pytest
from django.test import Client

from tests.execution.answers import RIGHT, answered
from tests.findings.working import work
from tests.pages.reading import flat
from tests.reviews.given import reviewed
from webapp.accounts.models import User
from webapp.db.memory import cache
from webapp.runs.models import Answer, Finding, Run

pytestmark = pytest.mark.django_db


def test_where_points_were_lost(
    signed_in: Client, run: Run, judged: list[Answer], user: User
) -> None:
    page = signed_in.get(f"/runs/{run.pk}/lost")
    found = page.context["found"]
    assert (found.total, found.saved.count, found.broken.count, found.balance) == (4, 1, 1, 0)
    assert "won as many as it lost: 1 each" in page.content.decode()
    first, second = found.experts
    assert (first.name, first.seats, first.right, first.outvoted, first.broken) == (
        "tiny-02", 4, 2, 1, 1,
    )  # fmt: skip
    assert (second.right, second.outvoted, second.broken) == (1, 0, 1)
    (category, *_) = found.categories
    assert 0 < category.lost <= category.answers
    assert sum(part.lost for part in found.categories) == 4


@pytest.mark.parametrize("disputed", [None, 0, 2, 4])
def test_every_bar_opens_its_questions(
    signed_in: Client, run: Run, judged: list[Answer], user: User, disputed: int | None
) -> None:
    if disputed is not None:
        for person in (user, User.objects.create_user("second", team=user.team)):
            reviewed(judged[disputed], person, "disputed")
    figure = signed_in.get(f"/runs/{run.pk}/lost.json").json()
    (bars,) = figure["data"]
    assert sum(bars["x"]) == 6, "every judged answer once"
    for count, address in zip(bars["x"], bars["customdata"], strict=True):
        assert len(signed_in.get(address).context["page"].rows) == count, address
    table = {cells[0]["href"]: cells[1] for cells in figure["table"]}
    assert table == dict(zip(bars["customdata"], map(str, bars["x"]), strict=True))
    found = signed_in.get(f"/runs/{run.pk}/lost").context["found"]
    assert found.disputed.count == (disputed is not None)
    for row in found.categories:
        shown = signed_in.get(f"/runs/{run.pk}/questions?{row.query}").context["page"].rows
        assert len(shown) == row.lost


@pytest.mark.parametrize(
    ("stated", "verdict", "words"),
    [
        (["3", RIGHT], "correct", "won more than it lost: 1 saved, 0 broken"),
        ([RIGHT, RIGHT], "incorrect", "lost more than it won: 1 broken, 0 saved"),
        ([RIGHT, RIGHT], "correct", "changed nothing"),
        ([RIGHT, "3"], "correct", "changed nothing"),
        (["3", RIGHT], "incorrect", "changed nothing"),
    ],
)
def test_the_balance_in_words(
    signed_in: Client, run: Run, stated: list[str], verdict: str, words: str
) -> None:
    answered(run, stated, verdict)
    assert words in signed_in.get(f"/runs/{run.pk}/lost").content.decode()


def test_nothing_is_judged_yet(signed_in: Client, run: Run) -> None:
    assert "Grows with the first verdicts" in signed_in.get(f"/runs/{run.pk}/lost").content.decode()
    assert signed_in.get(f"/runs/{run.pk}/lost.json").json()["data"] == []
    assert f'href="/runs/{run.pk}/lost"' in signed_in.get(run.get_absolute_url()).content.decode()


def test_what_nobody_knew_is_told_from_what_nobody_asked(
    signed_in: Client, run: Run, judged: list[Answer]
) -> None:
    Run.objects.filter(pk=run.pk).update(status=Run.Status.DONE)
    address = f"/runs/{run.pk}/lost"
    assert "Looking in other runs" in signed_in.get(address).content.decode()
    assert signed_in.get(f"{address}/oracle").status_code == 204
    work(Finding.Name.ORACLE)
    assert signed_in.get(f"{address}/oracle")["HX-Refresh"] == "true"
    page = flat(signed_in.get(address).content.decode())
    assert "would be <strong>66.7 %</strong> among the seats" in page
    assert "of 6 judged" in page
    Answer.objects.filter(pk=judged[2].pk).update(unseated="right")
    cache.clear()
    (bars,) = signed_in.get(f"{address}.json").json()["data"]
    shown = dict(zip(bars["y"], zip(bars["x"], bars["customdata"], strict=True), strict=True))
    count, query = shown["✗ Only an expert without a seat was right"]
    rows = signed_in.get(query).context["page"].rows
    assert count == 1 and [row.pk for row in rows] == [judged[2].pk]
    for count, query in shown.values():
        assert len(signed_in.get(query).context["page"].rows) == count
