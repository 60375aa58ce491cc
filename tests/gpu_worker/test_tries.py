"""Tries through the visit loop: what is shown as they are written, and what a cut leaves."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Completion, Partial, Prompt
from tests.gpu_worker.serving import serve
from webapp.accounts.models import Team
from webapp.execution.cancel import cancel
from webapp.execution.trying import submit_try
from webapp.experts.models import Expert
from webapp.queue import claims, workers
from webapp.runs.models import Generation, Progress, Run, Visit, Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone")]

TEXT = "One, two, three, four, five, six, seven, eight, nine, ten."


def write(checkpoint: Checkpoint, prompt: Prompt) -> str:
    return TEXT


@pytest.fixture
def expert(team: Team) -> Expert:
    return Expert.objects.create(
        name="slow", source="somebody/slow", chat_template_options={"a": 1}
    )


def served_until(engine: FakeEngine, run: Run, then: Callable[[Generation], None]) -> None:
    """Serve in a thread; do something once a part of the text can be read."""

    def work() -> None:
        try:
            serve(engine)
        finally:
            connection.close()  # this thread's own

    serving = threading.Thread(target=work)
    serving.start()
    try:
        until = time.monotonic() + 20
        while not (row := Generation.objects.get(run=run)).output:
            assert time.monotonic() < until, "nothing was shown"
            time.sleep(0.02)
        then(row)
    finally:
        serving.join(30)
    assert not serving.is_alive()


def test_what_is_written_can_be_read_before_it_is_complete(
    team: Team, expert: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = submit_try(team, None, expert, "Count.", 60)
    grown: list[set[int]] = []
    monkeypatch.setattr("webapp.queue.events.notify", lambda seqs, runs=(): grown.append(set(runs)))
    parts: list[Generation] = []
    served_until(FakeEngine(write, pieces=12), run, parts.append)
    (part,) = parts
    assert part.status == "claimed" and TEXT.startswith(part.output) and part.output != TEXT
    assert 0 < part.tokens < len(TEXT) and part.began is not None
    done = Generation.objects.get(run=run)
    assert (done.status, done.output, done.tokens) == ("done", TEXT, len(TEXT))
    assert done.finished and done.finished > part.began == done.began
    assert {run.pk} in grown
    run.refresh_from_db()
    assert run.status == "done"


def test_a_try_that_is_cancelled_keeps_what_it_wrote(team: Team, expert: Expert) -> None:
    run = submit_try(team, None, expert, "Count.")
    engine = FakeEngine(write, pieces=100)
    served_until(engine, run, lambda row: cancel(run))
    row = Generation.objects.get(run=run)
    assert row.status == "failed" and row.problem == "It was cancelled."
    assert row.output and TEXT.startswith(row.output) and row.output != TEXT
    assert engine.aborted == {row.pk}
    counted = Progress.objects.get(run=run)
    assert (counted.asked, counted.done, counted.failed) == (1, 0, 1)


def begun(expert: Expert, run: Run, worker: Worker) -> Generation:
    """A try of which a part was shown."""
    visit = Visit.objects.create(worker=worker, expert=expert)
    (prompt,) = claims.claim(worker, visit, 0).prompts
    assert claims.write_partials(worker, [Partial(prompt.id, "One, \0two", 3)]) == [run.pk]
    row = Generation.objects.get(run=run)
    assert (row.output, row.tokens) == ("One, two", 3)
    return row


def test_a_worker_that_dies_in_the_middle_leaves_nothing(team: Team, expert: Expert) -> None:
    run = submit_try(team, None, expert, "Count.")
    with workers.registered_worker() as worker:
        row = begun(expert, run, worker)
    workers.take_back()
    row.refresh_from_db()
    assert (row.status, row.output, row.tokens, row.began) == ("waiting", "", 0, None)
    assert claims.write_partials(worker, [Partial(row.pk, "late", 1)]) == []
    assert claims.commit(worker.pk, [Completion(row.pk, "late")]) == {}
    row.refresh_from_db()
    assert row.output == ""
    serve(FakeEngine(write))
    row.refresh_from_db()
    assert (row.status, row.output) == ("done", TEXT)


def test_a_failure_takes_the_place_of_what_was_shown(team: Team, expert: Expert) -> None:
    run = submit_try(team, None, expert, "Count.")
    with workers.registered_worker() as worker:
        row = begun(expert, run, worker)
        claims.commit(worker.pk, [Completion(row.pk, error="it broke")])
    row.refresh_from_db()
    assert (row.status, row.output, row.problem) == ("failed", "", "it broke")


def test_only_tries_stream_and_they_may_have_options_of_their_own(
    team: Team, expert: Expert
) -> None:
    submit_try(team, None, expert, "Count.")
    expert.chat_template_options = {"a": 1, "enable_thinking": True}
    expert.save()
    submit_try(team, None, expert, "Count.", thinking=False)
    plain = Generation.objects.create(
        run=Run.objects.create(team=team), expert=expert, engine_key=expert.engine_key,
        purpose="respond", stage=0, number=0, prompt="x", temperature=0, max_tokens=1, seed=0,
    )  # fmt: skip
    with workers.registered_worker() as worker:
        visit = Visit.objects.create(worker=worker, expert=expert)
        first, off, other = claims.claim(worker, visit, 0).prompts
    assert first.streams and off.streams and not other.streams
    assert first.chat_template_options == other.chat_template_options == {
        "a": 1, "enable_thinking": True,
    }  # fmt: skip
    assert off.chat_template_options == {"a": 1, "enable_thinking": False}
    plain.refresh_from_db()
    assert plain.began is None and plain.chat_template_options is None
