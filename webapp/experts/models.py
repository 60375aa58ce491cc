"""Experts belong to the installation, recorded ones and pools to a team."""

import hashlib
import json
from dataclasses import fields
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from moe_core.embedder import NAME as DEFAULT_EMBEDDER
from moe_core.engine import Checkpoint, Endpoint
from moe_core.extraction import END_OF_THINKING
from webapp.accounts.models import Team
from webapp.experts.checkpoints import checkpoint_problem
from webapp.experts.engines import check_address, check_key_variable, misplaced

FIRST_SETTINGS = {"source", "revision", "max_model_len", "dtype", "trust_remote_code"}


class Experts(models.QuerySet["Expert"]):
    def of(self, team: Team) -> "Experts":
        """Those that a team may see: the installation's, and its own recorded ones."""
        return self.filter(models.Q(team=None) | models.Q(team=team))


class Expert(models.Model):
    """An LLM and how it is run; a recorded one only plays back the responses it once gave."""

    class Engine(models.TextChoices):
        VLLM = "vllm", "vLLM"
        OPENAI = "openai", "OpenAI-compatible endpoint"
        RECORDED = "recorded", "recorded"

    class Dtype(models.TextChoices):
        AUTO = "auto"
        BFLOAT16 = "bfloat16"
        FLOAT16 = "float16"
        FLOAT32 = "float32"

    name = models.CharField(max_length=100)
    # The installation's when null. Recorded experts are a team's, as the responses are.
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, editable=False, related_name="experts"
    )
    engine = models.CharField(max_length=10, choices=Engine.choices, default=Engine.VLLM)
    source = models.CharField(
        "hub id or local folder",
        max_length=500,
        help_text="A Hugging Face id such as Qwen/Qwen2.5-7B-Instruct, or the path of a folder."
        " Of an endpoint: the model's name there.",
    )
    revision = models.CharField(
        max_length=100,
        blank=True,
        help_text="Branch, tag or commit of a hub id; a commit is safest.",
    )
    max_model_len = models.PositiveIntegerField(
        "context length",
        null=True,
        blank=True,
        validators=[MinValueValidator(16)],
        help_text="Tokens of prompt and output together; empty: what the model was made for.",
    )
    dtype = models.CharField(max_length=10, choices=Dtype.choices, default=Dtype.AUTO)
    max_new_tokens = models.PositiveIntegerField(
        "new-token limit", default=4096, validators=[MinValueValidator(1)]
    )
    temperature = models.FloatField(
        default=0.7, validators=[MinValueValidator(0.0), MaxValueValidator(2.0)]
    )
    chat_template_options = models.JSONField(
        default=dict, blank=True, help_text='A JSON object, such as {"enable_thinking": false}.'
    )
    stop_strings = models.JSONField(
        default=list,
        blank=True,
        help_text='A JSON list of texts that end an output, such as ["\\nQuestion:"].',
    )
    end_of_thinking = models.CharField(
        max_length=50,
        default=END_OF_THINKING,
        blank=True,
        help_text="What the model writes between its thinking and its answer.",
    )
    trust_remote_code = models.BooleanField(
        default=False, help_text="Runs Python from the checkpoint. Needs a pinned revision."
    )
    quantization = models.CharField(
        max_length=50,
        blank=True,
        help_text="As vLLM names it, such as fp8 or awq; empty: what the checkpoint says.",
    )
    tensor_parallel_size = models.PositiveSmallIntegerField(
        "tensor parallel size",
        default=1,
        validators=[MinValueValidator(1)],
        help_text="Over how many GPUs of one machine its weights are spread.",
    )
    engine_seed = models.PositiveIntegerField(
        default=0, help_text="Of the engine; every generation has a seed of its own."
    )
    endpoint = models.CharField(
        "endpoint address",
        max_length=500,
        blank=True,
        validators=[check_address],
        help_text="Of an OpenAI-compatible server, such as http://127.0.0.1:8001/v1.",
    )
    key_variable = models.CharField(
        "name of the key's variable",
        max_length=100,
        blank=True,
        validators=[check_key_variable],
        help_text="The environment variable that holds the key, such as OPENAI_API_KEY."
        " The key itself is never stored.",
    )
    concurrency = models.PositiveSmallIntegerField(
        "requests at once",
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(256)],
    )
    timeout_seconds = models.PositiveIntegerField(
        "time limit of a request",
        default=600,
        validators=[MinValueValidator(1), MaxValueValidator(86_400)],
        help_text="In seconds.",
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
        return self.engine == self.Engine.RECORDED

    @property
    def is_endpoint(self) -> bool:
        return self.engine == self.Engine.OPENAI

    @property
    def checkpoint(self) -> Checkpoint | Endpoint:
        """What an engine loads. Two experts with equal ones are one visit."""
        if self.is_endpoint:
            return Endpoint(
                address=self.endpoint,
                source=self.source,
                key_variable=self.key_variable,
                concurrency=self.concurrency,
                timeout_seconds=self.timeout_seconds,
                end_of_thinking=self.end_of_thinking,
            )
        return Checkpoint(
            source=self.source,
            revision=self.revision,
            max_model_len=self.max_model_len,
            dtype=self.dtype,
            trust_remote_code=self.trust_remote_code,
            quantization=self.quantization,
            tensor_parallel_size=self.tensor_parallel_size,
            seed=self.engine_seed,
        )

    @property
    def is_local(self) -> bool:
        """Whether the source is a folder; that of other engines is only a name."""
        has_weights = self.engine == self.Engine.VLLM
        return has_weights and self.source.startswith(("/", "./", "../", "~"))

    def clean(self) -> None:
        if wrong := misplaced(self):
            raise ValidationError(wrong)
        if not isinstance(self.chat_template_options, dict):
            raise ValidationError(
                {"chat_template_options": 'Give a JSON object, such as {"a": 1}.'}
            )
        if not _are_texts(self.stop_strings):
            raise ValidationError({"stop_strings": 'Give a JSON list of texts, such as ["###"].'})
        if self.trust_remote_code and not self.revision and not self.is_local:
            raise ValidationError({"revision": "Pin a revision when remote code is trusted."})
        same_name = Expert.objects.filter(name=self.name, team=self.team)
        if same_name.exclude(pk=self.pk).exists():
            raise ValidationError(
                {"name": f"There is an expert called {self.name} already: take another name."}
            )
        if missing := self.missing():
            raise ValidationError({"source": missing})
        if self.pk and self._is_another_model():
            raise ValidationError(
                {"source": "Profiles rest on this checkpoint: add the other one as a new expert."}
            )

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
            unserved = self.generations.filter(status__in=["waiting", "claimed"])
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


def _are_texts(given: object) -> bool:
    return isinstance(given, list) and all(isinstance(text, str) and text for text in given)


class Pool(models.Model):
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
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="pool_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pool", args=[self.pk])

    @property
    def is_profiled(self) -> bool:
        """Whether profiles rest on its experts, annotator and embedder, which then stay."""
        return self.profiles.exists()

    @property
    def is_running(self) -> bool:
        return self.runs.filter(status="running").exists()

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
