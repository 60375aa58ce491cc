"""Mappings that a team keeps, to read other files just so."""

from django.db import models

from webapp.accounts.models import Team


class SavedMapping(models.Model):
    """A mapping (webapp/questions/mapping.py) under a name."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="mappings")
    name = models.CharField(max_length=100)
    mapping = models.JSONField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="saved_mapping_name")]

    def __str__(self) -> str:
        return self.name
