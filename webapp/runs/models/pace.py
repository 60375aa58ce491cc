"""How fast workers are at what people wait for."""

from django.db import models


class WorkPace(models.Model):
    """Seconds that a unit of one kind of work takes on this machine: the last times weigh most.

    Small pieces of work cost more for each unit than large ones, so it is kept by their size.
    """

    name = models.CharField(max_length=30)
    size = models.PositiveSmallIntegerField()  # binary digits of the number of units
    seconds = models.FloatField()
    measured = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "size"], name="work_pace_once")]
