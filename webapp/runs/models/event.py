"""What happened in a run, in commit order."""

from enum import StrEnum

from django.db import models

from webapp.runs.models.run import Run


class Event(models.Model):
    """Something that happened in a run. `seq` counts per run without gaps, in commit order."""

    class Kind(StrEnum):
        SUBMITTED = "submitted"
        EMBEDDED = "embedded"
        LOADING = "loading"
        LOADED = "loaded"
        LEFT = "left"
        GENERATED = "generated"
        REUSED = "reused"
        GRADED = "graded"
        ADVANCED = "advanced"
        RETRIED = "retried"
        CONTINUED = "continued"
        REGRADING = "regrading"
        REGRADED = "regraded"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    payload = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["run", "seq"], name="event_once")]
