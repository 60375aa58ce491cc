"""What people say of answers."""

from django.conf import settings
from django.db import models


class Review(models.Model):
    """One person's verdict on one answer. Each person has one; the newest word counts."""

    class Verdict(models.TextChoices):
        RIGHT = "right", "Right"
        WRONG_SKILL = "wrong skill", "Wrong skill"
        WRONG_EXPERTS = "wrong experts", "Wrong experts"
        EXTRACTION = "extraction", "Extraction failed"
        AGGREGATION = "aggregation", "Aggregation failed"
        DISPUTED = "disputed", "Gold disputed"
        SETTLED = "settled", "Gold disputed, settled"  # the gold stands; what `settle` makes

    answer = models.ForeignKey("runs.Answer", on_delete=models.CASCADE, related_name="reviews")
    run = models.ForeignKey("runs.Run", on_delete=models.CASCADE, related_name="reviews")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews"
    )
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True, max_length=2000)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["created"]
        constraints = [models.UniqueConstraint(fields=["answer", "person"], name="review_once")]
        indexes = [
            models.Index(fields=["run", "verdict", "answer"], name="review_by_verdict"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_verdict_display()}"


class Comment(models.Model):
    """One contribution to the thread under an answer."""

    answer = models.ForeignKey("runs.Answer", on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments"
    )
    text = models.TextField(max_length=5000)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created", "pk"]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:50]}"
