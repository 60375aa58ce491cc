"""What a run is for, and how far runs and their generations are: the words that are stored."""

from django.db import models


class RunKind(models.TextChoices):
    ANSWER = "answer"  # answer the questions by a method
    PROFILE = "profile"  # profile the pool's experts
    RANK = "rank"  # rank the pool's aggregators
    TRY = "try"  # ask one expert one question


class RunStatus(models.TextChoices):
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class SameBy(models.TextChoices):
    """What makes two open answers of a run the same, in votes, outcomes and agreement."""

    VALUE = "value"  # what they mean
    SPELLING = "spelling"  # how a run counted that ended before values were compared


class Comparison(models.TextChoices):
    """How far the answers that are stated to a question are compared by what they mean.

    Blank where their spelling tells all, or before they are in.
    """

    DUE = "due"
    DONE = "done"
    COSTLY = "costly"  # some took too long, and count as they are spelled


class GenerationStatus(models.TextChoices):
    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"
