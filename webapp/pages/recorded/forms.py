"""The forms between a log of responses and a pool of recorded experts."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from webapp.accounts.models import Team
from webapp.files.formats import ACCEPTED, FORMAT_NAMES
from webapp.questions.models import QuestionSet
from webapp.recorded.mapping import ALL, ALONE, KEEP, LONGEST_MODEL, ROLES
from webapp.recorded.own_questions import NewSet

# Role → what the form calls it, and what to know of it.
LABELS: dict[str, tuple[str, str]] = {
    "id": ("Id", "Of the question."),
    "question": ("Question", "Its text, where there are no ids, or others."),
    "output": (
        "Output",
        "What the model wrote; or a column for each model. Ctrl and a click choose another one.",
    ),
    "model": ("Model", "The column with its name."),
    "sample": ("Sample", "The column that numbers several responses of one model."),
}
NOT_SAID, NOT_USED = "", "null"
SHOWN = 5  # columns of the list that several may be chosen from
SAMPLES = 10  # that may be chosen by number


class AnsweredForm(forms.Form):
    """What the responses answer, and what their models become."""

    question_set = forms.ModelChoiceField(
        QuestionSet.objects.none(),
        required=False,
        empty_label="a new set, of the log's own questions",
        help_text="What was answered: matched by ids, or by the questions' texts.",
    )
    new_set_kind = forms.ChoiceField(
        label="Kind of a new set",
        choices=[
            (QuestionSet.Kind.TEST.value, "Test: to have answered"),
            (QuestionSet.Kind.VALIDATION.value, "Validation: to profile experts on"),
        ],
        required=False,
    )
    pool = forms.CharField(
        max_length=100,
        help_text="Import a validation set's responses and a test set's into the same pool.",
    )

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["question_set"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = QuestionSet.objects.filter(team=team, archived=None)

    def answered(self, new_set: str = "") -> QuestionSet | NewSet:
        kind = self.cleaned_data["new_set_kind"] or QuestionSet.Kind.TEST.value
        found: QuestionSet | None = self.cleaned_data["question_set"]
        return found or NewSet(new_set, kind)


class LogForm(AnsweredForm):
    """A log, and what it answers."""

    file = forms.FileField(
        label="File",
        help_text=f"{FORMAT_NAMES}, or a log of Inspect. Nothing is stored before you have seen how"
        " it is read.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    field_order = ("file", "question_set", "new_set_kind", "pool")


class ReadForm(AnsweredForm):
    """How a log is read, said in the address of the page that shows what would come of it."""

    def __init__(
        self, data: Any, *, names: Sequence[str], columns: Mapping[str, Sequence[str]], team: Team
    ) -> None:
        super().__init__(data, team=team, auto_id="id_read_%s")
        found = dict.fromkeys([*names, *(path for paths in columns.values() for path in paths)])
        choices = [(json.dumps(name), name or "(no name)") for name in found]
        for role in ROLES:
            label, help_text = LABELS[role]
            if role == "output":
                self.fields[role] = forms.MultipleChoiceField(
                    label=label,
                    help_text=help_text,
                    choices=choices,
                    required=False,
                    widget=forms.SelectMultiple(attrs={"size": min(SHOWN, len(choices) or 1)}),
                )
                continue
            taken = ", ".join(columns.get(role, ())[:2]) or "none"
            none = [] if role == "sample" else [(NOT_USED, "none")]
            self.fields[role] = forms.ChoiceField(
                label=label,
                help_text=help_text,
                choices=[(NOT_SAID, f"as recognised: {taken}"), *none, *choices],
                required=False,
            )
        self.fields[ALONE] = forms.CharField(
            label="Model's name",
            max_length=LONGEST_MODEL,
            required=False,
            help_text="Where no column has it: of the one model that wrote the whole file.",
        )
        numbers = [(str(number), f"number {number}") for number in range(1, SAMPLES + 1)]
        self.fields[KEEP] = forms.ChoiceField(
            label="Of several samples",
            choices=[(NOT_SAID, "the first"), *numbers[1:], (ALL, "all: an expert for each")],
            required=False,
        )
        if "model" not in columns and len(columns.get("output", ())) < 2:
            self.order_fields([ALONE])  # what is asked for goes first


def mapping_in(address: Any) -> dict[str, Any]:
    """The mapping that a page's address says. Raises ValueError where it says none."""
    said: dict[str, Any] = {}
    for role in ROLES:
        values = [json.loads(value) for value in address.getlist(role) if value != NOT_SAID]
        if values:
            said[role] = values if len(values) > 1 else values[0]
    if name := address.get(ALONE, "").strip():
        said[ALONE] = name
    if keep := address.get(KEEP):
        said[KEEP] = ALL if keep == ALL else int(keep)
    return said
