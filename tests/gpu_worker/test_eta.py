"""When a run will have ended, by what was measured before."""

from contextlib import ExitStack

import pytest

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from moe_core.skills import ANNOTATIONS
from tests.conftest import MakeSet, demo_expert
from tests.gpu_worker.serving import serve, write
from webapp.accounts.models import Team
from webapp.db.memory import cache
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_profile, submit_run
from webapp.experts.models import Expert, Pool
from webapp.progress import eta
from webapp.queue.backlog import backlog
from webapp.queue.workers import registered_worker
from webapp.runs.models import Generation, Progress, Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone")]

QUESTIONS = 30


@pytest.fixture
def measured(team: Team, pool: Pool, question_set: MakeSet) -> Run:
    """A run that was begun by a worker that has left."""
    questions = question_set("test", QUESTIONS)
    run = submit_run(team, None, pool=pool, questions=questions, method="all-experts")
    with registered_worker():
        assert seconds_left(run) is None, "nothing was measured yet"
    serve(FakeEngine(write, at_once=3), stop_after=4)
    Expert.objects.update(load_seconds=10.0, tokens_per_second=100.0)
    return run


def seconds_left(run: Run, workers: int = 0) -> float | None:
    """With so many workers more than there are; computed anew."""
    cache.clear()
    with ExitStack() as stack:
        for _ in range(workers):
            stack.enter_context(registered_worker())
        return eta.seconds_left(run)


def test_seconds_left_follow_from_measured_loads_and_rates(measured: Run) -> None:
    waiting = Generation.objects.filter(run=measured, status="waiting").count()
    one = len(write(Checkpoint("any"), Prompt(1, "", 0, 1, 1))) / 100
    left = seconds_left(measured, workers=1)
    assert left is not None and left == pytest.approx(2 * 10 + waiting * one)
    assert measured.pool and measured.question_set
    other = submit_run(
        measured.team, None, pool=measured.pool, questions=measured.question_set,
        method="all-experts",
    )  # fmt: skip
    both = seconds_left(measured, workers=1)
    assert both == pytest.approx(left + 2 * QUESTIONS * one), "loads are shared"
    assert both == seconds_left(other, workers=1)


def test_only_workers_that_have_an_expert_to_serve_make_it_shorter(measured: Run) -> None:
    assert seconds_left(measured, workers=0) is None, "nobody works on it"
    alone = seconds_left(measured, workers=1)
    assert alone is not None
    assert seconds_left(measured, workers=2) == pytest.approx(alone / 2)
    assert seconds_left(measured, workers=5) == pytest.approx(alone / 2), "there are two experts"


def test_annotations_and_responses_of_one_expert_are_measured_apart(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    pool.annotator = both = pool.experts.get(name="tiny-01")
    pool.save()
    Expert.objects.update(load_seconds=10.0, tokens_per_second=100.0)
    before = Run.objects.create(team=team, status=Run.Status.DONE)
    for purpose, n, tokens in (("annotate", 8_000, 10), ("respond", 500, 1_500)):
        Progress.objects.create(
            run=before, purpose=purpose, expert=both, asked=n, done=n, tokens=n * tokens
        )
    run = submit_profile(team, None, pool, question_set("validation", 6))
    advance_run(run.pk)
    annotations = 6 * ANNOTATIONS
    work = {(e.engine_key, e.stage): (e.waiting, e.work_seconds) for e in backlog()}
    assert work == {
        (both.engine_key, 0): (annotations, pytest.approx(annotations * 0.1)),
        (both.engine_key, 1): (6, pytest.approx(6 * 15.0)),
        (demo_expert("tiny-02").engine_key, 1): (6, 0.0),  # not known yet
    }
    # Nobody has answered for a profile: that is taken for the responses that one expert has given.
    assert seconds_left(run, workers=1) == pytest.approx(
        10 + annotations * 0.1 + 2 * 10 + 2 * 6 * 15
    )
