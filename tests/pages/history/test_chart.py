"""Accuracy over time, as a chart."""

import pytest
from django.test import Client
from django.utils import timezone

from webapp.accounts.models import Team
from webapp.pages.history import chart
from webapp.pages.shared.charts import label
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


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
    assert figure["table"][0][0] == {"text": runs[2].heading, "href": runs[2].get_absolute_url()}
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
    assert line["text"] == [label(runs[0].heading)]
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
    assert [cells[0]["text"] for cells in figure["table"]] == [runs[2].heading, runs[1].heading]
