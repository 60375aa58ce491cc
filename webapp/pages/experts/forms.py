"""The form that tries an expert."""

from typing import Any

from django import forms

from moe_core.values import Purpose
from webapp.execution.settings import LARGEST_TRY
from webapp.experts.budgets import budget_of
from webapp.experts.models import Expert
from webapp.experts.thinking import is_off, switch_off

AS_SET, OFF = "as-set", "off"


class TryForm(forms.Form):
    question = forms.CharField(
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The expert is loaded, or its endpoint asked, and answers this as in a run.",
    )
    max_new_tokens = forms.IntegerField(
        label="New tokens, at most",
        required=False,
        min_value=1,
        max_value=LARGEST_TRY,
        help_text="What is longer is cut off: a model that never ends is then seen soon.",
    )
    thinking = forms.ChoiceField(
        choices=[(AS_SET, "as set"), (OFF, "off")],
        help_text="Off: it answers at once, without thinking first.",
    )

    def __init__(self, data: Any, expert: Expert, initial: dict[str, Any]) -> None:
        super().__init__(
            data, initial={"max_new_tokens": budget_of(expert, Purpose.TRY).tokens} | initial
        )
        if is_off(expert.chat_template_options) or not switch_off(expert):
            del self.fields["thinking"]
