"""What people say of runs in lists: who starred which, and the filters that they come back to."""

from django.conf import settings
from django.db import models

from webapp.accounts.models import Team


class Star(models.Model):
    """A run that a person wants to find again."""

    run = models.ForeignKey("runs.Run", on_delete=models.CASCADE, related_name="stars")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stars"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "run"], name="star_once")]


class SavedView(models.Model):
    """Filters of the list of runs under a name: of one person, or for all of the team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="views")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="views"
    )
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)  # as webapp.pages.history.filters has it
    shared = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["team", "person", "name"], name="view_name")]

    def __str__(self) -> str:
        return self.name
