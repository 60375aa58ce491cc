"""Runs that ask no more seats than they need, on the fake engine: each expert is loaded once."""

from typing import Any

import pytest

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from tests.conftest import MakeSet, demo_expert
from tests.gpu_worker.serving import serve
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.cancel import cancel
from webapp.execution.resuming.continuing import continue_run
from webapp.execution.resuming.retry import retry
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.progress.bars import bars_of
from webapp.progress.loads import stages
from webapp.questions.models import Question, QuestionSet
from webapp.queue.backlog import backlog
from webapp.runs.models import Generation, Progress, Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone")]
NAMES = ("tiny-01", "tiny-02", "tiny-03", "tiny-04")
QUESTIONS = 6


def write(checkpoint: Checkpoint, prompt: Prompt) -> str:
    """The first two of the pool agree on two questions of three, the others on every second."""
    row = next(q.row for q in Question.objects.all() if q.text in prompt.text)
    place = int(checkpoint.source[-1])
    said = row % 3 == 0 and place == 2 if place <= 2 else row % 2 == 0
    return f"The answer is ({'AB'[said]})."


@pytest.fixture
def questions(question_set: MakeSet) -> QuestionSet:
    made = question_set("test", QUESTIONS)
    made.questions.update(options=["one", "two", "three"], gold="A")
    return made


@pytest.fixture
def pool(team: Team) -> Pool:
    made = Pool.objects.create(team=team, name="Four")
    made.experts.set([demo_expert(name) for name in NAMES])
    return made


def start(pool: Pool, questions: QuestionSet, **chosen: Any) -> Run:
    settings: dict[str, Any] = {
        "recruiter": "random",
        "writer": "majority",
        "k": 3,
        "stopping": "lossless",
    }
    return submit_run(pool.team, None, pool=pool, questions=questions, **(settings | chosen))


def text_of(run: Run) -> list[str | None]:
    return list(run.answers.order_by("question__row").values_list("text", flat=True))


def done(run: Run) -> Run:
    run.refresh_from_db()
    assert (run.status, run.finished) == (Run.Status.DONE, QUESTIONS), run.problem
    assert not Generation.objects.filter(run=run).exclude(status="done").exists()
    for row in Progress.objects.filter(run=run):
        assert row.asked == row.done + row.failed
    return run


def test_each_expert_is_loaded_once_by_several_runs_together(
    pool: Pool, questions: QuestionSet
) -> None:
    runs = [
        start(pool, questions, seed=1),
        start(pool, questions, seed=2, k=4),
        start(pool, questions, method="all-experts", recruiter="", stopping="two-ahead"),
        start(pool, questions, method="all-experts", recruiter="", stopping="all"),
    ]
    engine = FakeEngine(write)
    serve(engine)
    *unasked, none = [done(run).unasked for run in runs]
    assert min(unasked) > 0 and none == 0, unasked
    assert len(engine.loads) == len(set(engine.loads)) == len(NAMES)
    figures = stages(runs)["respond"]
    assert figures["loads"] == figures["distinct_experts"] == len(NAMES)
    (bar,) = bars_of(runs[0], list(runs[0].progress.all()))
    assert bar.total == bar.ended == 3 * QUESTIONS - unasked[0]


def test_a_run_alone_asks_fewer_and_answers_the_same(pool: Pool, questions: QuestionSet) -> None:
    run, whole = start(pool, questions), start(pool, questions, stopping="all")
    cancel(whole)
    serve(engine := FakeEngine(write))
    assert len(engine.loads) == len(set(engine.loads))
    continue_run(whole)
    serve(FakeEngine(write))
    assert text_of(done(run)) == text_of(done(whole))
    assert run.unasked > 0


def test_while_it_runs_seats_wait_for_those_before_them(pool: Pool, questions: QuestionSet) -> None:
    run = start(pool, questions)
    advance_run(run.pk)
    waiting = Generation.objects.filter(run=run, status="waiting")
    assert waiting.count() == 2 * QUESTIONS
    assert {len(answer.unasked) for answer in run.answers.all()} == {1}
    (bar,) = bars_of(run, list(run.progress.all()))
    assert (bar.ended, bar.total) == (0, 3 * QUESTIONS)
    first, *others = pool.experts.order_by("pk").values_list("engine_key", flat=True)
    growing = {entry.engine_key: entry.grows for entry in backlog()}
    assert growing.pop(first) is False
    assert growing and growing.keys() <= set(others) and all(growing.values())


def test_what_failed_is_asked_again_and_what_that_spares_stays(
    pool: Pool, questions: QuestionSet
) -> None:
    run = start(pool, questions)
    broken = demo_expert("tiny-01")
    serve(FakeEngine(write, broken={broken.source}))
    run.refresh_from_db()
    assert run.status == Run.Status.DONE
    failed = Generation.objects.filter(run=run, status="failed")
    n = failed.count()
    assert n > 0 and set(failed.values_list("expert", flat=True)) == {broken.pk}
    there = set(Generation.objects.filter(run=run).values_list("pk", flat=True))
    type(broken).objects.filter(pk=broken.pk).update(problem="")
    assert retry(run) == n
    serve(FakeEngine(write))
    done(run)
    assert there <= set(Generation.objects.filter(run=run).values_list("pk", flat=True))
    for answer in run.answers.all():
        numbers = set(answer.generations.values_list("number", flat=True))
        assert numbers | {seat for seat, _ in answer.unasked} == {0, 1, 2}
        assert len(numbers) + len(answer.unasked) == 3


def test_a_cancelled_run_goes_on_where_it_was(pool: Pool, questions: QuestionSet) -> None:
    whole = start(pool, questions, stopping="all")
    serve(FakeEngine(write))
    run = start(pool, questions)
    serve(FakeEngine(write, at_once=2), stop_after=8)
    cancel(run)
    kept = set(Generation.objects.filter(run=run, status="done").values_list("pk", flat=True))
    assert 0 < len(kept) < 2 * QUESTIONS
    run.refresh_from_db()
    continue_run(run)
    serve(FakeEngine(write))
    assert text_of(done(run)) == text_of(done(whole))
    assert kept <= set(Generation.objects.filter(run=run).values_list("pk", flat=True))
    assert run.unasked > 0
