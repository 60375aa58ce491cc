"""Threads under answers."""

from django.conf import settings
from django.db import models

from webapp.runs.models import Answer


class Comment(models.Model):
    """One contribution to the thread under an answer."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments"
    )
    text = models.TextField(max_length=5000)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created", "pk"]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:50]}"
