"""What a person says of a gold answer."""

from string import ascii_uppercase
from typing import Any

from django import forms

from webapp.questions.golds import LONGEST, Gold, GoldRefused, checked_gold
from webapp.questions.models import LONGEST_REASON, Question


class GoldForm(forms.Form):
    """Another gold answer for a question: a letter where it has options, else a text."""

    alternatives = forms.CharField(
        label="Also right",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Other answers that are right too, one on a line. Mostly there are none.",
    )

    def __init__(self, *given: Any, question: Question, **further: Any) -> None:
        now = Gold.of(question)
        first = {"gold": now.answer, "alternatives": "\n".join(now.alternatives)}
        super().__init__(*given, **{"initial": first} | further)
        self.question = question
        if question.options:
            letters = ascii_uppercase[: len(question.options)]
            choices = [(letter, letter) for letter in letters]
            self.fields["gold"] = forms.ChoiceField(
                label="Gold answer",
                required=False,
                choices=[*choices, ("", "None: the question is not graded")],
            )
        else:
            self.fields["gold"] = forms.CharField(
                label="Gold answer",
                required=False,
                max_length=LONGEST,
                help_text="Empty: none is known, and the question is not graded.",
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )
        self.order_fields(["gold", "alternatives"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                given["checked"] = checked_gold(self.question, self._gold(given))
            except GoldRefused as refused:
                self.add_error("gold", str(refused))
        return given

    @staticmethod
    def _gold(given: dict[str, Any]) -> Gold:
        return Gold(given["gold"], tuple(given["alternatives"].splitlines()))

    @property
    def gold(self) -> Gold:
        """Once it is valid."""
        found: Gold = self.cleaned_data["checked"]
        return found


class ReasonForm(forms.Form):
    """Why; beside it, in the page, the gold answer that was looked at."""

    reason = forms.CharField(
        label="Why",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Whoever meets the question later reads it.",
    )
