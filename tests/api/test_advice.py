"""GET /runs/{run}/contributions and /pools/{pool}/advice."""

import pytest

from tests.api.conftest import Program
from webapp.execution import plans
from webapp.experts.models import Expert
from webapp.findings import asking
from webapp.findings.finders import FINDERS
from webapp.runs.models import Finding, Run

pytestmark = pytest.mark.django_db


def test_both_are_found_by_a_worker(program: Program, ours_run: Run) -> None:
    plans.profile_behind.cache_clear()
    pool, right = ours_run.pool_id, Expert.objects.get(source="org/right")
    addresses = f"/runs/{ours_run.pk}/contributions", f"/pools/{pool}/advice"
    for address in addresses:
        status, said = program.get(address)
        assert (status, said["ready"]) == (200, False), said
    contributions, advice = Finding.objects.order_by("pk")
    assert not asking.find(contributions.pk, FINDERS)
    judged = {"experts": [right.pk], "loads": 1, "hours": None, "bytes": None}
    advice.found = {
        "questions": 12,
        "sizes": [judged | {"pairs": [8, 1, 2, 1]}],
        "limits": [{"limit": "a GPU of 24 GB", "best": None}],
        "budgets": {"hours": [{"budget": 0.4, "best": judged | {"pairs": [8, 1, 2, 1]}}]},
        "without": [{"expert": right.pk, "pairs": [0, 12, 0, 0]}],
        "added": [],
    }
    advice.ready = True
    advice.save()
    _, said = program.get(addresses[0])
    first = said["items"][0]
    assert said["ready"] and said["questions"] == 8 and len(said["items"]) == 3
    assert (first["expert"], first["saved"], first["change_without"]["points"]) == (
        right.pk,
        8,
        -100,
    )
    _, said = program.get(addresses[1])
    assert said["profile"] == ours_run.profile_id and said["questions"] == 12
    assert said["sizes"][0]["experts"] == [right.pk] and said["sizes"][0]["right"] == 10
    assert {one["expert"]: one["change"]["points"] for one in said["without"]}[right.pk] == -100
    assert program.get(f"{addresses[1]}?profile={ours_run.profile_id}")[1] == said
    assert said["within"] is None
    _, within = program.get(f"{addresses[1]}?cost=hours&budget=0.5")
    assert within["within"] == {"cost": "hours", "budget": 0.5, "best": said["sizes"][0]}
    assert program.get(f"{addresses[1]}?budget=2")[1]["within"]["best"] is None, "not kept"
    assert program.get(f"{addresses[1]}?budget=0")[0] == 422
    status, said = program.get(f"{addresses[1]}?profile=99999")
    assert status == 404 and "build one first" in said["message"]
    Run.objects.update(status=Run.Status.RUNNING)
    assert program.get(addresses[0])[0] == 422
