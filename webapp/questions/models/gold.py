"""Corrected gold answers: each correction is kept, and makes a version of its question set."""

from django.conf import settings
from django.db import models

from webapp.questions.models.question_set import Question, QuestionSet

LONGEST_REASON = 2000  # characters


class GoldVersion(models.Model):
    """A version of a set's gold answers, from the second on: the first is the file's."""

    question_set = models.ForeignKey(
        QuestionSet, on_delete=models.CASCADE, related_name="gold_versions"
    )
    number = models.PositiveIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    created = models.DateTimeField(auto_now_add=True)
    undoes = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, related_name="undone_by"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["question_set", "number"], name="gold_version_once")
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.question_set}"


class GoldCorrection(models.Model):
    """One question whose gold answer is another one from a version on. Never changed."""

    version = models.ForeignKey(GoldVersion, on_delete=models.CASCADE, related_name="corrections")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="corrections")
    # As a question has them; a blank gold answer: the question is not graded.
    old_gold = models.TextField(blank=True)
    old_alternatives = models.JSONField(default=list)
    gold = models.TextField(blank=True)
    alternatives = models.JSONField(default=list)
    reason = models.TextField(max_length=LONGEST_REASON)
    review = models.PositiveBigIntegerField(null=True)  # the key of the one that it comes from

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "question"], name="corrected_once")
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.old_gold} → {self.gold}"


class GoldCheck(models.Model):
    """Somebody has found that a question's gold answer is right; it holds for that gold answer."""

    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="gold_check")
    gold_version = models.PositiveIntegerField()  # the question's, then
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    created = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.question} is right"
