"""Experts of the pool that a run does not recruit."""

import pytest

from tests.conftest import MakeSet, demo_expert
from webapp.accounts.models import Team
from webapp.execution import plans
from webapp.execution.advance import advance_run
from webapp.execution.errors import RunRefused
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.progress import eta
from webapp.questions.models import QuestionSet
from webapp.runs.lookups import run_experts
from webapp.runs.models import Generation, Profile, ProfileCell, ProfileTotal, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture(autouse=True)
def fresh_plans() -> None:
    plans.plan_of.cache_clear()  # the ids of rolled back runs come again


@pytest.fixture
def questions(question_set: MakeSet) -> QuestionSet:
    return question_set()


@pytest.fixture
def profile(team: Team, pool: Pool, question_set: MakeSet) -> Profile:
    """tiny-01 is the best on validation."""
    made = Profile.objects.create(
        team=team, pool=pool, question_set=question_set("validation"), ready=True, ranked=True
    )
    for name, right in (("tiny-01", 7), ("tiny-02", 2)):
        counts = {"expert": demo_expert(name), "right": right, "wrong": 8 - right}
        ProfileTotal.objects.create(profile=made, **counts)
        ProfileCell.objects.create(profile=made, skill="addition", **counts)
    return made


def recruited(run: Run) -> set[str]:
    advance_run(run.pk)
    seats = Generation.objects.filter(run=run, purpose="respond")
    return set(seats.values_list("expert__name", flat=True))


def test_who_is_left_out_gets_no_seat(pool: Pool, questions: QuestionSet) -> None:
    best = demo_expert("tiny-01")
    run = submit_run(
        pool.team, None, pool=pool, questions=questions, method="all-experts", left_out=[best.pk]
    )
    assert (run.left_out, run.seats, eta.expected(run)["respond"]) == ([best.pk], 1, 8)
    assert [e.name for e in run_experts(run)] == ["tiny-02", "annotator", "aggregator"]
    assert recruited(run) == {"tiny-02"}
    run.refresh_from_db()
    everyone = submit_run(pool.team, None, pool=pool, questions=questions, method="all-experts")
    assert recruited(everyone) == {"tiny-01", "tiny-02"}


def test_the_best_of_those_that_stay_is_recruited(profile: Profile, questions: QuestionSet) -> None:
    settings = {"pool": profile.pool, "questions": questions, "method": "single"}
    run = submit_run(profile.team, None, **settings)  # type: ignore[arg-type]
    assert recruited(run) == {"tiny-01"}
    left_out = [demo_expert("tiny-01").pk]
    run = submit_run(profile.team, None, **settings, left_out=left_out)  # type: ignore[arg-type]
    assert recruited(run) == {"tiny-02"}


def test_an_expert_with_a_problem_can_be_left_out(pool: Pool, questions: QuestionSet) -> None:
    Expert.objects.filter(name="tiny-01").update(problem="it does not load")
    settings = {"pool": pool, "questions": questions, "method": "all-experts"}
    with pytest.raises(RunRefused, match="tiny-01 cannot be used"):
        submit_run(pool.team, None, **settings)  # type: ignore[arg-type]
    left_out = [demo_expert("tiny-01").pk]
    run = submit_run(pool.team, None, **settings, left_out=left_out)  # type: ignore[arg-type]
    assert recruited(run) == {"tiny-02"}


def test_what_cannot_be_left_out(pool: Pool, questions: QuestionSet) -> None:
    everyone = list(pool.experts.values_list("pk", flat=True))
    for left_out, said in (
        (everyone, "Every expert of Small is left out: keep at least one"),
        ([demo_expert("annotator").pk], "is not in Small"),
    ):
        with pytest.raises(RunRefused, match=said):
            submit_run(
                pool.team, None, pool=pool, questions=questions, method="all-experts",
                left_out=left_out,
            )  # fmt: skip
    assert not Run.objects.exists()
