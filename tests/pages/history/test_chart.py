"""Accuracy over time, as a chart."""

from datetime import timedelta

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
    assert list(lines) == ["All experts vote", "Skill-MoE by forecast"]
    everybody = lines["All experts vote"]
    assert everybody["y"] == [50, 75]
    assert everybody["customdata"] == [run.get_absolute_url() for run in runs[:2]]
    assert everybody["error_y"]["arrayminus"][1] == pytest.approx(75 - 40.9, abs=0.1)
    assert len({line["marker"]["symbol"] for line in figure["data"]}) == 2
    assert figure["table"][0][0] == {"text": runs[2].heading, "href": runs[2].get_absolute_url()}
    assert figure["table"][0][2]["time"] == runs[2].created.isoformat()
    assert figure["table"][0][3:] == ["100.0 %", "67.6 to 100.0 %", "8"]
    figure = signed_in.get(f"/runs/history.json?{chosen}&method=skill-moe").json()
    assert [line["name"] for line in figure["data"]] == ["Skill-MoE by forecast"], "alone it is so"


def test_what_has_no_chart(signed_in: Client, runs: list[Run]) -> None:
    assert signed_in.get("/runs/history.json").json()["data"] == []
    Run.objects.filter(pk=runs[2].pk).update(graded=0)
    Run.objects.filter(pk=runs[1].pk).update(status=Run.Status.RUNNING)
    chosen = f"set={runs[0].question_set_id}"
    (line,) = signed_in.get(f"/runs/history.json?{chosen}").json()["data"]
    assert line["text"][0].startswith(f"{label(runs[0].heading)}<br>")
    Run.objects.update(team=Team.objects.create(name="Others"))
    assert signed_in.get(f"/runs/history.json?{chosen}").json()["data"] == []
    assert "No run is like that" in signed_in.get(f"/runs/?{chosen}").content.decode()
    assert "No runs yet" in signed_in.get("/runs/").content.decode()


def test_a_chart_has_the_newest_runs(
    signed_in: Client, runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart, "POINTS", 2)
    figure = signed_in.get(f"/runs/history.json?set={runs[0].question_set_id}").json()
    assert sum(len(line["x"]) for line in figure["data"]) == 2
    assert [cells[0]["text"] for cells in figure["table"]] == [runs[2].heading, runs[1].heading]


def test_runs_that_began_together_stand_beside_each_other(
    signed_in: Client, runs: list[Run]
) -> None:
    """Two of one moment do not cover each other; one that began weeks later stands a little off."""
    began = timezone.now()
    Run.objects.filter(pk__in=[run.pk for run in runs[:2]]).update(created=began)
    Run.objects.filter(pk=runs[2].pk).update(created=began + timedelta(weeks=5))
    figure = signed_in.get(f"/runs/history.json?set={runs[0].question_set_id}").json()
    everybody, later = figure["data"]
    assert (everybody["x"], later["x"]) == ([0, 1], [1 + 1 + chart.GAP])
    axis = figure["layout"]["xaxis"]
    assert axis["tickvals"] == [0, 1 + 1 + chart.GAP]
    assert axis["ticktext"][0] == f"{began:%d %b}"
    assert axis["range"][0] < 0 and axis["range"][1] > later["x"][0]


def test_a_line_is_called_as_its_newest_run_is(signed_in: Client, runs: list[Run]) -> None:
    Run.objects.filter(pk=runs[1].pk).update(given_title="Everybody <b>again</b>", seed=7)
    figure = signed_in.get(f"/runs/history.json?set={runs[0].question_set_id}").json()
    names = {line["name"]: len(line["x"]) for line in figure["data"]}
    assert names == {"Everybody &lt;b&gt;again&lt;/b&gt;": 2, "Skill-MoE by forecast": 1}
