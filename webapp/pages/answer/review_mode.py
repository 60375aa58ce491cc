"""Review mode: one after another, the answers that a person has not reviewed yet."""

from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, QuerySet

from webapp.accounts.models import User
from webapp.results.filters import Filters, Reviewed
from webapp.reviews.models import Review
from webapp.runs.models import Answer, Run

MODE = "review"  # `mode` in the address of an answer that is shown in review mode
COUNTED = 10_000  # answers; of more, the page says that there are more


@dataclass(frozen=True)
class Walk:
    """How far a person has come under some filters; both counts stop above COUNTED."""

    reviewed: int
    left: int

    @property
    def reviewed_told(self) -> str:
        return _told(self.reviewed)

    @property
    def left_told(self) -> str:
        return _told(self.left)


def _told(n: int) -> str:
    return f"more than {COUNTED:,}" if n > COUNTED else f"{n:,}"


def with_default(filters: Filters) -> Filters:
    """Review mode without a filter of reviews passes over what others have reviewed; what the
    person has reviewed waits no more, so that filter would leave nothing."""
    if filters.review in {"", Reviewed.MINE}:
        return replace(filters, review=Reviewed.NOT)
    return filters


def every_of(filters: Filters) -> Filters:
    """The same without the default: what a person reviews is unreviewed no more."""
    return replace(filters, review="") if filters.review == Reviewed.NOT else filters


def unreviewed(run: Run, filters: Filters, person: User) -> QuerySet[Answer]:
    """Answers under the filters that are done, and that the person has not reviewed."""
    done = filters.answers(run, person).filter(asked=True, stage=None)
    return done.exclude(Exists(_reviews_of(person)))


def first_waiting(run: Run, filters: Filters, person: User, after: int = 0) -> int | None:
    """The key of the first one behind the answer with the key `after`."""
    behind = unreviewed(run, filters, person).filter(pk__gt=after).order_by("pk")
    return behind.values_list("pk", flat=True).first()


def walk_of(run: Run, filters: Filters, person: User) -> Walk:
    reviewed = every_of(filters).answers(run, person).filter(Exists(_reviews_of(person)))
    return Walk(_counted(reviewed), _counted(unreviewed(run, filters, person)))


def _reviews_of(person: User) -> QuerySet[Review]:
    return Review.objects.filter(answer=OuterRef("pk"), person=person, is_ruling=False)


def _counted(answers: QuerySet[Answer]) -> int:
    return answers.order_by()[: COUNTED + 1].count()
