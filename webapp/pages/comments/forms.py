"""The form of a comment."""

from django import forms
from django.http import QueryDict

from webapp.comments.models import Comment

LONGEST = Comment._meta.get_field("text").max_length


class CommentForm(forms.Form):
    text = forms.CharField(
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        error_messages={"required": "Write something first."},
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="comment-%s")
