"""The form that takes a file of questions."""

import json
from typing import Any

from django import forms

from webapp.files.errors import FileRefused
from webapp.questions.benchmarks import GUESS, NONE
from webapp.questions.columns import check_mapping
from webapp.questions.models import CHOICES, QuestionSet


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="CSV, JSON, JSONL or Parquet with a question column, and an answer column for"
        " grading.",
        widget=forms.FileInput(attrs={"accept": ".json,.jsonl,.csv,.tsv,.txt,.parquet"}),
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
    benchmark = forms.ChoiceField(
        choices=[(GUESS, "as the columns tell"), (NONE, "none"), *CHOICES],
        required=False,
        help_text="Its questions are asked in the wording of the paper's prompts; without one, in"
        " the product's own.",
    )
    mapping = forms.CharField(
        label="Columns",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="Only where columns are taken wrongly: what is in which one, as JSON, such as"
        ' {"question": "stem", "options": ["opt1", "opt2"], "answer_index": "key", "id": null}.',
    )
    skip_bad_rows = forms.BooleanField(
        required=False, label="Store the good rows and list the others"
    )

    def clean_benchmark(self) -> str:
        return self.cleaned_data["benchmark"] or GUESS

    def clean_mapping(self) -> dict[str, Any]:
        text: str = self.cleaned_data["mapping"].strip()
        if not text:
            return {}
        try:
            mapping = json.loads(text)
            check_mapping(mapping)
        except FileRefused as error:
            raise forms.ValidationError(str(error)) from None
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(
                f'This is no JSON ({error}): give {{"question": "a column", …}}.'
            ) from None
        found: dict[str, Any] = mapping
        return found


class BenchmarkForm(forms.Form):
    """Another benchmark for a stored set, or none."""

    benchmark = forms.ChoiceField(choices=[("", "none"), *CHOICES], required=False)
