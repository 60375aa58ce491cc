"""Question sets: what a team uploads, to validate experts on or to have answered."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse

from moe_core import values
from moe_core.benchmarks import BENCHMARKS
from moe_core.scorers import LONGEST_PATTERN, SCORERS
from webapp.accounts.models import Team
from webapp.db.words import in_blocks
from webapp.things.models import THERE, Thing


def benchmark_choices() -> list[tuple[str, str]]:
    """A function, so that a new benchmark needs no migration."""
    return [(benchmark.name, benchmark.title) for benchmark in BENCHMARKS.values()]


def scorer_choices() -> list[tuple[str, str]]:
    """A function, so that a new scorer needs no migration."""
    return [(scorer.name, scorer.title) for scorer in SCORERS.values()]


SEARCHED = in_blocks("text", "id")  # what search looks through


class QuestionSet(Thing):
    """A file of questions. Profiles are made on validation sets, runs answer test sets."""

    class Kind(models.TextChoices):
        VALIDATION = "validation"
        TEST = "test"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="question_sets")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # A name in moe_core.benchmarks, in whose wording its questions are asked; blank: the plain one.
    benchmark = models.CharField(max_length=20, blank=True, choices=benchmark_choices)
    # How runs read and compare responses to it, from their start on; blank: as is found.
    scorer = models.CharField(max_length=20, blank=True, choices=scorer_choices)
    pattern = models.CharField(max_length=LONGEST_PATTERN, blank=True)
    filename = models.CharField(max_length=255, blank=True)
    format = models.CharField(max_length=10, blank=True)  # a name of files/formats.py
    columns = models.JSONField(default=dict)  # what was taken → the file's column, or columns
    unused = models.JSONField(default=list)  # columns of the file that were taken for nothing
    # Shuffled the options of a file that tells the correct one apart; null: none was shuffled.
    seed = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)  # questions
    version = models.PositiveIntegerField(default=1, db_default=1)  # of its gold answers
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)

    class Meta:
        ordering = ["-created"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "name"], name="question_set_name", condition=THERE
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("question-set", args=[self.pk])

    @property
    def scoring(self) -> values.Scoring:
        return values.Scoring(self.scorer, self.pattern)

    @property
    def is_used(self) -> bool:
        """Whether runs rest on how its questions are asked, which then stays: those that are
        deleted can come back."""
        return self.runs(manager="every").exists()


class Question(models.Model):
    """One question; `row` is its place in the file, `key` the id that the file gives it."""

    question_set = models.ForeignKey(
        QuestionSet, on_delete=models.CASCADE, related_name="questions"
    )
    row = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    text = models.TextField()
    options = models.JSONField(default=list)  # texts; empty for an open question
    gold = models.TextField(blank=True)  # a letter with options; empty: unknown
    alternatives = models.JSONField(default=list)  # texts that are as right as the gold answer
    # The set's version whose correction gave it these; 1: they are the file's.
    gold_version = models.PositiveIntegerField(default=1, db_default=1)
    category = models.CharField(max_length=200, blank=True)
    # {"role", "content"} each, the last one the question's; empty: its text is the only message.
    messages = models.JSONField(default=list)

    class Meta:
        ordering = ["row"]
        constraints = [
            models.UniqueConstraint(fields=["question_set", "row"], name="question_row"),
            # By patterns, so that it also finds the ids that begin with something.
            models.UniqueConstraint(
                fields=["question_set", "key"],
                name="question_key",
                opclasses=["int8_ops", "varchar_pattern_ops"],
            ),
        ]
        indexes = [
            models.Index(fields=["question_set", "category", "id"], name="question_by_category"),
            GinIndex(SEARCHED, name="question_words"),
        ]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("question-set-question", args=[self.question_set_id, self.pk])

    @property
    def value(self) -> values.Question:
        return values.Question(
            *(self.text, tuple(self.options), self.gold, tuple(self.alternatives)),
            category=self.category,
        )


class QuestionVector(models.Model):
    """A question's text, embedded once."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="vectors")
    embedder = models.CharField(max_length=50)
    vector = models.BinaryField()  # float32, unit length

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "embedder"], name="vector_once")]
