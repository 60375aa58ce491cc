"""The form that imports recorded responses."""

from typing import Any

from django import forms

from webapp.accounts.models import Team
from webapp.files.formats import ACCEPTED, FORMAT_NAMES
from webapp.questions.models import QuestionSet


class ResponsesForm(forms.Form):
    """A file of recorded responses, and what they answer."""

    file = forms.FileField(
        label="File",
        help_text=f"{FORMAT_NAMES} with the columns question_id, model and output.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    question_set = forms.ModelChoiceField(
        QuestionSet.objects.none(),
        empty_label="choose one",
        help_text="What was answered; the file names its questions by their ids.",
    )
    pool = forms.CharField(
        max_length=100,
        help_text="Import a validation set's responses and a test set's into the same pool.",
    )
    skip_bad_rows = forms.BooleanField(
        required=False, label="Store the good rows and list the others"
    )

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["question_set"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = QuestionSet.objects.filter(team=team)
