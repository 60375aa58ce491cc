"""Forms that start work on the GPU."""

from typing import Any

from django import forms
from django.db.models import Model

from moe_core.methods import METHODS
from moe_core.recruiting import RECRUITERS
from webapp.accounts.models import Team
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Profile, Run
from webapp.runs.reading import ready_profiles
from webapp.runs.submit import LARGEST_K, WRITER_CHOICES, Settings

FITTING = [r for r in RECRUITERS.values() if any(m.takes(r) for m in METHODS.values())]
CHOOSING = ", ".join(m.title for m in METHODS.values() if m.recruiter is None)
CHOOSING_WRITER = ", ".join(m.title for m in METHODS.values() if m.writer is None)
WITHOUT_K = ", ".join(m.title for m in METHODS.values() if not m.takes_k)


class RunForm(forms.Form):
    question_set = forms.ModelChoiceField(QuestionSet.objects.none())
    pool = forms.ModelChoiceField(Pool.objects.none())
    method = forms.ChoiceField(choices=[(m.name, m.title) for m in METHODS.values()])
    recruiter = forms.ChoiceField(
        required=False,
        choices=[("", "the method's own"), *((r.name, f"{r.name}: {r.title}") for r in FITTING)],
        help_text=f"Who gets the seats. To be chosen in {CHOOSING}; the other methods have one.",
    )
    profile = forms.ModelChoiceField(
        Profile.objects.none(),
        required=False,
        empty_label="the pool's newest",
        help_text="What recruiting and the votes that weigh go by; all-experts takes none.",
    )
    k = forms.IntegerField(
        label="Seats per question (k)",
        initial=3,
        min_value=1,
        max_value=LARGEST_K,
        help_text="Experts recruited for each question; the paper's draw may give one expert two."
        f" Not used by {WITHOUT_K}.",
    )
    seed = forms.IntegerField(
        initial=0,
        min_value=0,
        max_value=2**31 - 1,
        help_text="The same seed recruits the same experts again.",
    )
    writer = forms.ChoiceField(
        label="Who writes the answers",
        choices=[(name, f"{name}: {title}") for name, title in WRITER_CHOICES.items()],
        help_text="Ranking the pool's aggregators decides between the LLM and the better vote."
        " Where there is none to rank, the weighted vote writes, or the calibrated one where"
        f" ours recruits. To be chosen in {CHOOSING_WRITER}; the other methods have one.",
    )

    # Keys of experts that are not recruited, ticked where the routing is shown.
    left_out = forms.Field(required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in {
            "question_set": QuestionSet.objects.filter(team=team),
            "pool": Pool.objects.filter(team=team),
            "profile": ready_profiles(team),
        }.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = choices
            if name != "profile":
                field.empty_label = "choose one"

    def clean_left_out(self) -> list[int]:
        """Those of the chosen pool: another one may have been chosen since they were ticked."""
        pool = self.cleaned_data.get("pool")
        named = {str(key) for key in self.cleaned_data["left_out"] or []}
        if pool is None or not named:
            return []
        keys = pool.experts.order_by("pk").values_list("pk", flat=True)
        return [key for key in keys if str(key) in named]

    def chosen(self) -> Settings:
        """As a run is started with."""
        given = self.cleaned_data
        return Settings(
            pool=given["pool"],
            questions=given["question_set"],
            method=given["method"],
            recruiter=given["recruiter"],
            profile=given["profile"],
            k=given["k"],
            seed=given["seed"],
            writer=given["writer"],
            left_out=given["left_out"],
        )

    def settings(self) -> dict[str, Any]:
        """As it can be kept, and filled in again."""
        return {
            name: value.pk if isinstance(value, Model) else value
            for name, value in self.cleaned_data.items()
        }


def settings_of(run: Run) -> dict[str, Any]:
    """What the form of a run was filled in with, or might have been."""
    return {
        "question_set": run.question_set_id,
        "pool": run.pool_id,
        "method": run.method,
        "recruiter": run.recruiter if run.way and run.way.recruiter is None else "",
        "profile": run.profile_id,
        "k": run.k,
        "seed": run.seed,
        "writer": run.writer,
        "left_out": run.left_out,
    }


class PresetForm(forms.Form):
    """The name under which settings are saved."""

    use_required_attribute = False  # it stands in the form of a run, which needs none
    name = forms.CharField(
        label="Save these settings as",
        max_length=100,
        widget=forms.TextInput(attrs={"data-enter": "save-preset"}),
        error_messages={"required": "Give the preset a name."},
    )


class ValidationSetForm(forms.Form):
    """The validation set that a pool is to be profiled on."""

    question_set = forms.ModelChoiceField(QuestionSet.objects.none(), label="Validation set")

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["question_set"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = QuestionSet.objects.filter(
            team=team, kind=QuestionSet.Kind.VALIDATION.value
        )
        field.empty_label = None


class ResponsesForm(forms.Form):
    """A file of recorded responses, and what they answer."""

    file = forms.FileField(
        label="File",
        help_text="JSONL, Parquet, CSV or JSON with the columns question_id, model and output.",
        widget=forms.FileInput(attrs={"accept": ".jsonl,.parquet,.json,.csv,.tsv"}),
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


class TryForm(forms.Form):
    question = forms.CharField(
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Loads the expert on the GPU and asks it this, as a run would.",
    )
