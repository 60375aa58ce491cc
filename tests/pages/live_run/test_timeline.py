"""A run's visits on a time axis."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from gpu_worker.fake_engine import FakeEngine
from tests.conftest import demo_expert
from tests.pages.live_run.visits import began, serve, served, visit_of, write
from webapp.accounts.models import Team, User
from webapp.execution.advance import advance_run
from webapp.pages.live_run import timeline
from webapp.pages.shared.text import NOTHING
from webapp.progress.stays import stays_of
from webapp.queue import workers
from webapp.runs.models import Generation, Run, Visit, Worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def figure(client: Client, run: Run) -> dict[str, Any]:
    answer = client.get(reverse("run-timeline", args=[run.pk]))
    told: dict[str, Any] = answer.json()
    return told


def bars(told: dict[str, Any]) -> dict[str, list[tuple[int, float, float]]]:
    """Kind → lane, from, to."""
    return {
        trace["name"]: [
            (lane, start, round(start + length, 3))
            for lane, start, length in zip(trace["y"], trace["base"], trace["x"], strict=True)
        ]
        for trace in told["data"]
    }


def test_every_visit_has_its_lane_and_its_row(signed_in: Client, run: Run) -> None:
    assert figure(signed_in, run)["data"] == [], "nothing was loaded yet"
    told = figure(signed_in, serve(run))
    assert told["layout"]["yaxis"]["ticktext"] == ["tiny-01", "tiny-02"]
    assert [(row[0]["text"], row[2], row[5]) for row in told["table"]] == [
        ("tiny-01", "Respond", "8"),
        ("tiny-02", "Respond", "8"),
    ]
    assert told["table"][0][0]["href"] == demo_expert("tiny-01").get_absolute_url()
    assert "loading" in bars(told)
    assert "failed load" not in bars(told)


def test_loading_generating_and_idle_are_told_apart(
    signed_in: Client, run: Run, worker: Worker
) -> None:
    advance_run(began(run, 60).pk)
    rows = list(Generation.objects.filter(run=run, expert=demo_expert("tiny-01")))
    visit = visit_of(run, worker, (10, 14, 40))
    asked, back = (run.created + timedelta(seconds=of) for of in (20, 32))
    served(visit, rows, asked, back)
    told = figure(signed_in, run)
    assert bars(told) == {
        "loading": [(0, 10, 14)],
        "generating": [(0, 20, 32)],
        "idle": [(0, 14, 20), (0, 32, 40)],
    }
    ((_, *row),) = told["table"]
    assert row == ["20.0", "Respond", "4.0", "12.0", "8", "20"], "240 tokens in 12 s"
    assert all("tiny-01" in text for trace in told["data"] for text in trace["text"])
    shapes = [trace["marker"].get("pattern", {}).get("shape") for trace in told["data"]]
    assert len(set(shapes)) == 3, "colour is not the only sign"


def test_of_a_shared_visit_only_the_part_within_the_runs_time(
    signed_in: Client, run: Run, worker: Worker
) -> None:
    serve(run)
    Run.objects.filter(pk=run.pk).update(ended=run.created + timedelta(seconds=20))
    rows = list(Generation.objects.filter(run=run))
    visit = visit_of(run, worker, (-100, -90, 500))
    asked, back = (run.created + timedelta(seconds=of) for of in (0, 15))
    served(visit, rows, asked, back)
    others = visit_of(run, worker, (2, 3, 4), "tiny-02")
    assert others.pk != visit.pk
    told = figure(signed_in, run)
    assert bars(told) == {"generating": [(0, 0, 15)], "idle": [(0, 15, 20)]}
    assert [row[3] for row in told["table"]] == [NOTHING], "it was loaded before"


def test_a_failed_load_is_marked_with_its_reason(signed_in: Client, run: Run) -> None:
    serve(run, FakeEngine(write, broken={demo_expert("tiny-02").source}))
    told = figure(signed_in, run)
    (lane,) = {lane for lane, *_ in bars(told)["failed load"]}
    assert told["layout"]["yaxis"]["ticktext"][lane] == "tiny-02"
    (text,) = next(trace["text"] for trace in told["data"] if trace["name"] == "failed load")
    assert "no such checkpoint" in text
    assert any(row[2].startswith("Failed load: tiny-02 does not load") for row in told["table"])


def test_what_a_reason_says_is_no_markup(signed_in: Client, run: Run, worker: Worker) -> None:
    serve(run)
    Run.objects.filter(pk=run.pk).update(ended=run.created + timedelta(seconds=20))
    visit = visit_of(run, worker, (1, 2, 3))
    Visit.objects.filter(pk=visit.pk).update(loaded=None, problem="<b>no</b>")
    (text,) = next(
        trace["text"] for trace in figure(signed_in, run)["data"] if trace["name"] == "failed load"
    )
    assert "&lt;b&gt;no" in text


def test_the_current_visit_lasts_until_now(run: Run) -> None:
    advance_run(began(run, 60).pk)
    with workers.registered_worker() as worker:
        visit = visit_of(run, worker, (50, 55, 56))
        Visit.objects.filter(pk=visit.pk).update(loaded=None, ended=None)
        (stay,) = stays_of(run)
        assert 60 <= stay.end < 70 and stay.loaded is None and not stay.ended
        assert timeline.timeline(run)["table"][0][2] == "Loading"
    (stay,) = stays_of(run)
    assert (stay.start, stay.end, stay.ended) == (50, 50, True), "its worker was killed"


def test_many_visits_become_one_bar_for_each_expert(
    signed_in: Client, run: Run, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "MOST_POINTS", 30)
    advance_run(began(run, 100).pk)
    for place, row in enumerate(Generation.objects.filter(run=run).order_by("pk")):
        visit = visit_of(run, worker, (5 * place, 5 * place + 1, 5 * place + 3), row.expert.name)
        asked, back = (run.created + timedelta(seconds=5 * place + of) for of in (1, 2))
        served(visit, [row], asked, back)
    told = figure(signed_in, run)
    assert sum(len(of) for of in bars(told).values()) <= 30
    assert len(bars(told)["older visits"]) == 2
    assert sum(int(row[5]) for row in told["table"]) == 16, "nothing is left out"
    assert sum(float(row[4]) for row in told["table"]) == 16
    assert any("older visits together" in row[2] for row in told["table"])
    assert bars(told)["generating"][-1][2] == 77, "the newest stay as they are"


def test_drawn_once_for_all_who_watch_a_run_that_has_ended(
    signed_in: Client, run: Run, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first = figure(signed_in, serve(run))
    with django_assert_max_num_queries(4):  # who asks, and for which run
        assert figure(signed_in, run) == first


def test_another_teams_timeline_is_not_there(client: Client, run: Run) -> None:
    client.force_login(User.objects.create_user("s", team=Team.objects.create(name="Others")))
    assert client.get(reverse("run-timeline", args=[run.pk])).status_code == 404
    assert client.get("/runs/99999999/timeline.json").status_code == 404
