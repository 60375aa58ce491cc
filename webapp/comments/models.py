"""Comments, and notices to people, as Postgres holds them."""

from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from webapp.accounts.models import Team
from webapp.experts.models import Pool
from webapp.questions.models import Question
from webapp.runs.models import Answer, Profile, Run

Thing = Answer | Question | Run | Profile | Pool
# What can be commented on: each a field of a comment.
THINGS = ("answer", "question", "run", "profile", "pool")


def _of_one_thing() -> Q:
    each = [Q(**{f"{name}__isnull": name != one for name in THINGS}) for one in THINGS]
    return reduce(or_, each)


class Comment(models.Model):
    """One contribution to the thread under an answer, a question, a run, a profile or a pool."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, related_name="comments")
    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, null=True, related_name="comments"
    )
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, related_name="comments")
    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, null=True, related_name="comments"
    )
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, null=True, related_name="comments")
    parent = models.ForeignKey(  # the first one of its thread
        "self", on_delete=models.CASCADE, null=True, related_name="replies"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments"
    )
    text = models.TextField(max_length=5000)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created", "pk"]
        constraints = [models.CheckConstraint(condition=_of_one_thing(), name="comment_of_one")]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:50]}"

    @property
    def thing(self) -> Thing:
        found: Thing = next(t for name in THINGS if (t := getattr(self, name)) is not None)
        return found

    def get_absolute_url(self) -> str:
        return address_of(self.thing) + f"#comment-{self.pk}"


def address_of(thing: Thing) -> str:
    if isinstance(thing, Answer):
        return reverse("answer", args=[thing.run_id, thing.pk])
    return thing.get_absolute_url()


class Notice(models.Model):
    """What a person is told: that they are mentioned, answered, or asked for something."""

    class Kind(models.TextChoices):
        MENTION = "mention"
        REPLY = "reply"
        ASKED = "asked"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="notices")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField(max_length=300)
    address = models.CharField(max_length=200)  # where it leads
    # Goes with what it tells of.
    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, related_name="notices"
    )
    created = models.DateTimeField(auto_now_add=True)
    read = models.DateTimeField(null=True)
    sent = models.DateTimeField(null=True)  # or found that there is nowhere to send it

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["person", "team", "-id"], name="notice_of_person"),
            models.Index(fields=["person", "team"], name="notice_unread", condition=Q(read=None)),
            models.Index(fields=["id"], name="notice_unsent", condition=Q(sent=None)),
        ]

    def __str__(self) -> str:
        return self.text
