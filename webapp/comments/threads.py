"""Reading threads and notices."""

from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from webapp.accounts.models import Team, User
from webapp.comments.models import Comment, Notice, Thing
from webapp.things.models import there_by


@dataclass
class Thread:
    """A comment and what answers it."""

    first: Comment
    replies: list[Comment] = field(default_factory=list)


def threads(thing: Thing) -> list[Thread]:
    """The oldest first."""
    found: dict[int, Thread] = {}
    for comment in thing.comments.select_related("author").order_by("created", "pk"):
        if comment.parent_id is None:
            found[comment.pk] = Thread(comment)
        elif comment.parent_id in found:
            found[comment.parent_id].replies.append(comment)
    return list(found.values())


def unread_among(thing: Thing, person: User) -> set[int]:
    """Keys of the comments on a thing of which a person was told and has not read yet."""
    rows = Notice.objects.filter(person=person, read=None, comment__in=thing.comments.all())
    return {pk for pk in rows.values_list("comment", flat=True) if pk is not None}


def notices_of(person: User, team: Team) -> QuerySet[Notice]:
    """The newest first."""
    of_comments = [
        there_by(f"comment__{path}")
        for path in ("run", "answer__run", "question__question_set", "pool", "profile")
    ]
    mine = Notice.objects.filter(*of_comments, person=person, team=team)
    return mine.select_related("by")


def mark_read(notices: QuerySet[Notice]) -> int:
    return notices.filter(read=None).update(read=timezone.now())
