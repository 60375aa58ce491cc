"""Whom a pool needs, on its page."""

import pytest
from django.test import Client

from moe_core.intervals import Share
from tests.findings.working import work
from tests.pages.reading import flat
from webapp.experts.models import Pool
from webapp.pages.shared.accuracies import Point, figure
from webapp.runs.models import Finding, Profile

pytestmark = pytest.mark.django_db


def test_it_is_found_and_then_shown(signed_in: Client, recorded_profile: Profile) -> None:
    pool = recorded_profile.pool
    address = f"/pools/{pool.pk}/advice"
    assert address in signed_in.get(pool.get_absolute_url()).content.decode()
    waits = signed_in.get(address).content.decode()
    assert "Trying hundreds of smaller pools" in waits and "has not been measured" in waits
    assert signed_in.get(f"{address}/found").status_code == 204
    work(Finding.Name.ADVICE)
    page = flat(signed_in.get(address).content.decode())
    assert "right alone does as well as all 3, as far as 12 questions can tell" in page
    assert "with 1 of 3 loads" in page and "other experts was profiled on these questions" in page
    assert flat(signed_in.get(f"{address}/found").content.decode()) in page
    assert "within" not in signed_in.get(address, {"budget": "nonsense"}).context
    enough = flat(signed_in.get(address, {"budget": "1"}).content.decode())
    assert "The best for that:" in enough and "100.0 % (76\N{EN DASH}100 %) right" in enough
    assert "not enough for any" in flat(signed_in.get(address, {"budget": "0.5"}).content.decode())
    Finding.objects.update(ready=False)
    again = signed_in.get(address).content.decode()
    assert "It takes a moment." in again or "on this machine." in again, "it was measured"
    Finding.objects.update(ready=True)
    drawn = signed_in.get(f"{address}.json").json()
    assert drawn["data"][0]["x"] == [1, 2, 3] and drawn["data"][0]["y"] == [100.0] * 3
    assert drawn["table"][0][:3] == ["right", "1", "100.0 %"]
    by_memory = signed_in.get(f"{address}.json?cost=memory").json()
    assert by_memory["data"] == [], "nobody knows the sizes of these"
    assert "More seats, or fewer" in page, "the chart of New run"
    assert signed_in.get(f"{address}?profile=99999").status_code == 404


@pytest.mark.usefixtures("nobody_listens")
def test_without_a_profile_nothing_is_told(signed_in: Client, pool: Pool) -> None:
    page = signed_in.get(f"/pools/{pool.pk}/advice").content.decode()
    assert "the pool has none that is ready" in page
    assert signed_in.get(f"/pools/{pool.pk}/advice.json").status_code == 404


def test_points_are_joined_by_their_costs() -> None:
    points = [Point(3, Share(8, 10), "three"), Point(1, Share(5, 10), "<b>", "one")]
    drawn = figure([*points, Point(2, Share(0, 0), "none")], "loads")
    assert drawn["data"][0]["x"] == [1, 3] and drawn["data"][0]["text"][0] == "&lt;b&gt;"
    first, second = drawn["table"]
    assert first[:3] == ["<b>", "one", "50.0 %"] and second[:3] == ["three", "3", "80.0 %"]
    assert figure([], "loads")["data"] == []


def test_several_lines_are_told_apart_by_colour_and_shape() -> None:
    points = [
        Point(2, Share(6, 10), "two", line="one vote", more=["+1.0"], address="/runs/new?k=2"),
        Point(1, Share(5, 10), "one", line="one vote", more=["0.0"], address="/runs/new?k=1"),
        Point(1, Share(4, 10), "one", line="another", more=["0.0"], address="/runs/new?k=1&w=2"),
    ]
    drawn = figure(points, "generations")
    first, second = drawn["data"]
    assert (first["name"], first["x"], second["y"]) == ("one vote", [1, 2], [40.0])
    assert first["marker"]["color"] != second["marker"]["color"]
    assert first["marker"]["symbol"] != second["marker"]["symbol"]
    assert first["customdata"] == ["/runs/new?k=1", "/runs/new?k=2"]
    assert drawn["layout"]["showlegend"] and drawn["layout"]["legend"]["orientation"] == "h"
    link = {"text": "two", "href": "/runs/new?k=2"}
    assert drawn["table"][0] == ["one vote", link, "2", "60.0 %", drawn["table"][0][4], "+1.0"]
