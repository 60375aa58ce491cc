"""The form that builds a pool's profile."""

from typing import Any

from django import forms

from webapp.accounts.models import Team
from webapp.questions.models import QuestionSet


class ValidationSetForm(forms.Form):
    """The validation set that a pool is to be profiled on."""

    question_set = forms.ModelChoiceField(QuestionSet.objects.none(), label="Validation set")

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["question_set"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = QuestionSet.objects.filter(
            team=team, kind=QuestionSet.Kind.VALIDATION.value, archived=None
        )
        field.empty_label = None
