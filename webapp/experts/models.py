"""Experts belong to the installation, recorded ones and pools to a team."""

import hashlib
import json
from dataclasses import fields
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from moe_core.embedder import NAME as DEFAULT_EMBEDDER
from moe_core.engine import Checkpoint, Endpoint
from moe_core.merging import APART, MERGINGS
from webapp.accounts.models import Team
from webapp.experts.checkpoints import checkpoint_problem, is_folder
from webapp.experts.checks import Asked, mistakes
from webapp.experts.checks.parsers import parser_problem
from webapp.experts.engines import (
    ENGINES,
    OPENAI,
    OWN_SETTINGS,
    RECORDED,
    VLLM,
    EngineFields,
    choices,
    misplaced,
)
from webapp.experts.prompting import PromptingFields, problems
from webapp.things.models import THERE, Thing

FIRST_SETTINGS = {"source", "revision", "max_model_len", "dtype", "trust_remote_code"}


class Experts(models.QuerySet["Expert"]):
    def of(self, team: Team) -> "Experts":
        """Those that a team may see: the installation's, and its own recorded ones."""
        return self.filter(models.Q(team=None) | models.Q(team=team))

    def recorded(self) -> "Experts":
        return self.filter(engine=RECORDED.name)

    def generating(self) -> "Experts":
        """Those that can be asked something new."""
        return self.exclude(engine=RECORDED.name)


class Expert(EngineFields, PromptingFields):
    """An LLM and how it is run; a recorded one only plays back the responses it once gave."""

    name = models.CharField(max_length=100)
    # The installation's when null. Recorded experts are a team's, as the responses are.
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, editable=False, related_name="experts"
    )
    engine = models.CharField(max_length=10, choices=choices, default=VLLM.name)
    source = models.CharField(
        "hub id or local folder",
        max_length=500,
        help_text="A Hugging Face id such as Qwen/Qwen2.5-7B-Instruct, or the path of a folder."
        " Of an endpoint: the model's name there.",
    )
    caution = models.TextField(
        blank=True, help_text="What people should know before they rely on it."
    )
    # Measured by the last try or load; a problem keeps it out of new runs until a try succeeds.
    problem = models.TextField(blank=True, editable=False)
    load_seconds = models.FloatField(null=True, editable=False)
    tokens_per_second = models.FloatField(null=True, editable=False)
    engine_key = models.CharField(max_length=64, db_index=True, editable=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = Experts.as_manager()

    class Meta:
        ordering = ["name", models.F("team").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "name"], name="expert_name", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("expert", args=[self.pk])

    @property
    def is_recorded(self) -> bool:
        return self.engine == RECORDED.name

    @property
    def is_endpoint(self) -> bool:
        return self.engine == OPENAI.name

    @property
    def checkpoint(self) -> Checkpoint | Endpoint:
        """What an engine loads. Two experts with equal ones are one visit."""
        return ENGINES[self.engine].checkpoint(self)

    @property
    def is_local(self) -> bool:
        """Whether the source is a folder; that of other engines is only a name."""
        return self.engine == VLLM.name and is_folder(self.source)

    def clean(self) -> None:
        new = Expert()
        given = {name: getattr(self, name) != getattr(new, name) for name in OWN_SETTINGS}
        if wrong := misplaced(self.engine, given):
            raise ValidationError(wrong)
        if wrong := problems(self):
            raise ValidationError(wrong)
        if said := parser_problem(self.reasoning_parser, self.end_of_thinking):
            raise ValidationError({"reasoning_parser": said})
        if self.trust_remote_code and not self.revision and not self.is_local:
            raise ValidationError({"revision": "Pin a revision when remote code is trusted."})
        same_name = Expert.objects.filter(name=self.name, team=self.team)
        if same_name.exclude(pk=self.pk).exists():
            raise ValidationError(
                {"name": f"There is an expert called {self.name} already: take another name."}
            )
        if missing := self.missing():
            raise ValidationError({"source": missing})
        if wrong := self._mistakes():
            raise ValidationError(wrong)
        if self.pk and self._is_another_model():
            raise ValidationError(
                {"source": "Profiles rest on this checkpoint: add the other one as a new expert."}
            )

    @property
    def asked(self) -> Asked:
        """What its checkpoint may not go together with."""
        return Asked(**{setting.name: getattr(self, setting.name) for setting in fields(Asked)})

    def _mistakes(self) -> dict[str, str]:
        """What would keep it from loading; of an expert that is there, once that is changed."""
        if self.engine != VLLM.name or not self.source:
            return {}
        before = Expert.objects.filter(pk=self.pk).first()
        is_new = before is None or (before.engine, before.asked) != (self.engine, self.asked)
        return mistakes(self.asked) if is_new else {}

    def _is_another_model(self) -> bool:
        """Whether a profiled expert is to become another; one that is gone may be found again."""
        before = Expert.objects.get(pk=self.pk)
        same = all(getattr(before, f) == getattr(self, f) for f in ("engine", "source", "revision"))
        return not same and not before.missing() and self.generations.exists()

    def missing(self) -> str:
        """Why it cannot be loaded, as far as is known without the GPU; empty when it may."""
        return checkpoint_problem(self.source) if self.is_local else ""

    def save(self, *args: Any, **kwargs: Any) -> None:
        before = self.engine_key
        # A recorded expert shares a stay on the GPU with nobody, whatever its model is called.
        shared = (self.team_id, self.name) if self.is_recorded else _settings(self.checkpoint)
        self.engine_key = hashlib.sha256(json.dumps(shared, sort_keys=True).encode()).hexdigest()
        super().save(*args, **kwargs)
        if before and before != self.engine_key:  # or what waits would wait for nobody
            unserved = self.generations.filter(status__in=self.generations.model.UNENDED)
            unserved.update(engine_key=self.engine_key)


def _settings(checkpoint: Checkpoint | Endpoint) -> dict[str, Any]:
    """What tells checkpoints apart. Settings that came later count where they are set, so that
    the keys of experts that were there before them stay.
    """
    return {
        setting.name: value
        for setting in fields(checkpoint)
        if (value := getattr(checkpoint, setting.name)) != setting.default
        or setting.name in FIRST_SETTINGS
    }


class Pool(Thing):
    """The experts that a team routes among, with the LLMs that annotate and aggregate."""

    class Embedder(models.TextChoices):
        MINILM = DEFAULT_EMBEDDER, DEFAULT_EMBEDDER

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="pools")
    name = models.CharField(max_length=100)
    experts = models.ManyToManyField(Expert, related_name="pools")
    annotator = models.ForeignKey(
        Expert,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="annotates",
        help_text="The LLM that names a question's skills. None: the embedder finds them.",
    )
    aggregators = models.ManyToManyField(
        Expert,
        related_name="aggregates",
        blank=True,
        help_text="Who may write the final answers; trials rank them. None: every expert.",
    )
    embedder = models.CharField(max_length=50, choices=Embedder.choices, default=Embedder.MINILM)
    merging = models.CharField(
        "near-equal skills",
        max_length=10,
        choices=[(policy.name, policy.title) for policy in MERGINGS.values()],
        default=APART.name,
        help_text="Whether a profile counts vector and vectors as one skill.",
    )
    is_structured = models.BooleanField(
        "annotations as JSON",
        default=False,
        help_text="The annotator can write nothing but a list of 2 to 5 skills, where its engine"
        " can hold it to that. For annotators that answer the question instead.",
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["team", "name"], name="pool_name", condition=THERE)
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pool", args=[self.pk])

    @property
    def is_profiled(self) -> bool:
        """Whether profiles rest on its experts, annotator and embedder, which then stay: those that
        are deleted can come back."""
        return self.profiles(manager="every").exists()

    @property
    def is_running(self) -> bool:
        return self.runs.filter(status=self.runs.model.Status.RUNNING).exists()

    def candidates(self) -> list[Expert]:
        """The LLMs that aggregator trials rank; recorded ones can be asked nothing new."""
        chosen = self.aggregators.all() if self.aggregators.exists() else self.experts.all()
        return [expert for expert in chosen if not expert.is_recorded]


class Skill(models.Model):
    """A skill that some annotation named, embedded once for the whole installation."""

    name = models.CharField(max_length=50)
    embedder = models.CharField(max_length=50)
    vector = models.BinaryField()  # float32, unit length

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "embedder"], name="skill_once")]

    def __str__(self) -> str:
        return self.name
