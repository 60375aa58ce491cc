"""Queues: answers that a team's people are asked to review."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from webapp.accounts.models import Team
from webapp.runs.models import Answer
from webapp.things.models import there_by

MOST_WANTED = 5  # reviews of an item
MINUTES = 30  # for which an item is somebody's, unless a queue says otherwise


class Queue(models.Model):
    """What is asked of whom: reviews of single answers, or which of two is better."""

    class Kind(models.TextChoices):
        VERDICTS = "verdicts", "Verdicts on answers"
        PAIRS = "pairs", "Which of two answers is better"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="queues")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.VERDICTS)
    source = models.CharField(max_length=300, blank=True)  # what it was made from, in words
    instructions = models.TextField(blank=True, max_length=5000)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="queues")
    wanted = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_WANTED)]
    )
    # Experts, gold and others' verdicts are hidden from whoever has not given theirs.
    blind = models.BooleanField(default=False)
    adjudicator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    deadline = models.DateTimeField(null=True)
    minutes = models.PositiveSmallIntegerField(default=MINUTES)  # until an item comes back
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    closed = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("queue", args=[self.pk])


class Items(models.Manager["Item"]):
    """Of answers that are there: those of deleted runs come back with them."""

    def get_queryset(self) -> models.QuerySet["Item"]:
        there = there_by("answer__run") & (Q(other=None) | there_by("other__run"))
        return super().get_queryset().filter(there)


class Item(models.Model):
    """An answer that waits for reviews; in a queue of pairs, two answers to one question."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="items")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="queue_items")
    other = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, related_name="+")
    place = models.PositiveIntegerField()  # the most useful first
    done = models.PositiveSmallIntegerField(default=0)  # handouts that came to a review

    objects = Items()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["queue", "answer"], name="queue_item_once"),
            models.UniqueConstraint(fields=["queue", "place"], name="queue_item_place"),
        ]
        indexes = [models.Index(fields=["queue", "done", "place"], name="queue_item_waiting")]


class Handout(models.Model):
    """An item in one person's hands: until a moment, skipped, or done."""

    class Choice(models.TextChoices):
        """Of a pair."""

        FIRST = "first"
        SECOND = "second"
        BOTH = "both", "both are good"
        NEITHER = "neither", "neither is good"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="handouts")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="handouts"
    )
    handed = models.DateTimeField()
    until = models.DateTimeField()
    skipped = models.DateTimeField(null=True)
    done = models.DateTimeField(null=True)
    choice = models.CharField(max_length=10, blank=True, choices=Choice.choices)
    note = models.TextField(blank=True, max_length=2000)  # of a choice; a review has its own

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "person"], name="handout_once")]
        indexes = [
            models.Index(fields=["person", "until"], name="handout_open", condition=Q(done=None)),
        ]
