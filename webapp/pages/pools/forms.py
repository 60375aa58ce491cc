"""The forms that build a pool's profile, and that replace one of its experts."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from moe_core.anchors import PARTS
from webapp.accounts.models import Team
from webapp.experts.forms import ReplacementForm
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet


class ValidationSetForm(forms.Form):
    """The validation set that a pool is to be profiled on."""

    question_set = forms.ModelChoiceField(QuestionSet.objects.none(), label="Validation set")

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["question_set"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = self.sets = _validation_sets(team)
        field.empty_label = None


class ReplaceForm(ReplacementForm):
    """What the new pool has that this one has not, and the set to profile it on."""

    question_set = forms.ModelChoiceField(
        QuestionSet.objects.none(),
        label="Profile the new pool on",
        required=False,
        empty_label="nothing yet",
    )
    part = forms.ChoiceField(
        choices=[(part.name, part.title) for part in PARTS.values()],
        label="Ask the new one",
        required=False,
    )

    def __init__(self, *args: Any, pool: Pool, **options: Any) -> None:
        super().__init__(*args, pool=pool, **options)
        newest = pool.profiles.filter(ready=True).first()
        field = self.fields["question_set"]
        assert isinstance(field, forms.ModelChoiceField)
        field.initial = newest.question_set_id if newest else None
        field.queryset = _validation_sets(pool.team)


def _validation_sets(team: Team) -> QuerySet[QuestionSet]:
    return QuestionSet.objects.filter(
        team=team, kind=QuestionSet.Kind.VALIDATION.value, archived=None
    )
