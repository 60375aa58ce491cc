"""What can be started with recorded experts, and what cannot."""

import pytest
from django.test import Client

from moe_core.methods import METHODS
from tests.conftest import MakeSet
from tests.recorded.logs import done
from webapp.accounts.models import Team, User
from webapp.execution.errors import RunRefused
from webapp.execution.start import submit_ranking, submit_run
from webapp.execution.trying import submit_try
from webapp.questions.models import QuestionSet
from webapp.runs.models import Generation, Profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def test_what_cannot_be_done_with_recorded_experts(
    team: Team, recorded_profile: Profile, question_set: MakeSet
) -> None:
    other = question_set("test", 4)
    with pytest.raises(RunRefused, match="import the responses"):
        submit_run(team, None, pool=recorded_profile.pool, questions=other)
    with pytest.raises(RunRefused, match="weighted vote"):
        submit_ranking(team, None, recorded_profile)
    with pytest.raises(RunRefused, match="nothing new"):
        submit_try(team, None, recorded_profile.pool.experts.all()[0], "What is 1 + 1?")
    with pytest.raises(RunRefused, match="Rank the pool's aggregators"):
        submit_run(
            team,
            None,
            pool=recorded_profile.pool,
            questions=recorded_profile.question_set,
            writer="llm",
        )


@pytest.mark.parametrize("method", ["self-consistency", "self-refine", "debate"])
def test_recorded_experts_are_not_asked_twice(
    team: Team, recorded_profile: Profile, test_set: QuestionSet, method: str
) -> None:
    with pytest.raises(RunRefused, match=f"{METHODS[method].title} asks an expert several times"):
        submit_run(team, None, pool=recorded_profile.pool, questions=test_set, method=method)


def test_the_best_recorded_expert_alone(
    team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    run = done(
        submit_run(team, None, pool=recorded_profile.pool, questions=test_set, method="single")
    )
    assert (run.correct, run.graded, run.recruiter) == (8, 8, "single")
    asked = Generation.objects.filter(run=run).values_list("expert__source", flat=True)
    assert list(asked) == ["org/right"] * 8


def test_a_live_pool_may_vote_by_weight(
    team: Team, user: User, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    run = submit_run(team, user, pool=recorded_profile.pool, questions=test_set, writer="vote")
    assert run.writer == "majority"


def test_unmatched_questions_are_counted(
    team: Team, recorded_profile: Profile, test_set: QuestionSet, signed_in: Client
) -> None:
    recorded_profile.cells.all().delete()  # a profile that has seen no skill
    run = done(submit_run(team, None, pool=recorded_profile.pool, questions=test_set))
    assert run.unmatched == 8
    assert set(run.answers.values_list("uniform", flat=True)) == {True}
    assert "Unmatched questions" in signed_in.get(run.get_absolute_url()).content.decode()
    found = signed_in.get(f"{run.get_absolute_url()}/questions?verdict=unmatched")
    assert len(found.context["page"].rows) == 8
