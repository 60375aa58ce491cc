"""Giving a verdict, taking it back, settling what people disagree on; every change is kept."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.db.models import QuerySet

from webapp.accounts.models import User
from webapp.audit.actions import Action
from webapp.audit.recording import Change, record
from webapp.queue import events
from webapp.reviews import models
from webapp.reviews.counting import ask_again
from webapp.reviews.models import Review
from webapp.reviews.verdicts import doubting
from webapp.runs.models import Answer


@dataclass(frozen=True)
class Said:
    """What a person says of an answer."""

    verdicts: Sequence[str] = field(default_factory=list)  # keys of VerdictKind, or SETTLED
    note: str = ""
    corrected: str = ""  # what the answer should be
    quoted: int | None = None  # the generation that is marked
    quote: str = ""  # of it

    @classmethod
    def of(cls, review: Review) -> "Said":
        return cls(
            list(review.verdicts), review.note, review.corrected, review.quoted_id, review.quote
        )


class Stale(Exception):
    """What was to be changed has changed since it was read; `now` says how it stands."""

    def __init__(self, now: Said | None, by: str) -> None:
        super().__init__("This review has changed since you opened it.")
        self.now, self.by = now, by


@transaction.atomic
def give(
    answer: Answer,
    person: User,
    said: Said,
    *,
    is_ruling: bool = False,
    seen: int | None = None,
    by: User | None = None,
) -> Review:
    """A person's review of an answer, in place of the one before; a ruling is everybody's.

    `seen` is the stamp that was read (None: whatever stands may be replaced); `by` is who does it,
    where that is somebody else. Raises Stale.
    """
    before = _locked(answer, person, is_ruling, seen)
    found = before or Review(answer=answer, run=answer.run, is_ruling=is_ruling)
    old = Said.of(before) if before is not None else None
    found.person, found.verdicts, found.note = person, list(said.verdicts), said.note
    found.corrected, found.quoted_id, found.quote = said.corrected, said.quoted, said.quote
    found.save()
    _note(answer, person, is_ruling, by or person, old, said)
    _weigh_disputes(answer)
    found.refresh_from_db(fields=["disputes"])
    return found


@transaction.atomic
def withdraw(
    answer: Answer,
    person: User,
    *,
    is_ruling: bool = False,
    seen: int | None = None,
    by: User | None = None,
) -> None:
    """Nothing where there is nothing; queues that it counted for ask again. Raises Stale."""
    if not is_ruling:
        ask_again(answer, person)
    if (found := _locked(answer, person, is_ruling, seen)) is not None:
        old = Said.of(found)
        whose = found.person
        found.delete()
        _note(answer, whose, is_ruling, by or person, old, None)
        _weigh_disputes(answer)


def undo(change: models.Change, by: User) -> None:
    """Put back what a change has replaced; that is a change as well.

    Raises Stale where another one has come after it.
    """
    answer, person = change.answer, _whose_before(change)
    is_ruling, seen = change.is_ruling, change.pk
    if change.before is None:
        withdraw(answer, person, is_ruling=is_ruling, seen=seen, by=by)
    else:
        give(answer, person, Said(**change.before), is_ruling=is_ruling, seen=seen, by=by)


def _whose_before(change: models.Change) -> User:
    """Whose word a change has replaced: of a ruling perhaps not of who replaced it."""
    rows = _changes(change.answer, change.person, change.is_ruling).filter(pk__lt=change.pk)
    before = rows.select_related("person").order_by("-pk").first()
    return before.person if before is not None and change.is_ruling else change.person


def group_of_answer(pk: int) -> str:
    """The channel group of everybody who is at an answer."""
    return f"answer.{pk}"


def tell_others(answer: Answer, by: User) -> None:
    """Those who are at it hear that somebody has said something, once that is kept."""
    told = {"type": "answer.said", "person": by.pk, "name": str(by)}
    transaction.on_commit(lambda: events.publish([(group_of_answer(answer.pk), told)]))


def stamp_of(answer: Answer, person: User, *, is_ruling: bool = False) -> int:
    """Changes whenever this review does; 0 before the first word."""
    last = _changes(answer, person, is_ruling).order_by("-pk").values_list("pk", flat=True)
    return last.first() or 0


def _changes(answer: Answer, person: User, is_ruling: bool) -> QuerySet[models.Change]:
    rows = models.Change.objects.filter(answer=answer, is_ruling=is_ruling)
    return rows if is_ruling else rows.filter(person=person)


def _locked(answer: Answer, person: User, is_ruling: bool, seen: int | None) -> Review | None:
    """The review as it stands, until the transaction ends. Raises Stale."""
    # The answer's row, because a review that is not there yet cannot be locked.
    Answer.objects.select_for_update(no_key=True).only("pk").get(pk=answer.pk)
    rows = Review.objects.filter(answer=answer, is_ruling=is_ruling)
    found = rows.first() if is_ruling else rows.filter(person=person).first()
    if seen is not None and seen != stamp_of(answer, person, is_ruling=is_ruling):
        last = _changes(answer, person, is_ruling).select_related("by").order_by("-pk").first()
        raise Stale(Said.of(found) if found else None, str(last.by) if last else "")
    return found


def _note(
    answer: Answer, person: User, is_ruling: bool, by: User, old: Said | None, new: Said | None
) -> None:
    models.Change.objects.create(
        answer=answer,
        person=person,
        is_ruling=is_ruling,
        by=by,
        before=asdict(old) if old else None,
        after=asdict(new) if new else None,
    )
    _record(answer, person, is_ruling, old, new)
    tell_others(answer, by)


def _record(
    answer: Answer, person: User, is_ruling: bool, old: Said | None, new: Said | None
) -> None:
    before, after = (list(said.verdicts) if said else None for said in (old, new))
    if new is None:
        done = Action.RULING_WITHDRAWN if is_ruling else Action.REVIEW_WITHDRAWN
    elif old is None:
        done = Action.RULED if is_ruling else Action.REVIEW_GIVEN
    else:
        done = Action.RULING_CHANGED if is_ruling else Action.REVIEW_CHANGED
    record(done, answer, run=answer.run, review_of=person, verdicts=Change(before, after))


def _weigh_disputes(answer: Answer) -> None:
    """A dispute is open until a ruling comes after it; a ruling can doubt the gold itself."""
    doubts = doubting(answer.run.team)
    reviews = list(Review.objects.filter(answer=answer))
    ruling = next((review for review in reviews if review.is_ruling), None)
    for review in reviews:
        is_settled = ruling is not None and not review.is_ruling and review.changed < ruling.changed
        disputes = bool(doubts & set(review.verdicts)) and not is_settled
        if disputes != review.disputes:
            # An update: what was said, and when, stays.
            Review.objects.filter(pk=review.pk).update(disputes=disputes)
