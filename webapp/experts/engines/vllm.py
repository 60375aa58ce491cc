"""vLLM: a checkpoint is loaded onto the GPU, or onto the CPU where there is none."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models

from moe_core.engine import Checkpoint
from webapp.experts.engines.base import EngineKind


class Dtype(models.TextChoices):
    AUTO = "auto"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"
    FLOAT32 = "float32"


class LoadFormat(models.TextChoices):
    """Pickles are not among them: they may run code."""

    SAFETENSORS = "safetensors"
    MISTRAL = "mistral"


class TokenizerMode(models.TextChoices):
    AUTO = "auto"
    HF = "hf"
    SLOW = "slow"
    MISTRAL = "mistral"


class ConfigFormat(models.TextChoices):
    AUTO = "auto"
    HF = "hf"
    MISTRAL = "mistral"


class CheckpointFields(models.Model):
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
        help_text="Tokens of prompt and output together; empty: as many as fit the memory, at most"
        " what the model was made for.",
    )
    dtype = models.CharField(max_length=10, choices=Dtype.choices, default=Dtype.AUTO)
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
    load_format = models.CharField(
        max_length=20,
        choices=LoadFormat.choices,
        default=LoadFormat.SAFETENSORS,
        help_text="Of the weights.",
    )
    tokenizer_mode = models.CharField(
        max_length=20, choices=TokenizerMode.choices, default=TokenizerMode.AUTO
    )
    config_format = models.CharField(
        max_length=20,
        choices=ConfigFormat.choices,
        default=ConfigFormat.AUTO,
        help_text="mistral, for all three, where a checkpoint has only Mistral's own files.",
    )
    chat_template = models.TextField(
        blank=True,
        help_text="Instead of the checkpoint's: Jinja, as in its tokenizer_config.json, or the name"
        " of one of several.",
    )
    reasoning_parser = models.CharField(
        max_length=50,
        blank=True,
        help_text="vLLM's name for what parts thinking and answer, such as qwen3, gemma4 or"
        " openai_gptoss; empty: the mark alone.",
    )
    engine_seed = models.PositiveIntegerField(
        default=0, help_text="Of the engine; every generation has a seed of its own."
    )

    class Meta:
        abstract = True


def _checkpoint(expert: Any) -> Checkpoint:
    return Checkpoint(
        source=expert.source,
        revision=expert.revision,
        max_model_len=expert.max_model_len,
        dtype=expert.dtype,
        trust_remote_code=expert.trust_remote_code,
        quantization=expert.quantization,
        tensor_parallel_size=expert.tensor_parallel_size,
        load_format=expert.load_format,
        tokenizer_mode=expert.tokenizer_mode,
        config_format=expert.config_format,
        seed=expert.engine_seed,
    )


VLLM = EngineKind(
    "vllm",
    "vLLM",
    fields=CheckpointFields,
    not_elsewhere="The server decides this, not an endpoint's expert: leave it as it was.",
    loads=Checkpoint,
    checkpoint=_checkpoint,
    loader="gpu_worker.engines:vllm",
)
