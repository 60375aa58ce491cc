"""What runs have cost: reckoned when they have ended, and kept, so that pages only sum up."""

from django.db import models

from webapp.experts.models import Expert
from webapp.runs.models.run import Run
from webapp.runs.models.visit import Visit


class RunCost(models.Model):
    """The time that a run took, as it was reckoned for its end at `ended`."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, primary_key=True, related_name="cost")
    ended = models.DateTimeField()
    # One that served it and went on when it was reckoned: with its end it is reckoned again.
    open_visit = models.ForeignKey(Visit, on_delete=models.SET_NULL, null=True, related_name="+")
    wall_seconds = models.FloatField()  # in which it was running
    waiting_seconds = models.FloatField()  # of these, in which nothing loaded or generated for it


class ExpertCost(models.Model):
    """One expert's part of it. Of an endpoint, seconds are those in which it was asked."""

    cost = models.ForeignKey(RunCost, on_delete=models.CASCADE, related_name="experts")
    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="costs")
    is_endpoint = models.BooleanField()
    generations = models.PositiveIntegerField()
    prompt_tokens = models.PositiveBigIntegerField()
    tokens = models.PositiveBigIntegerField()
    loading_seconds = models.FloatField()  # of one GPU: on two they count twice
    generating_seconds = models.FloatField()
    waiting_seconds = models.FloatField()  # in which it was asked, and neither loaded nor generated
    measured_seconds = models.FloatField()  # of loading and generating, with the GPU's power known
    joules = models.FloatField()  # in these

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cost", "expert", "is_endpoint"], name="expert_cost_once"
            )
        ]
