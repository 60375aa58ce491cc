"""Seats from families, skills or categories over experts to verdicts, as a figure."""

from itertools import chain
from typing import Any

import pytest
from django.test import Client

from tests.pages.serving import serve
from webapp.findings import families
from webapp.pages.live_run import sources
from webapp.pages.live_run.sources import gathered
from webapp.runs.models import Answer, Profile, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens", "empty_cache")]


@pytest.fixture
def skilled(run: Run) -> Run:
    """Served, with skills of its questions: the first of them named first."""
    serve(run)
    for place, answer in enumerate(Answer.objects.filter(run=run).order_by("pk")[:4]):
        answer.skills = [["a", f"<b>skill {place}</b>", 1.0], ["b", "sums", 0.5]]
        answer.save()
    run.method, run.recruiter = "skill-moe", "paper"
    run.save()
    return run


def seats_in(figure: dict[str, Any]) -> dict[str, float]:
    """Seats into and out of every node, by its label."""
    (sankey,) = figure["data"]
    labels, link = sankey["node"]["label"], sankey["link"]
    seats: dict[str, float] = {}
    for source, target, value in zip(link["source"], link["target"], link["value"], strict=True):
        for end in (f"out {labels[source]}", f"in {labels[target]}"):
            seats[end] = seats.get(end, 0) + value
    return seats


def test_the_flow_of_seats(signed_in: Client, run: Run) -> None:
    assert signed_in.get(f"{run.get_absolute_url()}/flow.json").json()["data"] == []


def test_skills_are_those_that_were_named_first(signed_in: Client, skilled: Run) -> None:
    figure = signed_in.get(f"{skilled.get_absolute_url()}/flow.json").json()
    seats = seats_in(figure)
    assert seats["out &lt;b&gt;skill 0&lt;/b&gt;"] == 2
    assert f"out {sources.NO_SKILL}" in seats
    assert seats["in tiny-01"] == seats["out tiny-01"] == 8
    assert "out sums" not in seats
    assert seats["in ∅ no answer"] == 8
    assert sum(n for end, n in seats.items() if end.startswith("in") and "tiny" not in end) == 16
    assert all(row[2].isdigit() for row in figure["table"]), "seats are counted, not measured"


def test_families_open_into_their_skills(signed_in: Client, skilled: Run) -> None:
    of = {"team": skilled.team, "pool": skilled.pool, "question_set": skilled.question_set}
    skilled.profile = Profile.objects.create(ready=True, **of)
    skilled.save()
    Run.objects.create(kind=Run.Kind.PROFILE, profile=skilled.profile, **of)
    kept = families.ask(skilled.profile)
    assert kept is not None
    members = {"<b>skill 0</b>": "Algebra", "<b>skill 1</b>": "Algebra", "<b>skill 2</b>": "Law"}
    skills = {skill: {"family": name} for skill, name in members.items()}
    kept.found = {"grouped": True, "skills": skills}
    kept.ready = True
    kept.save()
    page = skilled.get_absolute_url()
    figure = signed_in.get(f"{page}/flow.json").json()
    seats = seats_in(figure)
    assert seats["out Algebra"] == 4 and seats["out Law"] == 2
    assert seats[f"out {sources.NO_FAMILY}"] == 2
    node = figure["data"][0]["node"]
    opens = dict(zip(node["label"], node["customdata"], strict=True))
    assert opens["Algebra"] == f"{page}?family=Algebra#flow-title"
    assert {"text": "Algebra", "href": opens["Algebra"]} in list(chain(*figure["table"]))

    opened = signed_in.get(opens["Algebra"].partition("#")[0]).text
    assert "Skills of Algebra → experts" in opened
    assert f'data-figure="{page}/flow.json?family=Algebra"' in opened
    seats = seats_in(signed_in.get(f"{page}/flow.json?family=Algebra").json())
    assert [end for end in seats if "skill" in end] == [
        "out &lt;b&gt;skill 0&lt;/b&gt;", "out &lt;b&gt;skill 1&lt;/b&gt;",
    ]  # fmt: skip
    assert sum(n for end, n in seats.items() if end.startswith("in tiny")) == 4
    assert seats_in(signed_in.get(f"{page}/flow.json?family=none&by=x").json())["out Algebra"] == 4


def test_categories_are_a_choice(signed_in: Client, skilled: Run) -> None:
    Answer.objects.filter(run=skilled).update(category="")
    page = skilled.get_absolute_url()
    assert "?by=categories" not in signed_in.get(page).text
    first = Answer.objects.filter(run=skilled).order_by("pk")[:3]
    Answer.objects.filter(pk__in=[answer.pk for answer in first]).update(category="physics")
    assert "?by=categories#flow-title" in signed_in.get(page).text
    seats = seats_in(signed_in.get(f"{page}/flow.json?by=categories").json())
    assert seats["out physics"] == 6 and seats[f"out {sources.NO_CATEGORY}"] == 10


def test_no_group_holds_over_a_fifth() -> None:
    seats = {(f"skill {n:03}", 1): 1.0 for n in range(191)} | {(sources.NO_SKILL, 1): 40.0}
    shown = gathered(seats)
    held: dict[str, float] = {}
    for (name, _), n in seats.items():
        held[shown[name]] = held.get(shown[name], 0) + n
    groups = {name: n for name, n in held.items() if " from " in name}
    assert sum(groups.values()) == 191 - sources.MOST
    assert max(groups.values()) <= (191 + 40) * sources.LARGEST_GROUP
    assert "46 from skill 016 to skill 061" in groups
    assert list(shown.values())[-1] == sources.NO_SKILL
