"""Runs and everything that the GPU does for them.

A Run asks for Generations; the gpu worker serves them in Visits and commits results together
with Events. An Answer is one question of a run on its way to a verdict. Postgres is the truth;
messages only wake people up.
"""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse

from moe_core import values
from moe_core.aggregation import WRITERS
from moe_core.methods import METHODS, Method
from moe_core.recruiting import RECRUITERS, Recruiter
from webapp.accounts.models import Team
from webapp.experts.models import Expert, Pool
from webapp.questions.models import Question, QuestionSet
from webapp.runs.new_models import Preset as Preset
from webapp.runs.new_models import Preview as Preview
from webapp.runs.outcomes import Outcome
from webapp.runs.profile_models import AggregatorRank as AggregatorRank
from webapp.runs.profile_models import Profile as Profile
from webapp.runs.profile_models import ProfileCell as ProfileCell
from webapp.runs.profile_models import ProfileTotal as ProfileTotal
from webapp.runs.review_models import Comment as Comment
from webapp.runs.review_models import Review as Review
from webapp.runs.visit_models import Visit as Visit
from webapp.runs.visit_models import Worker as Worker
from webapp.runs.words import BLOCK as BLOCK
from webapp.runs.words import GRADED as GRADED
from webapp.runs.words import SEARCHABLE as SEARCHABLE
from webapp.runs.words import SEARCHED as SEARCHED


class Run(models.Model):
    """One piece of work over a question set, with all its generations."""

    class Kind(models.TextChoices):
        ANSWER = "answer"  # answer the questions by a method
        PROFILE = "profile"  # profile the pool's experts
        RANK = "rank"  # rank the pool's aggregators
        TRY = "try"  # ask one expert one question

    class Status(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ANSWER)
    method = models.CharField(max_length=50, blank=True)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, null=True, related_name="runs")
    question_set = models.ForeignKey(
        QuestionSet, on_delete=models.PROTECT, null=True, related_name="runs"
    )
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, null=True, related_name="runs")
    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, null=True, related_name="tries")
    aggregator = models.ForeignKey(
        Expert, on_delete=models.PROTECT, null=True, related_name="aggregated_runs"
    )
    # Names in moe_core's registries RECRUITERS and WRITERS; what answers no questions has neither.
    recruiter = models.CharField(max_length=50, blank=True)
    writer = models.CharField(max_length=20, default="majority")
    k = models.PositiveIntegerField(default=3)
    seed = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=list)  # keys of the pool's experts that are not recruited
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    problem = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    ended = models.DateTimeField(null=True)
    # Maintained in the transactions that commit the work they count.
    event_seq = models.PositiveIntegerField(default=0)
    questions = models.PositiveIntegerField(default=0)
    finished = models.PositiveIntegerField(default=0)
    correct = models.PositiveIntegerField(default=0)
    graded = models.PositiveIntegerField(default=0)
    unmatched = models.PositiveIntegerField(default=0)  # no skill could tell the experts apart

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Run {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("run", args=[self.pk])

    def experts(self) -> models.QuerySet[Expert]:
        """Whom it may recruit: the pool, without those that were left out."""
        if self.pool is None:
            return Expert.objects.none()
        return self.pool.experts.exclude(pk__in=self.left_out)

    def experts_left_out(self) -> models.QuerySet[Expert]:
        return Expert.objects.filter(pk__in=self.left_out)

    @property
    def recruited_by(self) -> Recruiter | None:
        return RECRUITERS.get(self.recruiter)

    @property
    def way(self) -> Method | None:
        return METHODS.get(self.method)

    @property
    def seats(self) -> int | None:
        """Responses to a question in each round; None in a run that recruits nobody."""
        if self.recruited_by is None or self.way is None:
            return None
        return self.way.seats(self.recruited_by, self.k, self.experts().count())

    @property
    def reads_skills(self) -> bool:
        """Whether the run needs its questions' skills: a profile does, some recruiters do not."""
        if self.kind != Run.Kind.ANSWER:
            return True
        return self.recruited_by is None or self.recruited_by.reads_skills

    @property
    def reads_evidence(self) -> bool:
        """Whether a policy reads the profile's questions one by one, and the questions' vectors."""
        if self.kind != Run.Kind.ANSWER:
            return False
        by, writer = self.recruited_by, WRITERS.get(self.writer)
        return bool((by and by.reads_evidence) or (writer and writer.reads_evidence))

    @property
    def writer_title(self) -> str:
        return WRITERS[self.writer].title if self.writer in WRITERS else self.writer

    @property
    def accuracy(self) -> float | None:
        """Percent of the graded questions; no answer counts as not correct."""
        return 100 * self.correct / self.graded if self.graded else None


class Answer(models.Model):
    """One question of a run, from the first annotation to the verdict.

    `pending` counts the generations of the current stage that are not finished; at 0 the
    question can advance. `stage` None with `asked` means that the question is done.
    """

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
    text = models.TextField(null=True)  # None: no answer (yet)
    verdict = models.CharField(
        max_length=10,
        blank=True,
        choices=[(verdict.value, verdict.value) for verdict in values.Verdict],
    )
    outcome = models.CharField(max_length=10, blank=True, choices=Outcome.choices)
    stances = models.PositiveSmallIntegerField(default=0)  # different answers that seats state

    class Meta:
        ordering = ["question__row"]
        constraints = [models.UniqueConstraint(fields=["run", "question"], name="answer_once")]
        indexes = [
            models.Index(fields=["run", "id"], name="answer_in_order"),
            models.Index(fields=["run", "verdict", "id"], name="answer_by_verdict"),
            models.Index(fields=["run", "outcome", "id"], name="answer_by_outcome"),
            models.Index(fields=["run", "category", "id"], name="answer_by_category"),
            models.Index(fields=["run", "id"], name="answer_disagreed", condition=Q(stances__gt=1)),
            models.Index(fields=["run", "id"], name="answer_unmatched", condition=Q(uniform=True)),
            GinIndex(fields=["skills"], name="answer_by_skill", opclasses=["jsonb_path_ops"]),
            models.Index(
                fields=["run"],
                name="answer_to_advance",
                condition=Q(pending=0) & (Q(asked=False) | Q(stage__isnull=False)),
            ),
        ]

    @property
    def is_done(self) -> bool:
        return self.asked and self.stage is None


class Generation(models.Model):
    """One prompt for one expert: the only thing that the GPU does."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        CLAIMED = "claimed"
        DONE = "done"
        FAILED = "failed"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="generations")
    answer = models.ForeignKey(
        Answer, on_delete=models.CASCADE, null=True, related_name="generations"
    )
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="generations")
    engine_key = models.CharField(max_length=64)  # the expert's, so that claims need no join
    purpose = models.CharField(
        max_length=10, choices=[(purpose.value, purpose.value) for purpose in values.Purpose]
    )
    stage = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=0)  # in which its seat is asked
    number = models.PositiveSmallIntegerField()  # the seat of a response
    prompt = models.TextField()
    temperature = models.FloatField()
    max_tokens = models.PositiveIntegerField()
    seed = models.PositiveBigIntegerField()
    created = models.DateTimeField(auto_now_add=True)

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    claim = models.ForeignKey(Worker, on_delete=models.SET_NULL, null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    visit = models.ForeignKey(Visit, on_delete=models.SET_NULL, null=True, related_name="served")
    finished = models.DateTimeField(null=True)
    output = models.TextField(blank=True)
    prompt_tokens = models.PositiveIntegerField(default=0)
    tokens = models.PositiveIntegerField(default=0)
    finish_reason = models.CharField(max_length=20, blank=True)
    problem = models.TextField(blank=True)
    # What the output states, filled in by grading.
    stated = models.TextField(null=True)
    verdict = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            # A seat responds once in a round: nothing is asked for twice.
            models.UniqueConstraint(
                fields=["answer", "purpose", "round", "number"], name="generation_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["engine_key", "stage", "id"],
                name="generation_waiting",
                condition=Q(status="waiting"),
            ),
            models.Index(
                fields=["run", "id"],
                name="generation_to_grade",
                condition=Q(status="done", verdict="", purpose__in=GRADED),
            ),
            models.Index(
                fields=["claim"], name="generation_claimed", condition=Q(status="claimed")
            ),
            models.Index(fields=["run", "purpose", "status"], name="generation_by_run"),
            models.Index(
                fields=["run", "expert", "answer"],
                name="generation_by_expert",
                condition=Q(purpose="respond"),
            ),
            GinIndex(SEARCHED, name="generation_words", condition=SEARCHABLE),
        ]


class RecordedResponse(models.Model):
    """What a recorded expert once wrote in answer to a question."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="recorded")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="recorded")
    output = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "expert"], name="recorded_once")]


class Progress(models.Model):
    """Generations of one run, purpose and expert: kept in step by the commits themselves."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="progress")
    purpose = models.CharField(max_length=10)
    expert = models.ForeignKey(Expert, on_delete=models.CASCADE)
    asked = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    tokens = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["purpose", "expert__name"]
        constraints = [
            models.UniqueConstraint(fields=["run", "purpose", "expert"], name="progress_once")
        ]


class Event(models.Model):
    """Something that happened in a run. `seq` counts per run without gaps, in commit order."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    payload = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["run", "seq"], name="event_once")]
