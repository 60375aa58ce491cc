"""Who does how well on a question set."""

from django.db import models

from webapp.questions.models import QuestionSet


class Leaderboard(models.Model):
    """What a worker found of a set, or is to find; it holds while set and runs stay as they are."""

    question_set = models.OneToOneField(
        QuestionSet, on_delete=models.CASCADE, related_name="leaderboard"
    )
    basis = models.JSONField(default=dict)  # of what it was, or is to be, found
    ready = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    found = models.JSONField(default=dict)  # see webapp.execution.standings.leaderboard.Found
    asked = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Leaderboard of {self.question_set}"
