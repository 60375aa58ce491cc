"""The form of a new run, and the name under which its settings are saved."""

from typing import Any

from django import forms
from django.db.models import Model

from moe_core.methods import METHODS
from moe_core.recruiters import LITERATURE, RECRUITERS, Recruiter
from webapp.accounts.models import Team
from webapp.execution.settings import (
    LARGEST_K,
    LARGEST_SEED,
    STOPPING_CHOICES,
    WRITER_CHOICES,
    Settings,
    theirs,
)
from webapp.experts.models import Pool
from webapp.findings.pools import ways
from webapp.findings.pools.ways import TITLES
from webapp.keeping.naming import LONGEST_TITLE, checked_title
from webapp.pages.shared.addresses import key
from webapp.questions.models import QuestionSet
from webapp.runs.lookups import newest_profile, ready_profiles
from webapp.runs.models import Profile

FITTING = [r for r in RECRUITERS.values() if any(m.takes(r) for m in METHODS.values())]
OWN = [recruiter for recruiter in FITTING if recruiter.source is None]
COMPARATORS = [recruiter for recruiter in FITTING if recruiter.source is not None]
CHOOSING = ", ".join(m.title for m in METHODS.values() if m.recruiter is None)
CHOOSING_WRITER = ", ".join(m.title for m in METHODS.values() if m.writer is None)
WITHOUT_K = ", ".join(m.title for m in METHODS.values() if not m.takes_k)


def _choice(recruiter: Recruiter) -> tuple[str, str]:
    return recruiter.name, f"{recruiter.title} ({recruiter.name})"


class RunForm(forms.Form):
    # A preset of the product's; blank: the settings below, which it stands for otherwise.
    offer = forms.ChoiceField(required=False, choices=[("", ""), *TITLES.items()])
    question_set = forms.ModelChoiceField(QuestionSet.objects.none())
    pool = forms.ModelChoiceField(Pool.objects.none())
    method = forms.ChoiceField(choices=[(m.name, m.title) for m in METHODS.values()])
    recruiter = forms.ChoiceField(
        required=False,
        choices=[
            ("", "the method's own"),
            *map(_choice, OWN),
            (LITERATURE, [*map(_choice, COMPARATORS)]),
        ],
        help_text=f"Who gets the seats. To be chosen in {CHOOSING}; the other methods have one.",
    )
    profile = forms.ModelChoiceField(
        Profile.objects.none(),
        required=False,
        empty_label="the pool's newest",
        help_text="What recruiting and the votes that weigh go by. Where all experts vote, none is"
        " needed.",
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
        max_value=LARGEST_SEED,
        help_text="The same seed recruits the same experts again.",
    )
    writer = forms.ChoiceField(
        label="Who writes the answers",
        choices=[(name, f"{title} ({name})") for name, title in WRITER_CHOICES.items()],
        help_text="Ranking the pool's aggregators decides between the LLM and the better vote."
        " Where there is none to rank, the weighted vote writes, or the calibrated one where"
        f" recruiting is by {RECRUITERS['ours'].words}. To be chosen in {CHOOSING_WRITER}; the"
        " other methods have one.",
    )
    looks = forms.TypedChoiceField(
        label="Looks of answers",
        required=False,
        choices=[
            ("", "count where profile and set are of one benchmark"),
            ("True", "count"),
            ("False", "do not count"),
        ],
        coerce="True".__eq__,
        empty_value=None,
        help_text="In the calibrated vote: how long an answer is among the options, say. That tells"
        " how a set was made rather than who knows what, and may not hold in another one.",
    )
    stopping = forms.ChoiceField(
        label="Which seats are asked",
        required=False,
        choices=list(STOPPING_CHOICES.items()),
        help_text="As many as the answers need: where a vote writes them, whoever could not change"
        " an answer any more is not asked for it; else, and by the paper's recruiter, everybody is."
        " An LLM that writes reads fewer responses where you choose to stop once a vote is decided."
        " Until two ahead, k is the most that a question is given.",
    )
    title = forms.CharField(
        required=False,
        max_length=LONGEST_TITLE,
        help_text="By which people find it again. Empty: made from method, question set and pool.",
    )
    # Keys of experts that are not recruited, ticked where the routing is shown.
    left_out = forms.Field(required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in {
            "question_set": QuestionSet.objects.filter(team=team, archived=None),
            "pool": Pool.objects.filter(team=team, archived=None),
            "profile": ready_profiles(team).filter(archived=None),
        }.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = choices
            if name != "profile":
                field.empty_label = "choose one"

    def named(self, field: str) -> Any:
        """The row that a field names, sent or filled in; None where that is none of its choices."""
        of = self.fields[field]
        assert isinstance(of, forms.ModelChoiceField)
        pk = key(str(self[field].value() or ""))
        return None if pk is None or of.queryset is None else of.queryset.filter(pk=pk).first()

    def clean_title(self) -> str:
        return checked_title(self.cleaned_data["title"])

    def clean_left_out(self) -> list[int]:
        """Those of the chosen pool: another one may have been chosen since they were ticked."""
        pool = self.cleaned_data.get("pool")
        return theirs(pool, self.cleaned_data["left_out"] or []) if pool else []

    def clean(self) -> dict[str, Any]:
        """An offer's settings in place of those that were not chosen."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not (offer := given.pop("offer", "")) or not given.get("pool"):
            return given
        profile = given.get("profile") or newest_profile(given["pool"])
        kept = ways.ask(profile) if profile else None
        offered = ways.offers(profile, kept) if profile else []
        settings = next((of.settings for of in offered if of.offer == offer), None)
        if settings is None:
            self.add_error(
                None,
                "What is best for this pool is not known yet: wait until it is worked out, or"
                " choose another preset or settings of your own.",
            )
        given.update(settings or {})
        return given

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
            stopping=given["stopping"],
            looks=given["looks"],
            left_out=given["left_out"],
        )

    def settings(self) -> dict[str, Any]:
        """As it can be kept, and filled in again: for any run, so without a title."""
        return {
            name: value.pk if isinstance(value, Model) else value
            for name, value in self.cleaned_data.items()
            if name != "title"
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
