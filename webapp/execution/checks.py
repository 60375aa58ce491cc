"""What a run needs, checked before anybody is asked. All raise RunRefused, in words that help."""

from django.db.models import Exists, OuterRef

from moe_core.methods import Method
from webapp.execution.errors import RunRefused
from webapp.experts.models import Expert, Experts, Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Profile, RecordedResponse, Run


def check_recorded(experts: Experts, pool: Pool, questions: QuestionSet) -> None:
    """Every recorded expert has something to play back; single gaps are failed seats."""
    recorded = experts.recorded()
    there = RecordedResponse.objects.filter(question__question_set=questions, expert=OuterRef("pk"))
    if silent := recorded.exclude(Exists(there)).first():
        raise RunRefused(
            f"No response of {silent} to {questions} is recorded: import the responses of the"
            f" experts of {pool} to its questions first."
        )


def check_asked_again(experts: Experts, method: Method) -> None:
    recorded = experts.recorded().first()
    if recorded and method.asks_again:
        raise RunRefused(
            f"{method.title} asks an expert several times about one question, and {recorded} is"
            " recorded: it can be asked nothing new. Choose a method that asks once."
        )


def check_pool(pool: Pool) -> None:
    if not pool.experts.exists():
        raise RunRefused(f"{pool} has no experts: add some to the pool.")


def check_ready(profile: Profile) -> None:
    if not profile.ready:
        raise RunRefused("That profile is still being built: wait until its run is done.")
    if one := profile.runs.filter(kind=Run.Kind.PROFILE, regrading=True).first():
        raise RunRefused(f"{one}, which made the profile, is being graded again: wait a moment.")


def check_experts(experts: list[Expert]) -> None:
    for expert in experts:
        if problem := expert.missing() or expert.problem:
            raise RunRefused(f"{expert} cannot be used: {problem} (Put it right, then try it.)")
