"""Reading what people have said, by whom it may be read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from webapp.accounts.models import User
from webapp.accounts.rights import May
from webapp.reviews.models import Change, Handout, Item, Queue, Review
from webapp.reviews.verdicts import in_words
from webapp.runs.models import Answer, Run


def readable(person: User) -> QuerySet[Review]:
    """Reviews that a person may read: not others' of what waits for them in a blind queue."""
    hidden = _blind(person).filter(Q(answer=OuterRef("answer")) | Q(other=OuterRef("answer")))
    return Review.objects.exclude(~Q(person=person) & Exists(hidden))


def told(
    answers: Iterable[Answer], person: User, titles: Mapping[str, str]
) -> dict[int, list[Review]]:
    """The reviews of some answers, the ruling last; each says `said`, in words."""
    found: dict[int, list[Review]] = defaultdict(list)
    rows = readable(person).filter(answer__in=[answer.pk for answer in answers])
    for review in rows.select_related("person", "quoted__expert").order_by(
        "is_ruling", "created", "pk"
    ):
        review.said = in_words(review.verdicts, titles)  # type: ignore[attr-defined]
        found[review.answer_id].append(review)
    return dict(found)


def history(answer: Answer, titles: Mapping[str, str]) -> list[Change]:
    """Every change of what was said of it, the newest first; each says `was` and `said`."""
    changes = list(answer.review_changes.select_related("person", "by").order_by("-pk"))
    newest: set[tuple[bool, int | None]] = set()
    for change in changes:
        change.was = in_words((change.before or {}).get("verdicts", []), titles)  # type: ignore[attr-defined]
        change.said = in_words((change.after or {}).get("verdicts", []), titles)  # type: ignore[attr-defined]
        of = (change.is_ruling, None if change.is_ruling else change.person_id)
        change.is_last = of not in newest  # type: ignore[attr-defined]
        newest.add(of)
    return changes


def waiting_blind(answers: Sequence[Answer], person: User) -> dict[int, Item]:
    """Of some answers those that a person is to review blind first → where."""
    keys = [answer.pk for answer in answers]
    rows = _blind(person).filter(Q(answer__in=keys) | Q(other__in=keys)).select_related("queue")
    found: dict[int, Item] = {}
    for item in rows:
        found[item.answer_id] = item
        if item.other_id is not None:
            found[item.other_id] = item
    return found


def waiting_blind_of(run: Run, person: User) -> set[int]:
    """Keys of all of a run's answers that a person is to review blind first."""
    rows = _blind(person).filter(Q(answer__run=run) | Q(other__run=run))
    return {key for pair in rows.values_list("answer_id", "other_id") for key in pair if key}


def not_waiting_blind(answers: QuerySet[Answer], person: User) -> QuerySet[Answer]:
    """Without those that a person is to review blind first."""
    waiting = _blind(person)
    if not waiting.exists():
        return answers
    hidden = waiting.filter(Q(answer=OuterRef("pk")) | Q(other=OuterRef("pk")))
    return answers.exclude(Exists(hidden))


def _blind(person: User) -> QuerySet[Item]:
    """What a person has not reviewed yet in open blind queues of theirs, while it needs them."""
    done = Handout.objects.filter(item=OuterRef("pk"), person=person).exclude(done=None)
    rows = Item.objects.filter(
        queue__blind=True, queue__closed=None, queue__people=person, done__lt=F("queue__wanted")
    )
    return rows.exclude(Exists(done)).order_by()


def may_rule(person: User, may: May, answer: Answer) -> bool:
    """Who settles what people say: whom an open queue names, or an admin; without such a queue
    everybody who may review."""
    if not may.review or waiting_blind([answer], person):
        return False
    named = Queue.objects.filter(items__answer=answer, closed=None).exclude(adjudicator=None)
    people = set(named.values_list("adjudicator", flat=True))
    return not people or person.pk in people or may.manage


def may_undo(person: User, may: May, change: Change) -> bool:
    """One's own acts; an admin everybody's."""
    return may.review and (change.by_id == person.pk or may.manage)
