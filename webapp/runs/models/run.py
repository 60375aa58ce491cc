"""A run: one piece of work over a question set, with what it was started by and how far it is."""

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from moe_core import values
from moe_core.aggregation import WRITERS
from moe_core.intervals import Share
from moe_core.methods import DEFAULT_RECRUITER, METHODS, Method
from moe_core.recruiters import RECRUITERS, Recruiter
from moe_core.scorers import LONGEST_PATTERN
from moe_core.stopping import ALL, LOSSLESS, STOPPING_RULES, StoppingRule
from webapp.accounts.models import Team
from webapp.experts.models import Expert, Experts, Pool
from webapp.questions.golds import give_golds, gold_at
from webapp.questions.models import Question, QuestionSet, scorer_choices
from webapp.runs.models.profile import Profile
from webapp.runs.states import RunKind, RunStatus, SameBy
from webapp.things.models import THERE, Thing

LONGEST_TAG = 40  # characters


class Run(Thing):
    """One piece of work over a question set, with all its generations."""

    Kind = RunKind
    Status = RunStatus
    SameBy = SameBy

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=10, choices=RunKind.choices, default=RunKind.ANSWER)
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
    same_by = models.CharField(max_length=10, choices=SameBy.choices, default=SameBy.VALUE)
    # How its responses are read and compared: as the set's at its start, or as it was graded since.
    scorer = models.CharField(max_length=20, blank=True, choices=scorer_choices)
    pattern = models.CharField(max_length=LONGEST_PATTERN, blank=True)
    # The version of its set's gold answers that it is graded by.
    gold_version = models.PositiveIntegerField(default=1, db_default=1)
    regrading = models.BooleanField(default=False)  # asked for, and not done to the end yet
    # To be graded by the set's newest version as soon as that can be: a worker sees to it.
    regrade_due = models.BooleanField(default=False, db_default=False)
    # Whether what reads evidence knows of domains; not in runs of before there were any.
    knows_domains = models.BooleanField(default=True)
    # Which of its seats are asked, a name in STOPPING_RULES, and in which order of the experts.
    stopping = models.CharField(max_length=20, default=ALL.name, db_default=ALL.name)
    order = models.JSONField(default=list, db_default=[])
    # Whether a vote that may counts what answers look like; runs of before all did.
    looks = models.BooleanField(default=True, db_default=True)
    k = models.PositiveIntegerField(default=3)
    seed = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=list)  # keys of the pool's experts that are not recruited
    status = models.CharField(max_length=10, choices=RunStatus.choices, default=RunStatus.RUNNING)
    problem = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    # Who answers for it: who started it, until it is handed over. Null: not recorded.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="owned_runs"
    )
    given_title = models.CharField(max_length=200, blank=True, default="", db_default="")
    # How it differs from the run that it repeats, as it was found when it started.
    differs = models.CharField(max_length=200, blank=True, default="", db_default="")
    tags = ArrayField(models.CharField(max_length=LONGEST_TAG), default=list, db_default=[])
    notes = models.TextField(blank=True, default="", db_default="")  # in Markdown
    # Of a profile: what its experts have answered for earlier ones is taken over, where it can be.
    reuses = models.BooleanField(default=False, db_default=False)
    # Of a profile: expert's key → keys of the questions that it is asked, where it is not asked all
    # of the run's.
    asks = models.JSONField(default=dict, db_default={})
    # What other runs over its question set are compared with; at most one of a set.
    baseline = models.BooleanField(default=False, db_default=False)
    ended = models.DateTimeField(null=True)
    # Maintained in the transactions that commit the work they count.
    event_seq = models.PositiveIntegerField(default=0)
    questions = models.PositiveIntegerField(default=0)
    finished = models.PositiveIntegerField(default=0)
    correct = models.PositiveIntegerField(default=0)
    graded = models.PositiveIntegerField(default=0)
    unmatched = models.PositiveIntegerField(default=0)  # no skill could tell the experts apart
    unasked = models.PositiveIntegerField(default=0, db_default=0)  # seats of finished questions

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["question_set"], name="baseline_once", condition=Q(baseline=True) & THERE
            )
        ]

    def __str__(self) -> str:
        return f"Run {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("run", args=[self.pk])

    @property
    def title(self) -> str:
        """As somebody called it, or as it is called by what it does and on what."""
        return self.given_title or self.made_title

    @property
    def made_title(self) -> str:
        parts = [self.what, self.question_set, self.pool]
        if not str(self.pool).endswith(self.differs):  # a pool with another expert says so itself
            parts.append(self.differs)
        return " · ".join(str(part) for part in parts if part)

    @property
    def heading(self) -> str:
        """Its number, by which people find it, and its title."""
        return f"{self}: {self.title}"

    @property
    def scoring(self) -> values.Scoring:
        return values.Scoring(self.scorer, self.pattern)

    def value_of(self, question: Question) -> values.Question:
        """The question as the run grades it, whatever has been corrected since."""
        gold = gold_at(question, self.gold_version)
        return replace(
            question.value,
            gold=gold.answer,
            alternatives=gold.alternatives,
            scoring=self.scoring,
        )

    def give_golds(self, questions: Iterable[Question]) -> None:
        """Give questions that were read the gold answers that the run is graded by, to be shown."""
        give_golds(questions, self.gold_version)

    @property
    def newer_golds(self) -> int | None:
        """The set's version, where that is a later one than the run is graded by."""
        version = self.question_set.version if self.question_set else 1
        return version if version > self.gold_version else None

    def experts(self) -> Experts:
        """Whom it may recruit: the pool, without those that were left out."""
        if self.pool is None:
            return Expert.objects.none()
        return self.pool.experts.exclude(pk__in=self.left_out)

    def experts_left_out(self) -> Experts:
        return Expert.objects.filter(pk__in=self.left_out)

    @property
    def what(self) -> str:
        """What it does, in a few words: the method, and by which recruiter where that is not its
        first."""
        match self.kind:
            case RunKind.PROFILE:
                return "profile"
            case RunKind.RANK:
                return "rank aggregators"
            case RunKind.TRY:
                return f"try {self.expert}"
        chosen = self.chosen_recruiter
        if chosen in ("", DEFAULT_RECRUITER):
            return self.method_title
        by = RECRUITERS[chosen].words if chosen in RECRUITERS else chosen
        return f"{self.method_title.partition(' (')[0]} by {by}"

    @property
    def chosen_recruiter(self) -> str:
        """The recruiter's name, where the method has none of its own; else blank."""
        has_own = self.answered_by is not None and self.answered_by.recruiter is not None
        return "" if has_own else self.recruiter

    @property
    def recruited_by(self) -> Recruiter | None:
        return RECRUITERS.get(self.recruiter)

    @property
    def answered_by(self) -> Method | None:
        return METHODS.get(self.method)

    @property
    def stopping_rule(self) -> StoppingRule:
        return STOPPING_RULES[self.stopping]

    @property
    def is_voted(self) -> bool:
        """Whether a vote of several seats writes its answers."""
        by_llm = self.writer in WRITERS and WRITERS[self.writer].asks_llm
        return not by_llm and (self.seats or 0) > 1

    @property
    def stopping_told(self) -> str:
        """Its stopping rule, where answers may be others than with every seat asked; else blank."""
        if self.stopping == ALL.name or (self.stopping == LOSSLESS.name and self.is_voted):
            return ""
        return self.stopping

    @property
    def seats(self) -> int | None:
        """Responses to a question in each round; None in a run that recruits nobody."""
        if self.recruited_by is None or self.answered_by is None:
            return None
        experts = self.experts().count() if self.recruited_by.takes_all else 0
        return self.answered_by.seats(self.recruited_by, self.k, experts)

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
    def method_title(self) -> str:
        return self.answered_by.title if self.answered_by else self.method

    @property
    def reads_looks(self) -> bool:
        """Whether its vote may count what answers look like."""
        return self.writer in WRITERS and WRITERS[self.writer].reads_looks

    @property
    def counts_looks(self) -> bool:
        return self.looks and self.reads_looks

    @property
    def writer_title(self) -> str:
        return WRITERS[self.writer].title if self.writer in WRITERS else self.writer

    @property
    def share(self) -> Share:
        """Correct answers of the graded ones; no answer counts as not correct."""
        return Share(self.correct, self.graded)

    @property
    def accuracy(self) -> float | None:
        """Percent of the graded questions."""
        return self.share.percent
