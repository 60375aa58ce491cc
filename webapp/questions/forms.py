"""The form that takes a file of questions."""

from django import forms

from webapp.questions.models import QuestionSet


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="JSON, JSONL or CSV with a question column, and an answer column for grading.",
        widget=forms.FileInput(attrs={"accept": ".json,.jsonl,.csv,.tsv,.txt"}),
    )
    name = forms.CharField(
        max_length=100, required=False, help_text="Empty: the file's name without its ending."
    )
    kind = forms.ChoiceField(
        choices=[
            (QuestionSet.Kind.TEST.value, "Test: to have answered"),
            (QuestionSet.Kind.VALIDATION.value, "Validation: to profile experts on"),
        ]
    )
    keep_good = forms.BooleanField(required=False, label="Store the good rows and list the others")
