"""The forms of queues: what is made of which answers, who is asked, and a choice between two."""

from typing import Any

from django import forms

from webapp.accounts.models import Team, User
from webapp.accounts.rights import reviewers_of
from webapp.reviews.making import Choice, QueueRefused, spans_of
from webapp.reviews.models import Handout, Meaning, Queue
from webapp.reviews.models.queue import MINUTES, MOST_WANTED
from webapp.runs.models import Run

FILTERED = "filtered"
NUMBERED = "numbered"
RUNS_OFFERED = 50
MOST_MINUTES = 24 * 60


class AskForm(forms.Form):
    """Who is asked, for what, until when: what can be changed later too."""

    name = forms.CharField(max_length=100)
    instructions = forms.CharField(
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What to look at, and when to give which verdict. Markdown.",
    )
    people = forms.MultipleChoiceField(
        label="Who reviews", widget=forms.CheckboxSelectMultiple, choices=()
    )
    adjudicator = forms.ChoiceField(
        label="Who settles what they disagree on", required=False, choices=()
    )
    deadline = forms.DateTimeField(
        label="Until",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="After it the queue is shown as late; it stays open.",
    )
    minutes = forms.IntegerField(
        label="An item comes back after minutes",
        min_value=1,
        max_value=MOST_MINUTES,
        initial=MINUTES,
        help_text="Somebody else gets what a person has opened and left for so long.",
    )

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        self._people = {str(person.pk): person for person in reviewers_of(team)}
        named = [(key, str(person)) for key, person in self._people.items()]
        self.fields["people"].choices = named  # type: ignore[attr-defined]
        anybody = ("", "anybody who may review")
        self.fields["adjudicator"].choices = [anybody, *named]  # type: ignore[attr-defined]

    def clean_people(self) -> list[User]:
        return [self._people[key] for key in self.cleaned_data["people"]]

    def clean_adjudicator(self) -> User | None:
        return self._people.get(self.cleaned_data["adjudicator"])

    taken = ("name", "instructions", "adjudicator", "deadline", "minutes")

    def take(self, queue: Queue) -> Queue:
        """The same queue, as the form says; its people apart."""
        for name in self.taken:
            setattr(queue, name, self.cleaned_data[name])
        return queue


class QueueForm(AskForm):
    """A new queue: also what it is made of."""

    runs = forms.ModelMultipleChoiceField(
        Run.objects.none(), label="Runs", widget=forms.CheckboxSelectMultiple
    )
    what = forms.ChoiceField(label="Which answers", choices=())
    numbers = forms.CharField(
        label="Questions by number",
        required=False,
        max_length=2000,
        help_text="Only these, such as 3, 8-12.",
    )
    sample = forms.IntegerField(
        label="At most",
        required=False,
        min_value=1,
        help_text="A random sample of so many; empty: all.",
    )
    wanted = forms.IntegerField(
        label="Reviews of each",
        min_value=1,
        max_value=MOST_WANTED,
        initial=1,
        help_text="By different people. Two or more tell how far people agree.",
    )
    blind = forms.BooleanField(
        label="Blind: hide experts, gold answer and others' reviews until one's own is given",
        required=False,
    )
    field_order = (
        *("name", "runs", "what", "numbers", "sample", "people", "wanted", "blind"),
        *("adjudicator", "deadline", "minutes", "instructions"),
    )

    def __init__(self, *args: Any, team: Team, is_filtered: bool, **options: Any) -> None:
        super().__init__(*args, team=team, **options)
        ended = Run.objects.filter(team=team, kind=Run.Kind.ANSWER).exclude(finished=0)
        self.fields["runs"].queryset = ended  # type: ignore[attr-defined]
        newest = list(ended.values_list("pk", flat=True)[:RUNS_OFFERED])
        asked = [int(pk) for pk in self.initial.get("runs", [])]
        shown = ended.filter(pk__in=[*newest, *asked]).select_related("question_set", "pool")
        self.fields["runs"].choices = [  # type: ignore[attr-defined]
            (run.pk, f"{run}: {run.what}, {run.question_set}") for run in shown
        ]
        filtered = [(FILTERED, "Those under the filters you came with")] if is_filtered else []
        self.fields["what"].choices = [*filtered, *Choice.choices]  # type: ignore[attr-defined]

    def clean_numbers(self) -> list[tuple[int, int]]:
        text = self.cleaned_data["numbers"].strip()
        try:
            return spans_of(text) if text else []
        except QueueRefused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def take(self, queue: Queue) -> Queue:
        queue.wanted, queue.blind = self.cleaned_data["wanted"], self.cleaned_data["blind"]
        return super().take(queue)


class PairsForm(QueueForm):
    """A new queue of what two runs answered differently."""

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, team=team, is_filtered=False, **options)
        for name in ("runs", "what", "numbers"):
            del self.fields[name]


class ChoiceForm(forms.Form):
    """Which of two answers is better."""

    TITLES = (
        (Handout.Choice.FIRST.value, "A is better"),
        (Handout.Choice.SECOND.value, "B is better"),
        (Handout.Choice.BOTH.value, "Both are good"),
        (Handout.Choice.NEITHER.value, "Neither is good"),
    )

    choice = forms.ChoiceField(
        choices=TITLES,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"required": "Choose one of them."},
    )
    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )


class VerdictForm(forms.Form):
    """A verdict that the team's people can give."""

    title = forms.CharField(max_length=40)
    description = forms.CharField(
        max_length=200, required=False, help_text="When to give it; shown beside it."
    )
    meaning = forms.ChoiceField(label="What it says of the outcome", choices=Meaning.choices)
