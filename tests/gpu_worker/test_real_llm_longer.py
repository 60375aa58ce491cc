"""What takes longer with a real LLM: `make test-real`."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.db.models import Count

from moe_core.methods import METHODS
from tests.commands.running import manage
from tests.conftest import ROOT
from tests.gpu_worker.real_llm import made
from tests.gpu_worker.workers import RealWorkers
from webapp.accounts.models import Team
from webapp.commands.real import load_real
from webapp.execution.start import submit_run
from webapp.questions.models import QuestionSet
from webapp.runs.models import Answer, Generation, Profile

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]

SECONDS = 1200
SERVERS = ("DATABASE_URL", "REDIS_URL", "SKILLMOE_PORT")


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[RealWorkers]:
    made()
    running = RealWorkers(tmp_path)
    running.start("default")
    running.start("gpu")
    try:
        yield running
    finally:
        running.stop()


def test_every_method(team: Team, workers: RealWorkers) -> None:
    """All of them at once, by the profile that try_real makes."""
    manage("try_real", "--web-url", "http://here")
    profile, questions = Profile.objects.get(), QuestionSet.objects.get(kind="test")
    runs = {
        name: submit_run(
            team, None, pool=profile.pool, questions=questions, profile=profile, method=name
        )
        for name in METHODS
    }
    workers.finish(*runs.values(), seconds=SECONDS)
    assert not Generation.objects.exclude(status="done").exists()
    for name, run in runs.items():
        assert (run.status, run.finished, run.graded) == ("done", 10, 10), name
        assert not Answer.objects.filter(run=run, verdict="").exists(), name


def test_kill_9_loses_nothing(team: Team, workers: RealWorkers) -> None:
    pool, test_set = load_real(team), QuestionSet.objects.get(kind="test")
    run = submit_run(
        team, None, pool=pool, questions=test_set, method="all-experts", writer="majority"
    )
    done = Generation.objects.filter(run=run, status="done")
    workers.wait(done.exists, SECONDS, "the first results")
    left_behind = workers.kill("gpu")
    committed = dict(done.values_list("pk", "finished"))
    assert left_behind and len(committed) < 30
    assert not psutil.wait_procs(left_behind, 10)[1]
    workers.start("gpu")
    workers.finish(run, seconds=SECONDS)
    assert dict(done.filter(pk__in=committed).values_list("pk", "finished")) == committed
    seats = Answer.objects.filter(run=run).annotate(n=Count("generations"))
    assert set(seats.values_list("n", flat=True)) == {3}


def test_a_number_format_of_its_own_is_a_load_of_its_own(team: Team, workers: RealWorkers) -> None:
    """`auto`, which is what a person leaves it at: bfloat16 here, of the same files."""
    expert = load_real(team).experts.get(name="smol-greedy")
    key, expert.dtype = expert.engine_key, "auto"
    expert.save()
    assert expert.engine_key != key
    assert "tokens/s" in manage("try_expert", "smol-greedy", "--question", "Which animal barks?")
    (row,) = Generation.objects.all()
    assert (row.status, bool(row.output)) == ("done", True)


def test_try_real_as_a_person_runs_it_twice(tmp_path: Path) -> None:
    """On one data folder: the second time finds what the first has left, and does all anew."""
    made()
    environment = {name: value for name, value in os.environ.items() if name not in SERVERS}
    environment |= {"SKILLMOE_DATA": str(tmp_path / "data"), "SERVE": "0"}
    command = [sys.executable, str(ROOT / "manage.py"), "demo", "--real"]
    addresses = []
    for _ in range(2):
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=SECONDS
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(r"\d+ of 10 test questions right", done.stdout)
        addresses += re.findall(r"/runs/\d+", done.stdout)
    assert addresses == ["/runs/4", "/runs/8"]
