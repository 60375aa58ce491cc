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


class GenerationStatus(models.TextChoices):
    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"
