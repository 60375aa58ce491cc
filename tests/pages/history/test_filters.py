"""Past runs under the filters of an address."""

import json

import pytest
from django.test import Client

from tests.pages.serving import serve
from webapp.accounts.models import User
from webapp.experts.models import Pool
from webapp.runs.models import Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def test_filters(signed_in: Client, runs: list[Run], pool: Pool, user: User) -> None:
    other = Pool.objects.create(team=pool.team, name="Empty")
    running = Run.objects.create(team=pool.team, kind=Run.Kind.RANK, pool=other, owner=user)
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


def test_past_runs_are_found(signed_in: Client, run: Run) -> None:
    serve(run)
    chosen = {"kind": "answer", "status": "done", "set": str(run.question_set_id)}
    found = signed_in.get("/runs/", {**chosen, "method": run.method}).context["page"].rows
    assert found == [run]
    for name, value in {"kind": "try", "status": "running", "method": "skill-moe"}.items():
        assert signed_in.get("/runs/", {name: value}).context["page"].rows == []
    assert signed_in.get("/runs/", {"status": "<script>"}).status_code == 200
    assert json.dumps(f"Run {run.pk}").strip('"') in signed_in.get("/").content.decode()
