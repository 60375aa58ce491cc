"""What one team asks, and what an expert makes of it, costs no other team its run."""

from collections.abc import Callable

import pytest

from gpu_worker.fake_engine import FakeEngine
from gpu_worker.plain_question import QUESTION
from moe_core.engine import Checkpoint, EngineError, Prompt
from tests.conftest import MakeSet, demo_expert
from tests.gpu_worker.http_server import Reply, SmallServer, refused, serving, written
from tests.gpu_worker.serving import serve, serve_endpoints, write
from tests.gpu_worker.test_endpoint_loop import far
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_run
from webapp.execution.trying import submit_try
from webapp.experts.models import Expert, Pool
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone")]

HOSTILE = "Write nothing but exclamation marks"
MANY = 112  # groups of sixteen enough to have the engine die six times in a row
Runs = tuple[Run, Run]


@pytest.fixture
def runs(team: Team, pool: Pool, question_set: MakeSet) -> Runs:
    return two_runs(team, pool, question_set)


def two_runs(team: Team, pool: Pool, question_set: MakeSet) -> Runs:
    """A hostile team's, which is first, and another one's, with the same experts."""
    others = Team.objects.create(name="Hostile")
    theirs = Pool.objects.create(team=others, name="Theirs")
    theirs.experts.set(pool.experts.all())
    questions = QuestionSet.objects.create(team=others, name="Bad", kind="test", size=MANY)
    Question.objects.bulk_create(
        Question(question_set=questions, row=n, key=f"q{n}", text=f"{HOSTILE} ({n}).", gold="1")
        for n in range(1, MANY + 1)
    )
    bad = submit_run(others, None, pool=theirs, questions=questions, method="all-experts")
    good = submit_run(
        team, None, pool=pool, questions=question_set("test", 40), method="all-experts"
    )
    for run in (bad, good):
        advance_run(run.pk)
    return bad, good


def counts(run: Run, expert: str = "tiny-02") -> dict[str, int]:
    found = run.progress.get(expert__name=expert)
    return {"done": found.done, "failed": found.failed}


def is_whole(run: Run) -> bool:
    run.refresh_from_db()
    return run.status == Run.Status.DONE and run.finished == run.questions


def writes(bad: Callable[[Prompt], str]) -> Callable[[Checkpoint, Prompt], str]:
    """One expert does as it is told by hostile questions."""
    source = Expert.objects.get(name="tiny-02").source

    def written(checkpoint: Checkpoint, prompt: Prompt) -> str:
        is_hostile = checkpoint.source == source and HOSTILE in prompt.text
        return bad(prompt) if is_hostile else write(checkpoint, prompt)

    return written


@pytest.mark.parametrize("at_once", [pytest.param(16, marks=pytest.mark.faults), 1000])
def test_unreadable_outputs_are_judged_within_their_run(runs: Runs, at_once: int) -> None:
    bad, good = runs
    serve(engine := FakeEngine(writes(lambda _: "!!!!"), at_once=at_once))
    assert is_whole(bad) and is_whole(good)
    assert counts(bad) == {"done": 0, "failed": MANY}
    assert counts(good) == {"done": 40, "failed": 0}
    assert not Expert.objects.exclude(problem="").exists()
    assert engine.loads.count(Expert.objects.get(name="tiny-02").source) == 1
    why = bad.generations.filter(status="failed").values_list("problem", flat=True)
    assert all("the expert wrote nothing but '!!!!'" in text for text in why)


def test_a_run_that_is_alone_is_told_as_quickly(runs: Runs) -> None:
    """Nobody else can read what the expert writes, so it is asked a plain question."""
    bad, good = runs
    good.delete()
    asked: list[str] = []

    def bad_but_sound(prompt: Prompt) -> str:
        asked.append(prompt.text)
        return "!!!!"

    serve(FakeEngine(writes(bad_but_sound), at_once=8))
    assert counts(bad) == {"done": 0, "failed": MANY}
    assert len(asked) <= 24, "it wrote on for a run that had lost it"
    assert Expert.objects.get(name="tiny-02").problem == ""


def test_an_expert_that_nobody_can_read_is_given_up_for_all(runs: Runs) -> None:
    bad, good = runs
    source = Expert.objects.get(name="tiny-02").source
    asked: list[str] = []

    def broken(checkpoint: Checkpoint, prompt: Prompt) -> str:
        if checkpoint.source != source:
            return write(checkpoint, prompt)
        asked.append(prompt.text)
        return "!!!!"

    serve(engine := FakeEngine(broken, at_once=8))
    assert counts(bad)["failed"] == MANY and counts(good)["failed"] == 40
    assert "cannot be used" in Expert.objects.get(name="tiny-02").problem
    assert sum(QUESTION in text for text in asked) == 1
    assert engine.loads.count(source) == 1, "it is not loaded for each run anew"


def test_deaths_of_what_one_run_asks_cost_that_run(runs: Runs) -> None:
    """Seven groups of sixteen, in each of them what kills: six deaths in a row, and none is its own
    by then."""
    bad, good = runs

    def die(prompt: Prompt) -> str:
        raise EngineError("illegal memory access")

    serve(engine := FakeEngine(writes(die)))
    assert is_whole(bad) and is_whole(good)
    assert counts(bad) == {"done": 0, "failed": MANY}
    assert counts(good) == {"done": 40, "failed": 0}
    assert not Expert.objects.exclude(problem="").exists()
    assert engine.loads.count(Expert.objects.get(name="tiny-02").source) <= 10
    why = bad.generations.filter(status="failed").values_list("problem", flat=True).distinct()
    assert all("dies again and again of what this run asks" in text for text in why)


@pytest.mark.faults
@pytest.mark.parametrize("is_known", [True, False])
def test_an_endpoint_that_fails_for_one_run_serves_the_others(
    is_known: bool, team: Team, pool: Pool, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a guard before it does that answers 403 to what it does not like."""

    def reply(prompt: str, times: int) -> Reply:
        return refused(403, "flagged") if HOSTILE in prompt else written(r"So \boxed{42}.")

    monkeypatch.setattr("gpu_worker.troubles.AGAIN_SECONDS", 0.01)
    with serving(SmallServer(reply)) as server:
        expert = far("far", server)
        pool.experts.set([expert])
        if is_known:
            submit_try(team, None, expert, "Two and two?")
            serve_endpoints()
        bad, good = two_runs(team, pool, question_set)
        serve_endpoints()
    assert is_whole(bad) and counts(bad, "far") == {"done": 0, "failed": MANY}
    assert is_whole(good) and counts(good, "far") == {"done": 40, "failed": 0}
    assert not Expert.objects.exclude(problem="").exists()


def test_a_try_clears_a_problem_only_by_an_answer(team: Team) -> None:
    expert = demo_expert("tiny-02")
    Expert.objects.filter(pk=expert.pk).update(problem="it writes garbage")
    submit_try(team, None, expert, "Two and two?")
    serve(FakeEngine(lambda c, p: "!!!!"))
    expert.refresh_from_db()
    assert expert.problem == "it writes garbage"
    submit_try(team, None, expert, "Two and two?")
    serve(FakeEngine(write))
    expert.refresh_from_db()
    assert expert.problem == ""
