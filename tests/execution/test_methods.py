"""Every method to its verdicts, with the fake engine: rounds, seeds, failures."""

import pytest
from django.test import Client

from gpu_worker.fake_engine import FakeEngine
from gpu_worker.loop import Loop
from moe_core.engine import Checkpoint, Prompt
from moe_core.methods import METHODS
from tests.conftest import MakeSet, demo_expert
from tests.execution.ranked import ranked_profile, start
from tests.execution.serving import serve
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.errors import RunRefused
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.pages.live_run import flow
from webapp.pages.live_run.sources import Choice
from webapp.progress import bars
from webapp.progress.stand_ins import stand_ins
from webapp.queue import workers
from webapp.runs.models import Answer, Generation, Profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]

QUESTIONS = 4


@pytest.fixture
def profile(team: Team, pool: Pool, question_set: MakeSet) -> Profile:
    return ranked_profile(team, pool, question_set("validation"))


def stubborn(checkpoint: Checkpoint, prompt: Prompt) -> str:
    """Each expert has an answer of its own, and keeps it."""
    return f"So \\boxed{{{checkpoint.source[-1]}}}."


@pytest.mark.parametrize(
    ("method", "answer", "asked"),
    [
        ("single", "2", [("tiny-02", 0, 0)]),
        ("self-consistency", "2", [("tiny-02", 0, 0), ("tiny-02", 0, 1)]),
        ("self-refine", "2", [("tiny-02", 0, 0), ("tiny-02", 1, 0), ("tiny-02", 2, 0)]),
        ("mixture-of-agents", "r", [("tiny-02", 0, 0), ("tiny-01", 0, 1)]),
        ("debate", "2", [(name, n, seat) for n in range(3)
                         for seat, name in enumerate(("tiny-02", "tiny-01"))]),
    ],
)  # fmt: skip
def test_a_method_runs_to_its_verdicts(
    profile: Profile,
    question_set: MakeSet,
    method: str,
    answer: str,
    asked: list[tuple[str, int, int]],
) -> None:
    run = start(profile, question_set("test", QUESTIONS), method)
    advance_run(run.pk)
    first = bars.bars_of(run, list(run.progress.all()))
    respond = next(bar for bar in first if bar.purpose == "respond")
    rounds = 1 if method == "debate" else METHODS[method].rounds  # a debate may end at once
    assert respond.total == QUESTIONS * rounds * len({seat for _, _, seat in asked})

    serve(run, FakeEngine(stubborn))
    assert (run.status, run.finished, run.graded) == ("done", QUESTIONS, QUESTIONS)
    assert not run.generations.filter(purpose="annotate").exists()
    for row in Answer.objects.filter(run=run):
        responses = row.generations.filter(purpose="respond").order_by("round", "number")
        found = responses.values_list("expert__name", "round", "number")
        assert (row.text, list(found)) == (answer, asked)
    respond = next(b for b in bars.bars_of(run, list(run.progress.all())) if b.title == "Respond")
    assert respond.done == respond.total == QUESTIONS * len(asked)
    seeds = run.generations.values_list("seed", flat=True)
    assert len(set(seeds)) == len(seeds)
    shown = flow.flow(Choice.of(run))["data"][0]["link"]["value"]
    assert sum(shown) / 2 == QUESTIONS * len({seat for _, _, seat in asked})  # one unit per seat


def test_the_first_round_keeps_its_seeds(profile: Profile, question_set: MakeSet) -> None:
    """A run of one round and the first of a debate are the same generations."""
    questions = question_set("test", QUESTIONS)
    seeds = []
    for method in ("debate", "mixture-of-agents"):
        run = start(profile, questions, method)
        advance_run(run.pk)
        rows = run.generations.order_by("answer__question", "number")
        seeds.append(list(rows.values_list("expert", "number", "seed", "prompt")))
    assert seeds[0] == seeds[1]


def test_a_debate_loads_an_expert_at_most_once_a_round(
    profile: Profile, question_set: MakeSet
) -> None:
    """Over all questions; who is loaded when a round ends begins the next."""
    engine = FakeEngine(stubborn)
    serve(start(profile, question_set("test", QUESTIONS), "debate"), engine)
    loaded = [source[-1] for source in engine.loads]
    assert loaded in (["2", "1", "2", "1"], ["1", "2", "1", "2"])


def test_a_debate_that_agrees_is_over(profile: Profile, question_set: MakeSet) -> None:
    run = start(profile, question_set("test", QUESTIONS), "debate")
    serve(run, FakeEngine(lambda checkpoint, prompt: r"\boxed{7}"))
    assert run.status == "done"
    assert set(run.generations.values_list("round", flat=True)) == {0}
    assert {bar.total for bar in bars.bars_of(run, list(run.progress.all()))} == {2 * QUESTIONS}


@pytest.mark.parametrize("method", ["debate", "self-refine"])
def test_a_round_that_fails_hangs_nobody(
    profile: Profile, question_set: MakeSet, method: str
) -> None:
    """The engine dies of every further round: what was said before still stands."""
    run = start(profile, question_set("test", 1), method)
    advance_run(run.pk)
    engine = FakeEngine(stubborn)
    asked = METHODS[method].rounds

    def stopping() -> bool:
        advance_run(run.pk)
        later = run.generations.filter(round__gt=0).values_list("prompt", flat=True)
        engine.deadly = set(later)
        return False

    with workers.registered_worker() as worker:
        Loop(worker, engine, stopping).run()
    advance_run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.finished) == ("done", 1)
    later = run.generations.filter(round__gt=0)
    assert later.exists() and set(later.values_list("status", flat=True)) == {"failed"}
    assert set(later.values_list("round", flat=True)) == set(range(1, asked))
    assert Answer.objects.get(run=run).text == "2"


def test_an_llm_that_fails_is_stood_in_for(
    profile: Profile, question_set: MakeSet, signed_in: Client
) -> None:
    run = submit_run(
        profile.team, None, pool=profile.pool, questions=question_set("test", 2),
        recruiter="task-top-k", k=1,
    )  # fmt: skip
    assert run.writer == "llm-or-vote"
    serve(run, FakeEngine(stubborn, broken={demo_expert("aggregator").source}))
    assert run.status == "done", run.problem
    assert set(Answer.objects.filter(run=run).values_list("text", flat=True)) == {"2"}
    failed = Generation.objects.filter(run=run, status="failed")
    assert set(failed.values_list("purpose", flat=True)) == {"aggregate"}
    answer = Answer.objects.filter(run=run)[0]
    page = signed_in.get(f"{run.get_absolute_url()}/questions/{answer.pk}").content.decode()
    assert "The LLM failed, so the weighted vote stands in for it" in " ".join(page.split())
    found = stand_ins(run)
    assert found is not None and (found.count, found.final_answers) == (2, 2)
    page = " ".join(signed_in.get(run.get_absolute_url()).content.decode().split())
    assert "stated nothing in 2 of 2 final answers: the weighted vote of the seats stands" in page


def test_a_debate_of_one_is_refused(profile: Profile, question_set: MakeSet) -> None:
    questions = question_set("test", 2)
    with pytest.raises(RunRefused, match="so give 2 seats"):
        start(profile, questions, "debate", k=1)
    with pytest.raises(RunRefused, match="the method is “Mixture of agents”, the LLM ranked first"):
        submit_run(
            profile.team, None, pool=profile.pool, questions=questions,
            method="mixture-of-agents", writer="majority",
        )  # fmt: skip
