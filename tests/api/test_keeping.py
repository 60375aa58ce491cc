"""Names and ends, by programs."""

import json
from typing import Any

import pytest

from tests.api.conftest import Program, Things
from webapp.accounts.models import Team, User
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


def patch(program: Program, address: str, **changes: Any) -> tuple[int, Any]:
    return program.ask("PATCH", address, json.dumps(changes).encode())


def found(program: Program, query: str) -> set[int]:
    status, said = program.get(f"/runs?{query}")
    assert status == 200, said
    return {row["id"] for row in said["items"]}


def test_a_run_is_described_and_found(
    program: Program, stranger: Program, things: Things, user: User
) -> None:
    run, address = things.run, f"/runs/{things.run.pk}"
    Run.objects.filter(pk=run.pk).update(status="done", graded=8)
    status, said = patch(program, address, title="Sweep of k", tags=["Paper", "k"], notes="*x*",
                         owner=user.pk, starred=True, baseline=True)  # fmt: skip
    assert status == 200
    assert (said["title"], said["tags"], said["notes"]) == ("Sweep of k", ["k", "paper"], "*x*")
    assert (said["owner"], said["baseline"], said["archived"]) == (user.pk, True, None)
    for query in ("title=K%20sweep", f"title=run%20{run.pk}", "tag=paper", f"owner={user.pk}",
                  "starred=true", f"title=sweep&since={run.created:%Y-%m-%d}",
                  "method=skill-moe&status=done",
                  ):  # fmt: skip
        assert found(program, query) == {run.pk}, query
    assert program.get("/runs?until=0")[0] == program.get("/runs?since=2026-13-01")[0] == 422
    for query in ("title=weep%20other", "tag=pap", "until=2020-01-01", "archived=true"):
        assert not found(program, query), query
    assert patch(program, address, archived=True)[1]["baseline"] is False
    assert run.pk not in found(program, "") and found(program, "archived=1") == {run.pk}
    assert program.get(address)[1]["archived"]
    said = patch(program, address, archived=False, title="")[1]
    assert said["title"] == "Skill-MoE (the paper) · test 8 · Small"
    other = User.objects.get(username="stranger")
    assert patch(program, address, owner=other.pk)[0] == 422
    assert patch(program, address, tags=["a, b"])[0] == 422
    assert patch(program, f"/runs/{things.tried.pk}", title="x", baseline=True)[0] == 422
    assert Run.objects.get(pk=things.tried.pk).given_title == "", "all, or nothing"


def test_things_are_renamed_archived_deleted_and_brought_back(
    program: Program, team: Team, things: Things
) -> None:
    Run.objects.update(status="done")
    address = f"/pools/{things.pool.pk}"
    assert patch(program, address, name="Large", archived=True)[1]["name"] == "Large"
    assert program.get("/pools")[1]["items"] == []
    assert [row["name"] for row in program.get("/pools?archived=true")[1]["items"]] == ["Large"]
    assert patch(program, f"/question-sets/{things.test.pk}", name=things.validation.name)[0] == 422
    assert patch(program, f"/profiles/{things.profile.pk}", name="Best")[1]["name"] == "Best"
    status, said = program.ask("DELETE", address)
    assert status == 422 and "1 profile, 2 runs and 8 answers hang on Large" in said["message"]
    status, said = program.ask("DELETE", f"{address}?with_all=true")
    assert (status, said["name"], said["kind"]) == (200, "Large", "pool")
    assert said["counts"][0] == {"number": 1, "what": "profile"}
    assert program.get(address)[0] == program.get(f"/profiles/{things.profile.pk}")[0] == 404
    listed = program.get("/deletions")[1]["items"]
    assert said["id"] in {row["id"] for row in listed}
    assert program.post(f"/deletions/{said['id']}/undo")[0] == 200
    assert program.get(address)[1]["archived"]
    assert program.post(f"/deletions/{said['id']}/undo")[0] == 404
