"""One question of a run on its way to a verdict."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse

from moe_core import values
from webapp.questions.models import Question
from webapp.runs.models.run import Run
from webapp.runs.outcomes import Outcome, Unseated
from webapp.runs.states import Comparison


class Answer(models.Model):
    """One question of a run, from the first annotation to the verdict.

    `pending` counts the generations of the current stage that are not finished; at 0 the
    question can advance. `stage` None with `asked` means that the question is done. A run's answers
    are made in the order of its questions' keys, so that both rise together.
    """

    Comparison = Comparison

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT)
    category = models.CharField(max_length=200, blank=True)  # the question's
    asked = models.BooleanField(default=False)
    stage = models.PositiveSmallIntegerField(
        null=True, choices=[(stage.value, stage.name.lower()) for stage in values.Stage]
    )
    pending = models.PositiveIntegerField(default=0)
    skills = models.JSONField(default=list)  # [inferred, profiled, cosine] per skill
    probabilities = models.JSONField(default=dict)  # expert → probability of one draw
    uniform = models.BooleanField(default=False)  # no skill could tell the experts apart
    contributions = models.JSONField(default=dict)  # expert → what speaks for it → value
    # [seat, expert] of those recruited that were not asked, in the order in which they would be:
    # not yet, or, once it is done, because they could not change the answer.
    unasked = models.JSONField(default=list, db_default=[])
    # Grading again has found that they could: they are asked when the run is continued.
    seats_due = models.BooleanField(default=False, db_default=False)
    text = models.TextField(null=True)  # None: no answer (yet)
    verdict = models.CharField(
        max_length=10,
        blank=True,
        choices=[(verdict.value, verdict.value) for verdict in values.Verdict],
    )
    outcome = models.CharField(max_length=10, blank=True, choices=Outcome.choices)
    # Where no seat was right: whether another expert of the pool was; blank: that is not known.
    unseated = models.CharField(
        max_length=10, blank=True, default="", db_default="", choices=Unseated.choices
    )
    comparison = models.CharField(max_length=10, blank=True, choices=Comparison.choices)
    stances = models.PositiveSmallIntegerField(default=0)  # different answers that seats state

    class Meta:
        ordering = ["question__row"]
        # With what comparing runs reads of each answer, so that it need not open the rows.
        constraints = [
            models.UniqueConstraint(
                fields=["run", "question"], include=["verdict", "category"], name="answer_once"
            )
        ]
        indexes = [
            models.Index(fields=["run", "id"], name="answer_in_order"),
            models.Index(fields=["run", "verdict", "id"], name="answer_by_verdict"),
            models.Index(fields=["run", "outcome", "id"], name="answer_by_outcome"),
            models.Index(fields=["run", "category", "id"], name="answer_by_category"),
            models.Index(fields=["run", "id"], name="answer_disagreed", condition=Q(stances__gt=1)),
            models.Index(fields=["run", "id"], name="answer_unmatched", condition=Q(uniform=True)),
            GinIndex(fields=["skills"], name="answer_by_skill", opclasses=["jsonb_path_ops"]),
            models.Index(
                fields=["run", "id"], name="answer_seats_due", condition=Q(seats_due=True)
            ),
            models.Index(
                fields=["run"],
                name="answer_to_advance",
                condition=Q(pending=0) & (Q(asked=False) | Q(stage__isnull=False)),
            ),
            models.Index(
                fields=["run", "id"],
                name="answer_to_compare",
                condition=Q(comparison=Comparison.DUE.value),
            ),
            models.Index(
                fields=["run", "id"],
                name="answer_compared_in_part",
                condition=Q(comparison=Comparison.COSTLY.value),
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.question} of run {self.run_id}"

    def get_absolute_url(self) -> str:
        return reverse("answer", args=[self.run_id, self.pk])

    @property
    def how(self) -> str:
        """How the verdict came about, where that says more than the verdict."""
        return "" if self.outcome == Outcome.NO_ANSWER else self.get_outcome_display()

    @property
    def is_done(self) -> bool:
        return self.asked and self.stage is None
