"""The verdicts that a team's people choose from."""

from django.db import models

from webapp.accounts.models import Team

SETTLED = "settled"  # the key that a ruling gives: the gold answer stands


class Meaning(models.TextChoices):
    """What a verdict says about how an answer came out."""

    STANDS = "stands", "It is graded rightly"
    SKILLS = "skills", "The skills are wrong"
    EXPERTS = "experts", "The wrong experts were recruited"
    READING = "reading", "A response was read or graded wrongly"
    AGGREGATION = "aggregation", "The final answer was made wrongly"
    GOLD = "gold", "The gold answer is in doubt: the question counts apart"
    OTHER = "other", "Nothing about the outcome"


class VerdictKind(models.Model):
    """A verdict that people of a team can give. Its key stays; a retired one is given no more."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="verdict_kinds")
    key = models.CharField(max_length=20)  # what reviews, filters and exports say
    title = models.CharField(max_length=40)
    description = models.CharField(max_length=200, blank=True)
    meaning = models.CharField(max_length=12, choices=Meaning.choices)
    place = models.PositiveSmallIntegerField()
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["place", "pk"]
        constraints = [models.UniqueConstraint(fields=["team", "key"], name="verdict_kind_once")]

    def __str__(self) -> str:
        return self.title
