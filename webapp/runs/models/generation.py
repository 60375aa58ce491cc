"""One prompt for one expert, how many there are of each kind, and what recorded experts say."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from moe_core import values
from moe_core.engine import AT_LIMIT, BY_ITSELF, FILTERED
from moe_core.extraction import read
from moe_core.grading import grade, is_quick
from webapp.experts.models import Expert
from webapp.grading.comparing import same
from webapp.plural import counted
from webapp.questions.models import Question
from webapp.runs.models.answer import Answer
from webapp.runs.models.run import Run
from webapp.runs.models.visit import Visit, Worker
from webapp.runs.purposes import GRADED
from webapp.runs.search_index import SEARCHABLE, SEARCHED
from webapp.runs.states import GenerationStatus, RunStatus


class Generation(models.Model):
    """One prompt for one expert: the only thing that the GPU does."""

    Status = GenerationStatus
    UNENDED = (GenerationStatus.WAITING, GenerationStatus.CLAIMED)

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
    temperature = models.FloatField(null=True)  # NULL: as its checkpoint or server has it
    max_tokens = models.PositiveIntegerField()
    seed = models.PositiveBigIntegerField()
    # Of its purpose, or of a try: options of the chat template that come before the expert's own.
    chat_template_options = models.JSONField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    status = models.CharField(
        max_length=10, choices=GenerationStatus.choices, default=GenerationStatus.WAITING
    )
    claim = models.ForeignKey(Worker, on_delete=models.SET_NULL, null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    visit = models.ForeignKey(Visit, on_delete=models.SET_NULL, null=True, related_name="served")
    began = models.DateTimeField(null=True)  # of a try: when its worker took it up
    finished = models.DateTimeField(null=True)
    # What its expert put between thinking and answer when it was asked; null: was not noted.
    end_of_thinking = models.CharField(max_length=50, null=True)
    output = models.TextField(blank=True)  # of a try that is being written: what there is so far
    prompt_tokens = models.PositiveIntegerField(default=0)
    tokens = models.PositiveIntegerField(default=0)
    finish_reason = models.CharField(max_length=20, blank=True)
    problem = models.TextField(blank=True)
    # What the output states and the rule that read it there, or refused it; filled in by grading.
    stated = models.TextField(null=True)
    rule = models.CharField(max_length=60, blank=True, default="", db_default="")
    verdict = models.CharField(max_length=10, blank=True)
    # How an earlier response of the question spells the same; null: no other spelling is known.
    same_as = models.TextField(null=True)

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
                condition=Q(status=GenerationStatus.WAITING.value),
            ),
            models.Index(
                fields=["run", "id"],
                name="generation_to_grade",
                condition=Q(status=GenerationStatus.DONE.value, verdict="", purpose__in=GRADED),
            ),
            models.Index(
                fields=["claim"],
                name="generation_claimed",
                condition=Q(status=GenerationStatus.CLAIMED.value),
            ),
            models.Index(fields=["run", "purpose", "status"], name="generation_by_run"),
            models.Index(
                fields=["run", "expert", "answer"],
                name="generation_by_expert",
                condition=Q(purpose=values.Purpose.RESPOND.value),
            ),
            models.Index(
                fields=["run", "purpose", "answer"],
                name="generation_cut_off",
                condition=Q(finish_reason=AT_LIMIT),
            ),
            GinIndex(SEARCHED, name="generation_words", condition=SEARCHABLE),
        ]

    @property
    def text(self) -> str | None:
        """What it wrote; None where it failed."""
        return self.output if self.status == self.Status.DONE else None

    @property
    def marker(self) -> str:
        """What stands between thinking and answer, whatever the expert is changed to since."""
        said = self.end_of_thinking
        return self.expert.end_of_thinking if said is None else said

    @property
    def counted(self) -> str | None:
        """What it states, as votes count it: in one spelling for all that mean the same."""
        return self.stated if self.same_as is None else self.same_as

    @property
    def run_status(self) -> str:
        """That of a run of which it is all."""
        unended = self.status in self.UNENDED
        return RunStatus.RUNNING if unended else self.status

    @property
    def is_cut_off(self) -> bool:
        """Whether it ended at its limit of tokens."""
        return self.finish_reason == AT_LIMIT

    @property
    def ending(self) -> str:
        """Why its output ended, in words."""
        if self.is_cut_off and self.tokens < self.max_tokens:
            return f"Cut off after {counted(self.tokens, 'token')}: its context was full."
        if self.is_cut_off:
            return f"Cut off at the limit of {self.max_tokens:,} tokens."
        if self.finish_reason == BY_ITSELF:
            return "It ended by itself."
        if self.finish_reason == FILTERED:
            return "The server's content filter cut it off."
        if self.finish_reason:
            return f"It ended for another reason: {self.finish_reason}."
        return "Its server does not say why it ended."

    @property
    def more_room(self) -> str:
        """What to do about an output that was cut off."""
        if self.tokens < self.max_tokens:
            return "Raise the expert's context length, or ask for something shorter."
        return "Ask again with more."

    def grade(self, question: values.Question, *, only_if_quick: bool = False) -> None:
        """Read what the output states, and compare it with the gold answer. Raises CannotCompare.

        `only_if_quick`: the verdict stays as it is where it takes algebra, which may be seconds.
        """
        found = read(self.output, question.options, self.marker, question.scoring)
        self.stated, self.rule = found.answer, found.rule
        if not only_if_quick or is_quick(question, self.stated):
            self.verdict = grade(question, self.stated, same).value


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
    cut_off = models.PositiveIntegerField(default=0)  # of those that are done

    class Meta:
        ordering = ["purpose", "expert__name"]
        constraints = [
            models.UniqueConstraint(fields=["run", "purpose", "expert"], name="progress_once")
        ]
