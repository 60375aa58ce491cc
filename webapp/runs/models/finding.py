"""What a worker finds of a run, or of a profile, when somebody asks for it."""

from django.db import models

from webapp.runs.models.profile import Profile
from webapp.runs.models.run import Run


class Finding(models.Model):
    """It is kept, and holds while its basis does: what it was, or is to be, found of."""

    class Name(models.TextChoices):
        CONTRIBUTIONS = "contributions"  # of a run: see webapp.advising.contributions
        ADVICE = "advice"  # of a profile: see webapp.advising.advice

    name = models.CharField(max_length=20, choices=Name.choices)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, related_name="findings")
    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, null=True, related_name="findings"
    )
    basis = models.JSONField(default=dict)
    ready = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    found = models.JSONField(default=dict)
    asked = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "run"], name="finding_of_run"),
            models.UniqueConstraint(fields=["name", "profile"], name="finding_of_profile"),
        ]
        indexes = [
            models.Index(fields=["asked"], name="finding_waiting", condition=models.Q(ready=False))
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} of {self.run or self.profile}"
