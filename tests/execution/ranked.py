"""A pool that is profiled and ranked, and runs of any method on it."""

from tests.conftest import demo_expert
from webapp.accounts.models import Team
from webapp.execution import plans
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import AggregatorRank, Profile, ProfileTotal, Run


def ranked_profile(team: Team, pool: Pool, validation: QuestionSet) -> Profile:
    """tiny-02 is the best on validation; the aggregator is ranked and decided for."""
    made = Profile.objects.create(
        team=team, pool=pool, question_set=validation, ready=True, ranked=True,
        aggregator=demo_expert("aggregator"),
    )  # fmt: skip
    for name, right in (("tiny-01", 3), ("tiny-02", 5)):
        ProfileTotal.objects.create(
            profile=made, expert=demo_expert(name), right=right, wrong=8 - right
        )
    AggregatorRank.objects.create(
        profile=made, expert=demo_expert("aggregator"), place=1, trials=1, trials_right=1,
        written=1, written_right=1,
    )  # fmt: skip
    plans.plan_of.cache_clear()  # the ids of rolled back runs come again
    return made


def start(profile: Profile, questions: object, method: str, k: int = 2) -> Run:
    return submit_run(
        profile.team, None, pool=profile.pool, questions=questions, method=method, k=k,  # type: ignore[arg-type]
        writer="decided", stopping="all",
    )  # fmt: skip
