"""What runs have found out about experts."""

from django.db import models
from django.urls import reverse

from webapp.accounts.models import Team
from webapp.experts.models import Expert, Pool
from webapp.questions.models import QuestionSet
from webapp.things.models import Thing


class Profile(Thing):
    """What a pool's experts are good at, measured on one validation set."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="profiles")
    # Blank: called by its pool and set.
    name = models.CharField(max_length=100, blank=True, default="", db_default="")
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="profiles")
    question_set = models.ForeignKey(QuestionSet, on_delete=models.PROTECT)
    ready = models.BooleanField(default=False)
    # From the second version on: made of the responses of another one, graded by newer golds.
    version = models.PositiveIntegerField(default=1, db_default=1)
    made_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="made_into"
    )
    proposed = models.BooleanField(default=False, db_default=False)  # nobody has accepted it yet
    # Set by ranking aggregators; no aggregator after ranking means that the better vote writes.
    aggregator = models.ForeignKey(Expert, on_delete=models.PROTECT, null=True, blank=True)
    vote = models.CharField(max_length=20, default="majority")  # a name in aggregation.VOTES
    ranked = models.BooleanField(default=False)
    decision = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.name or self.made_name

    @property
    def made_name(self) -> str:
        return f"{self.pool} on {self.question_set}"

    def get_absolute_url(self) -> str:
        return reverse("profile", args=[self.pk])


class ProfileCell(models.Model):
    """Questions of one skill that one expert got right and wrong."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="cells")
    expert = models.ForeignKey(Expert, on_delete=models.CASCADE)
    skill = models.CharField(max_length=50)
    right = models.PositiveIntegerField()
    wrong = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "expert", "skill"], name="cell_once")
        ]


class ProfileTotal(models.Model):
    """Questions that one expert got right and wrong, each counted once.

    Profiles from before this was kept have none.
    """

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="totals")
    expert = models.ForeignKey(Expert, on_delete=models.CASCADE)
    right = models.PositiveIntegerField()
    wrong = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "expert"], name="total_once")]


class AggregatorRank(models.Model):
    """How an LLM did as aggregator: in trials, and on validation questions as in a real run."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="ranks")
    expert = models.ForeignKey(Expert, on_delete=models.CASCADE)
    place = models.PositiveSmallIntegerField()  # 1 for the best
    trials = models.PositiveIntegerField()
    trials_right = models.PositiveIntegerField()
    written = models.PositiveIntegerField()
    written_right = models.PositiveIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["profile", "expert"], name="rank_once")]
