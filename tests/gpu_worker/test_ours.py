"""`ours` and the calibrated vote over live experts, with an annotator, on the fake engine."""

import pytest

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from tests.conftest import MakeSet
from tests.gpu_worker.serving import serve
from webapp.accounts.models import Team
from webapp.execution.grading.regrade import regrade
from webapp.execution.plans import plan_of
from webapp.execution.start import submit_profile, submit_run
from webapp.experts.models import Pool
from webapp.questions.models import Question, QuestionVector
from webapp.runs.models import Answer, Event, Profile, Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone")]
EVEN, ODD = "tiny-01", "tiny-02"


def write(checkpoint: Checkpoint, prompt: Prompt) -> str:
    """The annotator names the last digit's parity; each expert knows one of the two."""
    question = next(q for q in Question.objects.all() if q.text in prompt.text)
    even = question.row % 2 == 0
    if "Keywords" in prompt.text:
        return f"Keywords: {'botany' if even else 'accounting'}"
    knows = checkpoint.source.endswith(EVEN if even else ODD)
    return rf"So \boxed{{{question.gold if knows else 'nonsense'}}}."


@pytest.fixture
def run(team: Team, pool: Pool, question_set: MakeSet) -> Run:
    submit_profile(team, None, pool, question_set("validation", 24))
    serve(FakeEngine(write))
    run = submit_run(
        team, None, pool=pool, questions=question_set("test", 10), k=1,
        recruiter="ours", writer="calibrated",
    )  # fmt: skip
    assert not QuestionVector.objects.exists()
    serve(FakeEngine(write))
    run.refresh_from_db()
    return run


def test_each_question_goes_to_the_expert_that_knows_its_skill(run: Run) -> None:
    assert (run.status, run.writer, run.correct) == ("done", "calibrated", 10)
    for answer in Answer.objects.filter(run=run).select_related("question"):
        (seat,) = answer.generations.filter(purpose="respond")
        assert seat.expert.name == (EVEN if answer.question.row % 2 == 0 else ODD)
        parts = answer.contributions[str(seat.expert_id)]
        assert parts["skills"] > 0 and parts["together"] == 0


def test_both_sets_are_embedded_before_anything_is_asked(run: Run) -> None:
    assert QuestionVector.objects.count() == 24 + 10
    kinds = list(Event.objects.filter(run=run).order_by("seq").values_list("kind", flat=True))
    assert kinds[:3] == ["submitted", "embedded", "embedded"]


def test_grading_again_gives_the_same_answers(run: Run) -> None:
    before = list(run.answers.order_by("pk").values_list("text", "verdict", "contributions"))
    plan_of.cache_clear()
    assert regrade(run.pk)["answers"] == 0
    assert (
        list(run.answers.order_by("pk").values_list("text", "verdict", "contributions")) == before
    )


def test_a_run_that_reads_no_evidence_embeds_no_question(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    submit_profile(team, None, pool, question_set("validation", 12))
    serve(FakeEngine(write))
    assert Profile.objects.get().ready
    run = submit_run(team, None, pool=pool, questions=question_set("test", 4), writer="weighted")
    serve(FakeEngine(write))
    run.refresh_from_db()
    assert run.status == "done" and not QuestionVector.objects.exists()
    assert all(answer.contributions == {} for answer in run.answers.all())
