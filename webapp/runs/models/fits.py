"""What a worker has made of a profile's questions one by one, kept because that takes long."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from webapp.runs.models.profile import Profile


class ProfileFit(models.Model):
    """What recruiting and votes by evidence read of a profile, fitted for some of its experts.

    It holds while the profile's run stays at its event `seq`, and moe_core at its `code`.
    """

    seq = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=64, blank=True)
    ready = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    asked = models.DateTimeField(auto_now=True)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="fits")
    experts = ArrayField(models.BigIntegerField())  # keys, in order
    domains = models.BooleanField(default=True)  # whether they are part of it
    fitted = models.BinaryField(null=True)  # see webapp.execution.profiles.fits

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "experts", "domains"], name="fit_once"),
        ]

    def __str__(self) -> str:
        return f"Fit of {self.profile}"
