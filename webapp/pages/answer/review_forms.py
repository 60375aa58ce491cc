"""Forms for what people say of an answer."""

from django import forms
from django.http import QueryDict

from webapp.runs.models import Comment, Review

LONGEST_NOTE = Review._meta.get_field("note").max_length
LONGEST_COMMENT = Comment._meta.get_field("text").max_length


class ReviewForm(forms.Form):
    verdict = forms.ChoiceField(
        choices=[c for c in Review.Verdict.choices if c[0] != Review.Verdict.SETTLED],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={
            "required": "Choose a verdict.",
            "invalid_choice": "%(value)s is no verdict: choose one of those shown.",
        },
    )
    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )

    def __init__(
        self, data: QueryDict | None = None, initial: dict[str, str] | None = None
    ) -> None:
        super().__init__(data, initial=initial, auto_id="review-%s")


class CommentForm(forms.Form):
    text = forms.CharField(
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        error_messages={"required": "Write something first."},
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="comment-%s")
