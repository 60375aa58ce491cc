"""Finding what a request names: other teams' things are not there, as if they did not exist."""

from collections.abc import Sequence
from typing import NoReturn

from webapp.accounts.models import Team
from webapp.api.errors import ApiError, FieldProblem
from webapp.experts.models import Expert, Pool
from webapp.keeping.deleting import deletions_of
from webapp.questions.models import QuestionSet
from webapp.reviews.models import Item, Queue
from webapp.runs.models import Profile, Rerun, Run
from webapp.things.models import Deletion


def question_set_of(team: Team, pk: int) -> QuestionSet:
    """Raises ApiError, as all of these do."""
    found = QuestionSet.objects.filter(team=team, pk=pk).first()
    return found or _missing("question_set", "question set", pk)


def pool_of(team: Team, pk: int) -> Pool:
    found = Pool.objects.filter(team=team, pk=pk).select_related("annotator").first()
    return found or _missing("pool", "pool", pk)


def profile_of(team: Team, pk: int) -> Profile:
    related = Profile.objects.select_related("pool", "question_set", "aggregator")
    return related.filter(team=team, pk=pk).first() or _missing("profile", "profile", pk)


def run_of(team: Team, pk: int) -> Run:
    related = Run.objects.select_related("pool", "profile")
    return related.filter(team=team, pk=pk).first() or _missing("run", "run", pk)


def answering_of(team: Team, pk: int, field: str = "run") -> Run:
    """A run that answers questions of its own."""
    answering = Run.objects.filter(team=team, kind=Run.Kind.ANSWER).select_related("team")
    return answering.filter(pk=pk).first() or _missing(field, "answering run", pk)


def rerun_of(team: Team, pk: int) -> Rerun:
    found = Rerun.objects.filter(of__team=team, pk=pk).select_related("of", "profiling", "ranking")
    return found.first() or _missing("rerun", "rerun", pk)


def queue_of(team: Team, pk: int) -> Queue:
    found = Queue.objects.filter(team=team, pk=pk).select_related("team").first()
    return found or _missing("queue", "review queue", pk)


def item_of(queue: Queue, pk: int) -> Item:
    rows = Item.objects.filter(queue=queue).select_related("queue")
    return rows.filter(pk=pk).first() or _missing("item", "item in this queue,", pk)


def deletion_of(team: Team, pk: int) -> Deletion:
    return deletions_of(team).filter(pk=pk).first() or _missing("deletion", "deletion", pk)


def try_of(team: Team, pk: int) -> Run:
    tries = Run.objects.filter(team=team, kind=Run.Kind.TRY).select_related("expert")
    return tries.filter(pk=pk).first() or _missing("tried", "try", pk)


def expert_of(team: Team, pk: int, field: str = "expert") -> Expert:
    return Expert.objects.of(team).filter(pk=pk).first() or _missing(field, "expert", pk)


def check_experts(team: Team, pks: Sequence[int], field: str) -> None:
    """That a team may see all of these."""
    seen = set(Expert.objects.of(team).filter(pk__in=pks).values_list("pk", flat=True))
    for pk in pks:
        if pk not in seen:
            _missing(field, "expert", pk)


def _missing(field: str, what: str, pk: int) -> NoReturn:
    message = f"Your team has no {what} {pk}: GET the list for those there are."
    raise ApiError(404, message, [FieldProblem(row=None, field=field, message=message)])
