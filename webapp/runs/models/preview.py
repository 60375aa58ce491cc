"""What people keep of runs before they start."""

from django.conf import settings
from django.db import models

from webapp.accounts.models import Team


class Preset(models.Model):
    """Settings of a new run, saved under a name for the team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="presets")
    name = models.CharField(max_length=100)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    settings = models.JSONField()  # see webapp.execution.settings
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="preset_name")]

    def __str__(self) -> str:
        return self.name


class Preview(models.Model):
    """The routing of a run that is not started, found by the `default` worker; kept for a day."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="previews")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    settings = models.JSONField()  # see webapp.execution.settings
    basis = models.JSONField()  # what the settings came down to when it was asked for
    created = models.DateTimeField(auto_now_add=True)
    ready = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    found = models.JSONField(default=dict)  # see webapp.planning.routing

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["created"], name="preview_by_age"),
            models.Index(fields=["id"], name="preview_waiting", condition=models.Q(ready=False)),
        ]
