"""Forms for what people say of an answer."""

from django import forms

from webapp.runs.models import Comment, Review

LONGEST_NOTE = Review._meta.get_field("note").max_length
LONGEST_COMMENT = Comment._meta.get_field("text").max_length


class ReviewForm(forms.Form):
    verdict = forms.ChoiceField(
        choices=Review.Verdict.choices,
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

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, auto_id="review-%s", **options)  # type: ignore[arg-type]


class CommentForm(forms.Form):
    text = forms.CharField(
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        error_messages={"required": "Write something first."},
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, auto_id="comment-%s", **options)  # type: ignore[arg-type]
