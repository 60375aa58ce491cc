"""Runs over time: filters, reviewers, disputes, and the chart of a question set."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.conftest import MakeSet
from webapp.accounts.models import Team, User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.pages.history import chart
from webapp.runs.models import Review, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def runs(
    team: Team, pool: Pool, user: User, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> list[Run]:
    """Three that are done, on one set, by two methods; the middle one is somebody else's."""
    monkeypatch.setattr("webapp.queue.events.wake", lambda name, *args: None)
    other = User.objects.create_user("other", password="a password", team=team)
    questions = question_set()
    made = []
    for correct, person in ((4, user), (6, other), (8, user)):
        run = submit_run(team, person, pool=pool, questions=questions, method="all-experts")
        run.status, run.correct, run.graded = Run.Status.DONE, correct, 8
        run.ended = run.created + timedelta(seconds=75)
        run.save()
        made.append(run)
    made[2].method, made[2].recruiter = "skill-moe", "ours"
    made[2].save()
    return made


def test_what_a_row_says(signed_in: Client, runs: list[Run], user: User) -> None:
    other = User.objects.get(username="other")
    first, second, third = runs[1].answers.order_by("pk")[:3]
    for answer, person, verdict in (
        (first, user, "disputed"), (first, other, "disputed"), (second, user, "disputed"),
        (third, other, "right"),
    ):  # fmt: skip
        Review.objects.create(answer=answer, run=runs[1], person=person, verdict=verdict)
    opened = signed_in.get("/runs/")
    rows = {row.run: row for row in opened.context["past"]}
    assert list(rows) == runs[::-1]
    row = rows[runs[1]]
    assert (row.reviewers, row.reviewed, row.disputed) == (["admin", "other"], 3, 2)
    assert row.seconds == 75
    assert row.interval == pytest.approx((40.9, 92.9), abs=0.1)
    assert (rows[runs[0]].reviewers, rows[runs[0]].disputed) == ([], 0)
    page = opened.content.decode()
    for shown in (
        "75.0 %", "40.9 to 92.9 %", "after 1 min 15 s", "by other", "3 answers",
        f"/runs/{runs[1].pk}/questions?review=disputed",
        f"/runs/{runs[1].pk}/questions?review=mine",
        f'aria-label="Compare Run {runs[0].pk}"',
    ):  # fmt: skip
        assert shown in page, shown


def test_filters(signed_in: Client, runs: list[Run], pool: Pool, user: User) -> None:
    other = Pool.objects.create(team=pool.team, name="Empty")
    running = Run.objects.create(team=pool.team, kind=Run.Kind.RANK, pool=other, created_by=user)
    for query, found in {
        "kind=answer": runs[::-1],
        "kind=rank": [running],
        "status=running": [running],
        "method=skill-moe": [runs[2]],
        f"set={runs[0].question_set_id}": runs[::-1],
        f"pool={other.pk}": [running],
        f"by={user.pk}": [running, runs[2], runs[0]],
        f"by={user.pk}&pool={pool.pk}&method=all-experts": [runs[0]],
        "set=12345": [],
        f"pool={9**18}": [],
        "pool=x&by=-1&status=%3Cscript%3E&kind=a%00": [running, *runs[::-1]],
        f"set={10**40}": [running, *runs[::-1]],
    }.items():
        assert signed_in.get(f"/runs/?{query}").context["page"].rows == found, query
    assert "No run is like that" in signed_in.get("/runs/?set=12345").content.decode()


def test_the_chart(signed_in: Client, runs: list[Run]) -> None:
    chosen = f"set={runs[0].question_set_id}"
    assert (
        f'data-figure="/runs/history.json?{chosen}"'
        in signed_in.get(f"/runs/?{chosen}").content.decode()
    )
    assert "data-figure" not in signed_in.get("/runs/").content.decode()
    figure = signed_in.get(f"/runs/history.json?{chosen}").json()
    lines = {line["name"]: line for line in figure["data"]}
    assert list(lines) == ["all-experts", "skill-moe by ours"]
    assert lines["all-experts"]["y"] == [50, 75]
    assert lines["all-experts"]["customdata"] == [run.get_absolute_url() for run in runs[:2]]
    assert lines["all-experts"]["error_y"]["arrayminus"][1] == pytest.approx(75 - 40.9, abs=0.1)
    assert len({line["marker"]["symbol"] for line in figure["data"]}) == 2
    assert figure["table"][0][0] == {"text": str(runs[2]), "href": runs[2].get_absolute_url()}
    assert figure["table"][0][2]["time"] == runs[2].created.isoformat()
    assert figure["table"][0][3:] == ["100.0 %", "67.6 to 100.0 %", "8"]
    figure = signed_in.get(f"/runs/history.json?{chosen}&method=skill-moe").json()
    assert [line["name"] for line in figure["data"]] == ["skill-moe by ours"]


def test_what_has_no_chart(signed_in: Client, runs: list[Run]) -> None:
    assert signed_in.get("/runs/history.json").json()["data"] == []
    Run.objects.filter(pk=runs[2].pk).update(graded=0)
    Run.objects.filter(pk=runs[1].pk).update(status=Run.Status.RUNNING)
    chosen = f"set={runs[0].question_set_id}"
    (line,) = signed_in.get(f"/runs/history.json?{chosen}").json()["data"]
    assert line["text"] == [str(runs[0])]
    Run.objects.update(team=Team.objects.create(name="Others"))
    assert signed_in.get(f"/runs/history.json?{chosen}").json()["data"] == []
    assert "No run is like that" in signed_in.get(f"/runs/?{chosen}").content.decode()
    assert "No runs yet" in signed_in.get("/runs/").content.decode()


def test_a_chart_has_the_newest_runs(
    signed_in: Client, runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart, "POINTS", 2)
    Run.objects.update(created=timezone.now())
    figure = signed_in.get(f"/runs/history.json?set={runs[0].question_set_id}").json()
    assert sum(len(line["x"]) for line in figure["data"]) == 2
    assert len(figure["layout"]["xaxis"]["range"]) == 2, "of one moment no axis can be made"
    assert [cells[0]["text"] for cells in figure["table"]] == [str(runs[2]), str(runs[1])]
