"""A profile that asks experts some of the questions, and is completed later."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from gpu_worker.fake_engine import FakeEngine
from moe_core.anchors import HALF, THIRD
from moe_core.engine import Checkpoint, Prompt
from tests.conftest import demo_expert
from tests.execution import serving
from webapp.audit.actions import Action
from webapp.audit.models import Entry
from webapp.execution.errors import RunRefused
from webapp.execution.profiles.asks import Choice
from webapp.execution.profiles.evidence import evidence_of
from webapp.execution.start import submit_profile, submit_ranking, submit_run
from webapp.experts.models import Pool
from webapp.experts.variants import Replacement, variant
from webapp.findings.families import found_in
from webapp.progress.eta import expected
from webapp.questions.models import QuestionSet
from webapp.runs.models import Answer, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def profile(
    pool: Pool, questions: QuestionSet, part: str, *, reuse: bool = True
) -> tuple[Run, dict[str, int]]:
    """tiny-01 says 14, whatever is asked; all others say 7."""
    asked: Counter[str] = Counter()

    def answer(checkpoint: Checkpoint, prompt: Prompt) -> str:
        name = Path(checkpoint.source).name
        asked[name] += 1
        if "Keywords" in prompt.text:
            return "Keywords: addition, sums"
        return r"So \boxed{14}." if name == "tiny-01" else r"So \boxed{7}."

    run = submit_profile(pool.team, None, pool, questions, part=part, reuse=reuse)
    wanted = expected(run)
    serving.serve(run, FakeEngine(answer))
    assert run.status == Run.Status.DONE, run.problem
    assert sum(wanted.values()) == run.generations.count()
    return run, dict(asked)


def counted(run: Run) -> dict[str, int]:
    assert run.profile is not None
    rows = run.profile.totals.values_list("expert__name", "right", "wrong")
    return {name: right + wrong for name, right, wrong in rows}


@pytest.fixture
def other(pool: Pool) -> Pool:
    """The pool with tiny-03 in the place of tiny-02."""
    return variant(pool, Replacement(demo_expert("tiny-02"), demo_expert("tiny-03")))


def test_half_of_the_questions_and_later_the_rest(
    pool: Pool, other: Pool, validation: QuestionSet
) -> None:
    half, asked = profile(pool, validation, "half")
    assert asked == {"annotator": 30, "tiny-01": 6, "tiny-02": 6}
    assert (half.questions, half.asks, counted(half)) == (6, {}, {"tiny-01": 6, "tiny-02": 6})
    _, asked = profile(pool, validation, "half")
    assert asked == {}, "what was answered counts as the half"
    choice = Choice.of(other, validation)
    assert THIRD in choice.parts
    assert choice.settled(HALF).responses == 6 and choice.settled(THIRD).responses == 4
    anew = Choice.of(other, validation, reuse=False)
    assert THIRD not in anew.parts and anew.settled(HALF).responses == 12
    whole, asked = profile(pool, validation, "all")
    assert asked == {"annotator": 30, "tiny-01": 6, "tiny-02": 6}
    assert counted(whole) == {"tiny-01": 12, "tiny-02": 12} and whole.questions == 12
    entries = Entry.objects.filter(action=Action.PROFILE_STARTED.value).order_by("pk")
    assert [entry.details["part"] for entry in entries] == ["half", "half", "all"]


def test_a_third_of_the_new_one(
    pool: Pool, other: Pool, validation: QuestionSet, test_set: QuestionSet
) -> None:
    """Its counts are of what it was asked, and a run recruits by them, and a ranking."""
    profile(pool, validation, "all")
    run, asked = profile(other, validation, "third")
    assert asked == {"tiny-03": 4} and run.profile is not None
    assert counted(run) == {"tiny-01": 12, "tiny-03": 4}
    new = demo_expert("tiny-03")
    assert {key: len(of) for key, of in run.asks.items()} == {str(new.pk): 4}

    started = submit_run(
        pool.team, None, pool=other, questions=test_set, recruiter="ours", writer="weighted", k=2
    )
    serving.serve(started, FakeEngine(lambda *_: r"Keywords: addition. So \boxed{7}."))
    assert started.status == Run.Status.DONE, started.problem
    assert started.generations.filter(expert=new, purpose="respond").exists()

    evidence = evidence_of(run.profile, [demo_expert("tiny-01"), new])
    assert np.isnan(evidence.right).sum(axis=0).tolist() == [0, 8]
    assert [said for _, said in evidence.stated].count(None) == 8
    told, _ = found_in(run)
    assert told["whole"]["cells"][str(new.pk)][1] == 4

    ranking = serving.serve(
        submit_ranking(pool.team, None, run.profile, k=2), FakeEngine(lambda *_: r"\boxed{7}")
    )
    assert ranking.status == Run.Status.DONE, ranking.problem
    texts = Answer.objects.filter(run=ranking).values_list("text", flat=True)
    assert None not in texts, "seats are of those that were asked"

    completed, asked = profile(other, validation, "all")
    assert asked == {"tiny-03": 8} and counted(completed) == {"tiny-01": 12, "tiny-03": 12}


def test_a_third_needs_others_that_have_answered(pool: Pool, validation: QuestionSet) -> None:
    with pytest.raises(RunRefused, match="A third is enough where others"):
        submit_profile(pool.team, None, pool, validation, part="third")
    with pytest.raises(RunRefused, match="not 'most'"):
        submit_profile(pool.team, None, pool, validation, part="most")
    assert [part.name for part in Choice.of(pool, validation).parts] == ["all", "half"]
