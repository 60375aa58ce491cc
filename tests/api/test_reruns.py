"""A run again with another expert, by programs."""

import pytest

from tests.api.conftest import Program
from tests.planning.test_reruns import profiled
from webapp.experts.models import Expert
from webapp.planning import tasks
from webapp.runs.models import Rerun, Run

pytestmark = pytest.mark.django_db


def test_from_asking_to_the_new_run(program: Program, ours_run: Run, newcomer: Expert) -> None:
    address, wrong = f"/runs/{ours_run.pk}/reruns", Expert.objects.get(name="org/wrong")
    status, said = program.post(address, {"by": newcomer.pk, "replace": wrong.pk})
    assert (status, said["state"], said["replaced"], said["run"]) == (201, "waits", wrong.pk, None)
    rerun = Rerun.objects.get()
    assert rerun.profiling is not None and said["waits_for"] == rerun.profiling.pk
    profiled(rerun)
    tasks.start_reruns()
    (said,) = program.get(address)[1]["items"]
    assert said["state"] == "started" and said["waits_for"] is None
    assert said["run"] == Run.objects.order_by("pk").last().pk  # type: ignore[union-attr]
    off = program.post(f"/reruns/{rerun.pk}/call-off", {})[1]
    assert off == said, "it was started already"


def test_calling_off_and_what_is_refused(program: Program, ours_run: Run, newcomer: Expert) -> None:
    address = f"/runs/{ours_run.pk}/reruns"
    for _ in range(2):
        said = program.post(address, {"by": newcomer.pk})[1]
        off = program.post(f"/reruns/{said['id']}/call-off", {})[1]
        assert (off["state"], off["run"], off["ended"] is None) == ("called off", None, False)
    status, said = program.post(address, {"by": Expert.objects.get(name="org/wrong").pk})
    assert status == 422 and "is in Logs already" in said["message"]
    assert program.post("/reruns/1000000/call-off", {})[0] == 404
    profile = Run.objects.filter(kind=Run.Kind.PROFILE)[0]
    assert program.post(f"/runs/{profile.pk}/reruns", {"by": newcomer.pk})[0] == 404
