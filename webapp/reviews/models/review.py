"""What people say of answers, and every change of it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from webapp.runs.models import Answer, Generation, Run


class Review(models.Model):
    """One person's word on one answer; the newest counts. A ruling is the word that settles it."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="reviews")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="reviews")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews"
    )
    is_ruling = models.BooleanField(default=False)
    verdicts = ArrayField(
        models.CharField(max_length=20), default=list
    )  # keys of VerdictKind, or SETTLED
    note = models.TextField(blank=True, max_length=2000)
    corrected = models.TextField(blank=True, max_length=2000)  # what the answer should be
    # What of a response the person has marked, in its words.
    quoted = models.ForeignKey(Generation, on_delete=models.SET_NULL, null=True, related_name="+")
    quote = models.TextField(blank=True, max_length=2000)
    # Whether it doubts the gold answer, and no ruling has come after it. Kept by `saying.py`.
    disputes = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["created", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "person"], condition=Q(is_ruling=False), name="review_once"
            ),
            models.UniqueConstraint(
                fields=["answer"], condition=Q(is_ruling=True), name="ruling_once"
            ),
        ]
        indexes = [
            models.Index(fields=["run", "answer"], name="review_by_run"),
            models.Index(
                fields=["run", "answer"], name="review_disputed", condition=Q(disputes=True)
            ),
            GinIndex(fields=["verdicts"], name="review_by_verdict"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {', '.join(self.verdicts)}"


class Change(models.Model):
    """One change of a review: given, changed, withdrawn or undone. Rows are only added."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="review_changes")
    person = models.ForeignKey(  # whose review
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    is_ruling = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(null=True)  # what it said; null: there was none
    after = models.JSONField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["answer", "person", "id"], name="change_of_review")]

    @property
    def act(self) -> str:
        if self.after is None:
            return "withdrawn"
        return "given" if self.before is None else "changed"
