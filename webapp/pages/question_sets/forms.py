"""The forms between a file of questions and a question set."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from django import forms

from moe_core.benchmarks import BENCHMARKS
from webapp.accounts.models import Team
from webapp.files.formats import ACCEPTED, FORMAT_NAMES
from webapp.plural import counted
from webapp.questions.benchmarks import GUESS, NONE
from webapp.questions.models import QuestionSet, Report, SavedMapping, Upload, benchmark_choices
from webapp.questions.reading.columns import columns_of
from webapp.questions.reading.mapping import ALL, ANY, WRITTEN
from webapp.questions.reading.names import NAMES, SEVERAL

SHOWN = 5  # columns of a list that several may be chosen from

# Role → what the form calls it, and what to know of it.
ROLES: dict[str, tuple[str, str]] = {
    "question": ("Question", "Options may follow in it after “Options:”. Chat messages are kept."),
    "passage": ("Passage", "What the question is about: it is put before it."),
    "system": ("System prompt", "Sent before the question."),
    "options": ("Options", "One column with a list, or one column for each option."),
    "answer": ("Answer", "A letter, an option's text or number, or an open answer."),
    "answer_index": ("Number of the answer", "Or its letter; alone, or beside the answer."),
    "correct": ("Correct answer", "Where a file tells it apart: the options are shuffled."),
    "incorrect": ("Incorrect answers", "One column with a list, or several columns."),
    "right": ("Is it right", "Where each row has one option: 1 or 0."),
    "id": ("Id", "Without it: the row's number."),
    "category": ("Category", ""),
}
# Word of a mapping → what the form calls it, what to know of it, and what there is to choose.
SAID: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "rows": ("Rows", "Which list of the file holds the questions.", []),
    "written": ("Answers are written as", "", [("", "as they tell"), *WRITTEN.items()]),
    "several": (
        "Several right answers",
        "",
        [("", "as they tell"), (ANY, "any of them counts"), (ALL, "all of them are wanted")],
    ),
    "header": (
        "First line",
        "",
        [("", "as it looks"), ("true", "names the columns"), ("false", "is a row like the others")],
    ),
}
_HEADERS = {"true": True, "false": False}


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text=f"{FORMAT_NAMES} with a question column, and an answer column for grading."
        " Nothing is stored before you have seen how it is read.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )


class AskedForm(forms.Form):
    """What nobody but a person can say of a file: one choice for each word that it asks for."""

    def __init__(self, data: Any = None, *, asks: Mapping[str, Sequence[str]]) -> None:
        super().__init__(data, auto_id="id_asked_%s")
        for word, choices in asks.items():
            label, _, _ = SAID[word]
            self.fields[word] = forms.ChoiceField(
                label=label,
                choices=[("", "choose one"), *((c, WRITTEN.get(c, c)) for c in choices)],
            )


class ColumnsForm(forms.Form):
    """Which column of a file is what: every role is told, so that nothing is guessed any more."""

    def __init__(self, data: Any = None, *, upload: Upload) -> None:
        super().__init__(data, auto_id="id_column_%s")
        self._names: Sequence[str] = upload.report["names"]
        self._columns, self._mapping = upload.columns, upload.mapping
        places = [(str(place), name or "(no name)") for place, name in enumerate(self._names)]
        for role in NAMES:
            label, help_text = ROLES[role]
            taken = columns_of({role: self._columns[role]}) if role in self._columns else []
            chosen = [str(self._names.index(name)) for name in taken if name in self._names]
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
        self._add_said(upload)

    def _add_said(self, upload: Upload) -> None:
        lists = upload.report.get("asks", {}).get("rows", [])
        for word, (label, help_text, choices) in SAID.items():
            if (word == "rows" and not lists) or (word == "header" and not _is_csv(upload)):
                continue
            said = self._mapping.get(word)
            self.fields[word] = forms.ChoiceField(
                label=label,
                help_text=help_text,
                choices=[(name, name) for name in lists] if word == "rows" else choices,
                initial=str(said).lower() if isinstance(said, bool) else said or "",
                required=False,
            )

    def mapping(self) -> dict[str, Any]:
        """All roles and words; None for a role that is switched off, and for what is not said."""
        said = {word: self.cleaned_data[word] or None for word in SAID if word in self.fields}
        if "header" in said:
            said["header"] = _HEADERS.get(said["header"] or "")
        return {role: self._chosen(role) for role in NAMES} | said

    def _chosen(self, role: str) -> str | list[str] | None:
        given = self.cleaned_data[role]
        places = given if isinstance(given, list) else [given] if given else []
        names = [self._names[int(place)] for place in places]
        known = self._columns.get(role)
        if isinstance(known, list) and names == known:
            return known  # a list of one column is a column for each, not one that holds a list
        return names if len(names) > 1 else names[0] if names else None


def _is_csv(upload: Upload) -> bool:
    return not PurePath(upload.filename).suffix.lower().startswith((".json", ".parquet"))


class SavedMappingForm(forms.Form):
    """A mapping that the team has kept."""

    saved = forms.ModelChoiceField(
        SavedMapping.objects.none(),
        label="Saved mapping",
        empty_label="choose one",
        to_field_name="name",
    )

    def __init__(self, data: Any = None, *, team: Team) -> None:
        super().__init__(data)
        field = self.fields["saved"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = SavedMapping.objects.filter(team=team)


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
    leave_out_parts = forms.BooleanField(
        label="Store the questions without these columns",
        error_messages={
            "required": "These columns look like a part of the question: choose them as the passage"
            " below and read the file again, or tick this to leave them out."
        },
    )
    save_mapping_as = forms.CharField(
        max_length=100,
        required=False,
        help_text="A name under which the team keeps how this file is read, for others like it.",
    )

    def __init__(
        self, data: Any = None, *, report: Report, guess: str = "", initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        bad_rows = report["bad_rows"]
        if not report.get("parts"):
            self.fields["leave_out_parts"].required = False
        told = BENCHMARKS[guess].title if guess else "none"
        choices = [(GUESS, f"as the columns tell: {told}"), (NONE, "none"), *benchmark_choices()]
        self.fields["benchmark"].choices = choices  # type: ignore[attr-defined]
        if bad_rows:
            self.fields["skip_bad_rows"].error_messages["required"] = (
                f"{counted(bad_rows, 'row')} of the file cannot be taken, so nothing was stored:"
                " tick this to leave them out, or put them right and upload the file again."
            )
        else:
            self.fields["skip_bad_rows"].required = False


class BenchmarkForm(forms.Form):
    """Another benchmark for a stored set, or none."""

    benchmark = forms.ChoiceField(choices=[("", "none"), *benchmark_choices()], required=False)
