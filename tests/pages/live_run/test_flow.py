"""Seats from skills over experts to verdicts, as a figure."""

import pytest
from django.test import Client

from tests.pages.serving import serve
from webapp.pages.live_run import flow
from webapp.runs.models import Answer, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens", "empty_cache")]


def test_the_flow_of_seats(signed_in: Client, run: Run) -> None:
    address = f"{run.get_absolute_url()}/flow.json"
    assert signed_in.get(address).json()["data"] == []
    serve(run)
    answers = list(Answer.objects.filter(run=run).order_by("pk"))
    for place, answer in enumerate(answers[:4]):
        answer.skills = [["a", f"<b>skill {place}</b>", 1.0], ["b", "sums", 0.5]]
        answer.save()
    run.method, run.recruiter = "skill-moe", "paper"
    run.save()
    figure = signed_in.get(address).json()
    (sankey,) = figure["data"]
    labels, link = sankey["node"]["label"], sankey["link"]
    assert "&lt;b&gt;skill 0&lt;/b&gt;" in labels
    assert flow.NO_SKILL in labels
    seats: dict[str, float] = {}
    for source, target, value in zip(link["source"], link["target"], link["value"], strict=True):
        for end in (("out", source), ("in", target)):
            key = f"{end[0]} {labels[end[1]]}"
            seats[key] = seats.get(key, 0) + value
    assert seats["in tiny-01"] == seats["out tiny-01"] == 8
    assert "sums" not in labels  # a question stands under the skill that was named first
    assert seats["in ∅ no answer"] == 8
    assert sum(v for key, v in seats.items() if key.startswith("in") and "tiny" not in key) == 16


def test_many_skills_are_gathered(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(run)
    monkeypatch.setattr(flow, "MOST_SKILLS", 5)
    for place, answer in enumerate(Answer.objects.filter(run=run)):
        answer.skills = [[str(n), f"skill {place} {n}", 1.0] for n in range(4)]
        answer.save()
    run.method, run.recruiter = "skill-moe", "paper"
    labels = flow.flow(run)["data"][0]["node"]["label"]
    assert flow.OTHER in labels
    assert len([label for label in labels if label.startswith("skill")]) == flow.MOST_SKILLS
