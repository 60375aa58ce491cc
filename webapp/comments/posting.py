"""Commenting, and telling those who are mentioned or answered."""

import re
from collections.abc import Iterable

from django.db import transaction

from webapp.accounts.models import Team, User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.comments.models import THINGS, Comment, Notice, Thing
from webapp.questions.models import Question
from webapp.runs.models import Answer, Profile

MENTIONED = re.compile(r"(?<![\w@.])@([\w.@+-]+)")
ENDING = ".-+@"  # of a sentence rather than of a name, where nobody is called so


@transaction.atomic
def post(thing: Thing, author: User, text: str, parent: Comment | None = None) -> Comment:
    """A comment, in a thread if `parent` is one of the same thing's."""
    made = Comment(author=author, text=text, parent=parent and (parent.parent or parent))
    setattr(made, _field_of(thing), thing)
    made.save()
    team = team_of(thing)
    told = {author.pk}
    mentioned = [person for person in mentioned_in(text, team) if person.pk not in told]
    _tell(made, team, mentioned, Notice.Kind.MENTION, "mentioned you in a comment")
    told |= {person.pk for person in mentioned}
    if made.parent is not None:
        thread = Comment.objects.filter(pk=made.parent.pk) | made.parent.replies.all()
        others = User.objects.filter(
            pk__in=thread.values("author"), memberships__team=team
        ).exclude(pk__in=told)
        _tell(made, team, others, Notice.Kind.REPLY, "answered in your thread")
    return made


@transaction.atomic
def remove(comment: Comment) -> None:
    """Its words go; it stays as a gap where others have answered it."""
    record(Action.COMMENT_DELETED, comment.thing)
    if comment.replies.exclude(author=comment.author).exists():
        comment.text = ""
        comment.save(update_fields=["text"])
    else:
        comment.delete()


def mentioned_in(text: str, team: Team) -> list[User]:
    """Members whose user names stand behind an @, in any case of letters."""
    members = User.objects.filter(memberships__team=team, is_active=True)
    by_name = {person.username.casefold(): person for person in members}
    found: dict[int, User] = {}
    for name in MENTIONED.findall(text):
        for called in (name, name.rstrip(ENDING)):
            if (person := by_name.get(called.casefold())) is not None:
                found[person.pk] = person
                break
    return list(found.values())


def notify(people: Iterable[User], team: Team, by: User | None, text: str, address: str) -> None:
    """Tell people that something is asked of them; not who asks it of themselves."""
    Notice.objects.bulk_create(
        Notice(team=team, person=one, by=by, kind=Notice.Kind.ASKED, text=text, address=address)
        for one in people
        if by is None or one.pk != by.pk
    )


def team_of(thing: Thing) -> Team:
    match thing:
        case Answer():
            return thing.run.team
        case Question():
            return thing.question_set.team
    return thing.team


def named(thing: Thing) -> str:
    """What it is called where somebody is told of it."""
    match thing:
        case Answer():
            return f"question {thing.question.row} of {thing.run}"
        case Question():
            return f"question {thing.row} of {thing.question_set}"
        case Profile():
            return f"profile {thing}"
    return str(thing)


def _field_of(thing: Thing) -> str:
    return next(name for name in THINGS if name == type(thing).__name__.lower())


def _tell(
    comment: Comment, team: Team, people: Iterable[User], kind: Notice.Kind, did: str
) -> None:
    text = f"{comment.author} {did}: {named(comment.thing)}"[:300]
    address = comment.get_absolute_url()
    Notice.objects.bulk_create(
        Notice(
            team=team,
            person=person,
            by=comment.author,
            kind=kind,
            text=text,
            address=address,
            comment=comment,
        )
        for person in people
    )
