"""How an expert is asked: the settings that go with its prompts, whatever its engine."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from moe_core.engine import SAMPLING
from moe_core.thinking import END_OF_THINKING

OPTIONS = 'Give a JSON object, such as {"a": 1}.'
AS_IT_ASKS = "Empty: as the checkpoint or its server has it."


def _between(least: float, most: float) -> list[Any]:
    return [MinValueValidator(least), MaxValueValidator(most)]


class PromptingFields(models.Model):
    """Of how tokens are drawn, NULL: as the checkpoint, or the server, has it."""

    max_new_tokens = models.PositiveIntegerField(
        "new-token limit", default=4096, validators=[MinValueValidator(1)]
    )
    temperature = models.FloatField(
        null=True,
        blank=True,
        validators=_between(0, 2),
        help_text="Empty: as the checkpoint asks for, or 0.7; of an endpoint, as its server has it."
        " Annotations are always written at 0.7.",
    )
    top_p = models.FloatField(
        "top-p", null=True, blank=True, validators=_between(0.01, 1), help_text=AS_IT_ASKS
    )
    top_k = models.PositiveIntegerField(
        "top-k", null=True, blank=True, help_text=f"0: no such limit. {AS_IT_ASKS}"
    )
    min_p = models.FloatField(
        "min-p", null=True, blank=True, validators=_between(0, 1), help_text=AS_IT_ASKS
    )
    presence_penalty = models.FloatField(
        null=True, blank=True, validators=_between(-2, 2), help_text=AS_IT_ASKS
    )
    frequency_penalty = models.FloatField(
        null=True, blank=True, validators=_between(-2, 2), help_text=AS_IT_ASKS
    )
    repetition_penalty = models.FloatField(
        null=True,
        blank=True,
        validators=_between(0.01, 2),
        help_text=f"1: none. {AS_IT_ASKS}",
    )
    system_prompt = models.TextField(
        blank=True, help_text="Comes before every question, where the chat template has a place."
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
    annotation_tokens = models.PositiveIntegerField(
        "limit of annotations",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="New tokens. Empty: 256; 1,024 of a model that may think; 4,096 of one whose"
        " thinking cannot be turned off.",
    )
    annotation_options = models.JSONField(
        "chat template options of annotations",
        null=True,
        blank=True,
        help_text="Come before the others. Empty: those that turn its thinking off, where they are"
        " known.",
    )
    aggregation_tokens = models.PositiveIntegerField(
        "limit of final answers",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="New tokens, where it aggregates. Empty: as for responses.",
    )
    aggregation_options = models.JSONField(
        "chat template options of final answers",
        null=True,
        blank=True,
        help_text="Come before the others. Empty: as for responses.",
    )

    class Meta:
        abstract = True

    @property
    def sampling(self) -> dict[str, float]:
        """By name, those that are set."""
        said = {name: getattr(self, name) for name in SAMPLING}
        return {name: value for name, value in said.items() if value is not None}


PROMPTING = [field.name for field in PromptingFields._meta.fields]


def problems(expert: PromptingFields) -> dict[str, str]:
    """What is wrong with the settings that are JSON, by name."""
    wrong = {}
    for name in ("chat_template_options", "annotation_options", "aggregation_options"):
        value = getattr(expert, name)
        if not isinstance(value, dict) and not (value is None and name != "chat_template_options"):
            wrong[name] = OPTIONS
    stops = expert.stop_strings
    if not isinstance(stops, list) or not all(isinstance(text, str) and text for text in stops):
        wrong["stop_strings"] = 'Give a JSON list of texts, such as ["###"].'
    return wrong
