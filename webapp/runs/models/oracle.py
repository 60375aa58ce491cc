"""Whether a right answer to a run's questions was to be had, among its seats and in its pool."""

from django.db import models

from webapp.runs.models.run import Run


class Oracle(models.Model):
    """What a worker found of a run, or is to find; it holds while what it was found of stays."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="oracle")
    basis = models.JSONField(default=dict)  # of what it was, or is to be, found
    ready = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    found = models.JSONField(default=dict)  # see webapp.execution.elsewhere.oracles.Found
    asked = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"What could have been right in {self.run}"
