"""The choice of a scorer."""

from typing import Any

from django import forms

from moe_core.errors import ScorerError
from moe_core.scorers import LONGEST_PATTERN, SCORERS, check_scoring
from moe_core.values import Scoring


class ScorerForm(forms.Form):
    scorer = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Automatic: a letter where there are options, else a value"),
            *((scorer.name, scorer.title) for scorer in SCORERS.values()),
        ],
    )
    pattern = forms.CharField(
        required=False,
        strip=False,
        max_length=LONGEST_PATTERN,
        help_text="For a regular expression alone. Its first group is the answer, in its last"
        " match.",
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                check_scoring(self.scoring)
            except ScorerError as error:
                self.add_error(error.field, str(error))
        return given

    @property
    def scoring(self) -> Scoring:
        """Once it is valid."""
        return Scoring(self.cleaned_data["scorer"], self.cleaned_data["pattern"])
