"""Commands that need the workers: trying, profiling, ranking, answering, and waiting for it."""

import pytest
from django.core.management.base import CommandError
from pytest_django import Settings

from gpu_worker.fake_engine import FakeEngine
from tests.conftest import MakeSet
from tests.webapp.commands import an_expert, manage, manage_with_workers, write
from webapp.accounts.models import Team
from webapp.commands import waiting
from webapp.execution.cancel import cancel
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.questions.models import Question
from webapp.runs.models import Generation, Profile, Run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nobody_listens(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """No message is sent: these tests do the workers' part themselves."""
    settings.GPU_IDLE_SECONDS = 0
    monkeypatch.setattr("webapp.queue.events.wake", lambda name, *args: None)
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(waiting, "STALLED_SECONDS", 10)


@pytest.fixture
def pool(team: Team) -> Pool:
    made = Pool.objects.create(team=team, name="Small", annotator=an_expert("annotator"))
    made.experts.set([an_expert("tiny-01"), an_expert("tiny-02")])
    made.aggregators.set([an_expert("aggregator")])
    return made


def test_trying_an_expert(team: Team) -> None:
    an_expert("tiny-01")
    printed = manage_with_workers(FakeEngine(write), "try_expert", "tiny-01")
    assert "Loaded in" in printed and "tokens/s" in printed
    assert r"So \boxed{42}." in printed


def test_trying_an_expert_that_does_not_load(team: Team) -> None:
    expert = an_expert("tiny-01")
    with pytest.raises(CommandError, match=r"tiny-01 does not load: no such checkpoint"):
        manage_with_workers(FakeEngine(write, broken={expert.source}), "try_expert", "tiny-01")
    with pytest.raises(CommandError, match="no expert called 'tiny-99'"):
        manage("try_expert", "tiny-99")
    with pytest.raises(CommandError, match="Write a question"):
        manage("try_expert", "tiny-01", "--question", " ")
    Expert.objects.create(name="gone", source="/no/such/folder")
    with pytest.raises(CommandError, match="no folder"):
        manage("try_expert", "gone")


def test_from_a_profile_to_an_accuracy(team: Team, pool: Pool, question_set: MakeSet) -> None:
    validation, test = question_set("validation", 6), question_set("test", 5)
    engine = FakeEngine(write)
    printed = manage_with_workers(engine, "build_profile", pool, validation, "--wait")
    assert "The profile is ready." in printed
    with pytest.raises(CommandError, match="Rank the pool's aggregators first"):
        manage("start_run", test, pool)
    printed = manage_with_workers(engine, "rank_aggregators", pool, "--wait")
    assert "aggregator: " in printed and "writes the answers" in printed
    with pytest.raises(CommandError, match="ranked already"):
        manage("rank_aggregators", pool)

    arguments = ("start_run", test, pool, "--k", 2, "--seed", 7, "--recruiter", "task-top-k")
    printed = manage_with_workers(engine, *arguments, "--writer", "vote", "--wait")
    run = Run.objects.get(kind=Run.Kind.ANSWER)
    assert f"Run {run.pk}: test 5 with Small." in printed
    assert f"Accuracy {run.accuracy:.1f} % ({run.correct} of 5 graded questions)" in printed
    assert (run.k, run.seed, run.aggregator) == (2, 7, None)
    assert (run.recruiter, run.writer) == ("task-top-k", "majority")

    Question.objects.filter(question_set=test).update(gold="")
    ungraded = ("start_run", test, pool, "--method", "all-experts", "--wait")
    assert "none is graded" in manage_with_workers(engine, *ungraded)


def test_work_that_cannot_be_started(team: Team, pool: Pool, question_set: MakeSet) -> None:
    test = question_set("test", 2)
    Question.objects.filter(question_set=test).update(gold="")
    for arguments, message in (
        (["build_profile", pool, "x"], "no question set called 'x'. There are: test 2"),
        (["build_profile", "x", test], "no pool called 'x'. There are: Small"),
        (["build_profile", pool, test], "has no gold answers"),
        (["rank_aggregators", pool], "has no ready profile: use `build_profile`"),
        (["start_run", test, pool], "has no profile yet"),
        (["start_run", test, pool, "--k", "0"], "k is 0"),
        (["start_run", test, pool, "--k", "65"], "k is 65"),
        (["start_run", test, pool, "--seed", "-1"], "seed is -1"),
        (["start_run", test, pool, "--seed", str(2**31)], "seed is 2147483648"),
        (["start_run", test, pool, "--method", "best"], "invalid choice: 'best'"),
        (["start_run", test, pool, "--writer", "best"], "invalid choice: 'best'"),
        (["start_run", test, pool, "--recruiter", "best"], "invalid choice: 'best'"),
        (["start_run", test, pool, "--recruiter", "single"], "choose one of paper, paper-top-k"),
        (["start_run", test, pool, "--team", "X"], "no team called 'X'"),
    ):
        with pytest.raises(CommandError, match=message):
            manage(*arguments)
    assert not Run.objects.exists() and not Profile.objects.exists()


def test_the_first_of_anything_is_explained(team: Team) -> None:
    with pytest.raises(CommandError, match="nor any other: use `make_pool`"):
        manage("build_profile", "x", "y")


def test_waiting_for_a_cancelled_or_failed_run(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    runs = [
        submit_run(team, None, pool=pool, questions=question_set("test", 2), method="all-experts")
        if not place
        else Run.objects.create(team=team, pool=pool, status="failed", problem="no space left")
        for place in range(2)
    ]
    cancel(runs[0])
    message = f"Run {runs[0].pk} was cancelled. Run {runs[1].pk} failed: no space left"
    with pytest.raises(waiting.WaitingFailed, match=message):
        waiting.wait_for(runs, show=False)


def test_waiting_ends_when_nobody_works(
    team: Team, pool: Pool, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "STALLED_SECONDS", 0.2)
    run = submit_run(team, None, pool=pool, questions=question_set("test", 2), method="all-experts")
    with pytest.raises(waiting.WaitingFailed, match="no gpu worker is running"):
        waiting.wait_for([run], show=False)
    assert not Generation.objects.exists()
