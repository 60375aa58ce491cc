"""Forms for what people say of an answer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from webapp.reviews.models import SETTLED, Review, VerdictKind
from webapp.reviews.saying import Said
from webapp.reviews.verdicts import SETTLED_TITLE
from webapp.runs.models import Answer

LONGEST = Review._meta.get_field("note").max_length
TEXT = {"class": "form-control"}


class ReviewForm(forms.Form):
    """Verdicts of a team on one answer, with what a person adds to them."""

    verdicts = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={
            "required": "Choose a verdict.",
            "invalid_choice": "%(value)s is no verdict: choose one of those shown.",
        },
    )
    note = forms.CharField(
        required=False, max_length=LONGEST, widget=forms.Textarea(attrs=TEXT | {"rows": 2})
    )
    corrected = forms.CharField(
        label="The answer should be",
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs=TEXT),
    )
    quote = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)
    quoted = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        answer: Answer,
        kinds: Sequence[VerdictKind],
        initial: Said | None = None,
        seen: int = 0,
        is_ruling: bool = False,
    ) -> None:
        shown: dict[str, Any] = {"seen": seen}
        if initial is not None:
            shown |= {name: getattr(initial, name) for name in Said.__dataclass_fields__}
        super().__init__(data, initial=shown, auto_id="ruling-%s" if is_ruling else "review-%s")
        self._answer = answer
        self.kinds = kinds
        choices = [(kind.key, kind.title) for kind in kinds]
        if is_ruling:
            choices.append((SETTLED, SETTLED_TITLE))
        self.fields["verdicts"].choices = choices  # type: ignore[attr-defined]

    def clean_quoted(self) -> int | None:
        """Only a response to this question can be marked."""
        quoted: int | None = self.cleaned_data["quoted"]
        known = quoted and self._answer.generations.filter(pk=quoted).exists()
        return quoted if known else None

    @property
    def said(self) -> Said:
        given = {name: self.cleaned_data[name] for name in Said.__dataclass_fields__}
        return Said(**given)

    @property
    def read(self) -> int | None:
        """The stamp of what the person has read; None where the sender does not say."""
        seen: int | None = self.cleaned_data["seen"]
        return seen

    def again(self, seen: int) -> "ReviewForm":
        """The same words, over what stands by now."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["seen"] = str(seen)
        self.data = data
        return self
