"""What a worker finds of a run, a profile or a question set, when somebody asks for it."""

from django.db import models

from webapp.questions.models import QuestionSet
from webapp.runs.models.profile import Profile
from webapp.runs.models.run import Run


class Finding(models.Model):
    """It is kept, and holds while its basis does: what it was, or is to be, found of."""

    class Name(models.TextChoices):
        """Each is a module's of webapp.findings, which says what `found` holds."""

        CONTRIBUTIONS = "contributions"  # of a run
        ORACLE = "oracle"  # of a run
        ADVICE = "advice"  # of a profile
        WAYS = "ways"  # of a profile
        CURVE = "curve"  # of a profile
        FAMILIES = "families"  # of a profile
        LEADERBOARD = "leaderboard"  # of a question set
        SUSPECTS = "suspects"  # of a question set

    name = models.CharField(max_length=20, choices=Name.choices)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, related_name="findings")
    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, null=True, related_name="findings"
    )
    question_set = models.ForeignKey(
        QuestionSet, on_delete=models.CASCADE, null=True, related_name="findings"
    )
    basis = models.JSONField(default=dict)
    ready = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    found = models.JSONField(default=dict)
    details = models.JSONField(default=dict)  # what is long, and read in parts
    asked = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "run"], name="finding_of_run"),
            models.UniqueConstraint(fields=["name", "profile"], name="finding_of_profile"),
            models.UniqueConstraint(fields=["name", "question_set"], name="finding_of_set"),
        ]
        indexes = [
            models.Index(fields=["asked"], name="finding_waiting", condition=models.Q(ready=False))
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} of {self.run or self.profile or self.question_set}"
