"""The forms between a file of questions and a question set."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from moe_core.benchmarks import BENCHMARKS
from webapp.files.formats import ACCEPTED, FORMAT_NAMES
from webapp.questions.benchmarks import GUESS, NONE
from webapp.questions.columns import NAMES, SEVERAL, columns_of
from webapp.questions.models import QuestionSet, benchmark_choices

SHOWN = 5  # columns of a list that several may be chosen from

# Role → what the form calls it, and what to know of it.
ROLES: dict[str, tuple[str, str]] = {
    "question": ("Question", "Options may follow in it after “The options are:”."),
    "answer": ("Answer", "A letter, an option's text, its index from 0, or an open answer."),
    "answer_index": ("Index of the answer", "From 0; alone, or beside the answer."),
    "options": ("Options", "One column with a list, or one column for each option."),
    "correct": ("Correct answer", "Where a file tells it apart: the options are shuffled."),
    "incorrect": ("Incorrect answers", "One column with a list, or several columns."),
    "id": ("Id", "Without it: the row's number."),
    "category": ("Category", ""),
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text=f"{FORMAT_NAMES} with a question column, and an answer column for grading."
        " Nothing is stored before you have seen how it is read.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )


class ColumnsForm(forms.Form):
    """Which column of a file is what: every role is told, so that nothing is guessed any more."""

    def __init__(
        self, data: Any = None, *, names: Sequence[str], columns: Mapping[str, str | list[str]]
    ) -> None:
        super().__init__(data, auto_id="id_column_%s")
        self._names, self._columns = names, columns
        places = [(str(place), name or "(no name)") for place, name in enumerate(names)]
        for role in NAMES:
            label, help_text = ROLES[role]
            taken = columns_of({role: columns[role]}) if role in columns else []
            chosen = [str(names.index(name)) for name in taken if name in names]
            if role in SEVERAL:
                self.fields[role] = forms.MultipleChoiceField(
                    label=label,
                    help_text=f"{help_text} Ctrl and a click choose another one.",
                    choices=places,
                    initial=chosen,
                    required=False,
                    widget=forms.SelectMultiple(attrs={"size": min(SHOWN, len(places))}),
                )
            else:
                self.fields[role] = forms.ChoiceField(
                    label=label,
                    help_text=help_text,
                    choices=[("", "none"), *places],
                    initial="".join(chosen[:1]),
                    required=role == "question",
                )

    def mapping(self) -> dict[str, Any]:
        """Role → column, columns, or None for a role that is switched off."""
        return {role: self._chosen(role) for role in NAMES}

    def _chosen(self, role: str) -> str | list[str] | None:
        given = self.cleaned_data[role]
        places = given if isinstance(given, list) else [given] if given else []
        names = [self._names[int(place)] for place in places]
        known = self._columns.get(role)
        if isinstance(known, list) and names == known:
            return known  # a list of one column is a column for each, not one that holds a list
        return names if len(names) > 1 else names[0] if names else None


class StoreForm(forms.Form):
    """What a file becomes. With rows that cannot be taken, people have to say that they may go."""

    use_required_attribute = False  # the server says what a tick is for

    name = forms.CharField(max_length=100)
    kind = forms.ChoiceField(
        choices=[
            (QuestionSet.Kind.TEST.value, "Test: to have answered"),
            (QuestionSet.Kind.VALIDATION.value, "Validation: to profile experts on"),
        ]
    )
    benchmark = forms.ChoiceField(
        help_text="Its questions are asked in the wording of the paper's prompts; without one, in"
        " the product's own.",
    )
    skip_bad_rows = forms.BooleanField(label="Store the good rows and leave out the others")

    def __init__(
        self, data: Any = None, *, bad_rows: int, guess: str = "", initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        told = BENCHMARKS[guess].title if guess else "none"
        choices = [(GUESS, f"as the columns tell: {told}"), (NONE, "none"), *benchmark_choices()]
        self.fields["benchmark"].choices = choices  # type: ignore[attr-defined]
        if bad_rows:
            rows = "1 row" if bad_rows == 1 else f"{bad_rows:,} rows"
            self.fields["skip_bad_rows"].error_messages["required"] = (
                f"{rows} of the file cannot be taken, so nothing was stored: tick this to leave"
                " them out, or put them right and upload the file again."
            )
        else:
            self.fields["skip_bad_rows"].required = False


class BenchmarkForm(forms.Form):
    """Another benchmark for a stored set, or none."""

    benchmark = forms.ChoiceField(choices=[("", "none"), *benchmark_choices()], required=False)
