"""The forms that build a pool's profile, and that replace one of its experts."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet

from moe_core.anchors import PARTS
from webapp.accounts.models import Team
from webapp.experts.models import Expert, Pool
from webapp.experts.short_names import short
from webapp.questions.models import QuestionSet

if TYPE_CHECKING:  # generic for the type checker only
    ExpertChoiceField = forms.ModelChoiceField[Expert]
else:
    ExpertChoiceField = forms.ModelChoiceField


class ValidationSetForm(forms.Form):
    """The validation set that a pool is to be profiled on."""

    question_set = forms.ModelChoiceField(QuestionSet.objects.none(), label="Validation set")

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["question_set"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = self.sets = _validation_sets(team)
        field.empty_label = None


class ExpertChoice(ExpertChoiceField):
    def label_from_instance(self, obj: object) -> str:
        return short(obj)


class ReplaceForm(forms.Form):
    """One expert of a pool in another's place, and the set to profile the new pool on."""

    expert = ExpertChoice(Expert.objects.none(), label="Take out", empty_label=None)
    by = ExpertChoice(Expert.objects.none(), label="Put in its place", empty_label=None)
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
        super().__init__(*args, **options)
        newest = pool.profiles.filter(ready=True).first()
        self.fields["question_set"].initial = newest.question_set_id if newest else None
        for name, choices in {
            "expert": pool.experts.all(),
            "by": Expert.objects.of(pool.team).exclude(pools=pool),
            "question_set": _validation_sets(pool.team),
        }.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = choices


def _validation_sets(team: Team) -> QuerySet[QuestionSet]:
    return QuestionSet.objects.filter(
        team=team, kind=QuestionSet.Kind.VALIDATION.value, archived=None
    )
