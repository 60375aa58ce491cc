"""Forms for experts and pools."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db import transaction

from moe_core.engine import SAMPLING
from webapp.accounts.models import Team
from webapp.audit.actions import Action
from webapp.audit.recording import changes, record
from webapp.experts.checkpoints import doubt, placed
from webapp.experts.engines import ENGINES, GENERATING, OWN_SETTINGS, VLLM
from webapp.experts.models import Expert, Pool
from webapp.experts.short_names import short
from webapp.experts.variants import Replacement
from webapp.outbound import origin

if TYPE_CHECKING:  # generic for the type checker only
    ExpertModelForm = forms.ModelForm[Expert]
    PoolModelForm = forms.ModelForm[Pool]
    ExpertChoiceField = forms.ModelChoiceField[Expert]
else:
    ExpertModelForm = PoolModelForm = forms.ModelForm
    ExpertChoiceField = forms.ModelChoiceField

NEW_LOAD = {"engine", "source", *OWN_SETTINGS}  # other weights, or another server
# What the page folds away, under these titles.
FOLDED = {
    **{engine.fold: engine.settings for engine in ENGINES.values() if engine.fold},
    "How it writes: sampling, system prompt, stop strings": (
        *SAMPLING,
        "system_prompt",
        "stop_strings",
    ),
    "Thinking, and limits of annotations and final answers": (
        "chat_template_options",
        "reasoning_parser",
        "end_of_thinking",
        "annotation_tokens",
        "annotation_options",
        "aggregation_tokens",
        "aggregation_options",
    ),
    "Rarely needed: number format, quantisation, several GPUs, other files, chat template": (
        "dtype",
        "quantization",
        "tensor_parallel_size",
        "engine_seed",
        "load_format",
        "tokenizer_mode",
        "config_format",
        "chat_template",
    ),
}
KEY_DROPPED = (
    "Its address is another server's now, which does not get the key of the one before: if it is to"
    " have that key, name the variable again."
)
# Texts of several lines, by how many of them the page shows at first.
LINES = {
    **dict.fromkeys(("chat_template_options", "annotation_options", "aggregation_options"), 2),
    "stop_strings": 2,
    "caution": 2,
    "system_prompt": 4,
    "chat_template": 6,
}


@dataclass(frozen=True)
class Fold:
    """Fields that are shown on demand, and at once where they say something."""

    title: str
    fields: list[forms.BoundField]

    @property
    def is_open(self) -> bool:
        return any(bound.errors or _is_set(bound) for bound in self.fields)


def _is_set(bound: forms.BoundField) -> bool:
    """Whether it starts with anything but what a new expert has; all kinds of nothing are one."""
    return (bound.initial or None) != (getattr(Expert(), bound.name) or None)


class OptionalJSON(forms.JSONField):
    """Nothing is an empty field, and not the word null."""

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)


class ExpertForm(ExpertModelForm):
    note = ""  # what to say of a source that may be meant in two ways

    class Meta:
        model = Expert
        fields = [
            "name",
            "engine",
            "source",
            "revision",
            "max_model_len",
            "max_new_tokens",
            "temperature",
            "trust_remote_code",
            "caution",
            *(name for names in FOLDED.values() for name in names),
        ]
        field_classes = dict.fromkeys(("annotation_options", "aggregation_options"), OptionalJSON)
        widgets = {
            name: forms.Textarea(attrs={"rows": lines, "spellcheck": "false"})
            for name, lines in LINES.items()
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        engines = [(engine.name, engine.title) for engine in GENERATING]
        self.fields["engine"].choices = engines  # type: ignore[attr-defined]

    def usual(self) -> list[forms.BoundField]:
        """What the page always shows."""
        folded = {name for names in FOLDED.values() for name in names}
        return [bound for bound in self if bound.name not in folded]

    def folded(self) -> list[Fold]:
        return [Fold(title, [self[name] for name in names]) for title, names in FOLDED.items()]

    def clean_source(self) -> str:
        """A relative path begins in the repository; what is stored already stays as it is."""
        source: str = self.cleaned_data["source"]
        is_kept = self.instance.pk and "source" not in self.changed_data
        if is_kept or self.cleaned_data.get("engine") != VLLM.name:
            return source
        stored = placed(source, settings.BASE_DIR)
        self.note = doubt(source, stored)
        return stored

    def clean(self) -> dict[str, Any]:
        """A key is for the server that it was given for: another one's address drops it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        before, now = self.initial.get("endpoint") or "", cleaned.get("endpoint") or ""
        is_given_again = "key_variable" in self.changed_data
        if before and origin(before) != origin(now) and not is_given_again:
            if cleaned.get("key_variable"):
                self.changed_data.append("key_variable")
                self.note = KEY_DROPPED
            cleaned["key_variable"] = ""
        return cleaned

    def clean_chat_template_options(self) -> object:
        options = self.cleaned_data["chat_template_options"]
        return {} if options is None else options

    def clean_stop_strings(self) -> object:
        texts = self.cleaned_data["stop_strings"]
        return [] if texts is None else texts

    @transaction.atomic
    def save(self, commit: bool = True) -> Expert:
        is_new, changed = self.instance.pk is None, changes(self)
        if NEW_LOAD & set(self.changed_data):  # what was measured was another checkpoint
            self.instance.problem = ""
            self.instance.load_seconds = self.instance.tokens_per_second = None
        expert = super().save(commit)
        if is_new:
            record(Action.EXPERT_ADDED, expert, engine=expert.engine, source=expert.source)
        elif changed:
            record(Action.EXPERT_CHANGED, expert, **changed)
        return expert


class PoolForm(PoolModelForm):
    class Meta:
        model = Pool
        fields = [
            "name",
            "experts",
            "annotator",
            "aggregators",
            "embedder",
            "merging",
            "is_structured",
        ]
        widgets = {
            "experts": forms.CheckboxSelectMultiple,
            "aggregators": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "experts": "Whom questions may be routed to.",
            "embedder": "Finds the profiled skill that is nearest to a named one.",
        }
        labels = {"aggregators": "Aggregator candidates"}

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instance.team = team
        experts = Expert.objects.of(team)
        for field, queryset in {
            "experts": experts,
            "annotator": experts.generating(),
            "aggregators": experts.generating(),
        }.items():
            choices = self.fields[field]
            assert isinstance(choices, forms.ModelChoiceField)
            choices.queryset = queryset
        for name in self.fixed:  # what is sent nevertheless is refused, not passed over
            self.fields[name].disabled = self.add_prefix(name) not in self.data

    @cached_property
    def fixed(self) -> frozenset[str]:
        """What stays: runs and profiles rest on a pool as it was when they began."""
        if not self.instance.pk:
            return frozenset()
        if self.instance.is_running:
            return frozenset(self.fields) - {"name"}
        if self.instance.is_profiled:
            return frozenset(self.fields) - {"name", "aggregators"}
        return frozenset()

    def clean(self) -> dict[str, Any]:
        for name in self.fixed & set(self.changed_data):
            self.add_error(name, "Profiles or runs rest on it: make another pool instead.")
        return self.cleaned_data

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        taken = Pool.objects.filter(team=self.instance.team, name=name).exclude(pk=self.instance.pk)
        if taken.exists():
            raise forms.ValidationError(
                f"There is a pool called {name} already: take another name."
            )
        return name

    @transaction.atomic
    def save(self, commit: bool = True) -> Pool:
        is_new, changed = self.instance.pk is None, changes(self)
        pool = super().save(commit)
        if is_new:
            record(Action.POOL_MADE, pool, experts=self.cleaned_data["experts"])
        elif changed:
            record(Action.POOL_CHANGED, pool, **changed)
        return pool


class ExpertChoice(ExpertChoiceField):
    def label_from_instance(self, obj: object) -> str:
        return short(obj)


class ReplacementForm(forms.Form):
    """Another expert in the place of one of a pool's, or beside them."""

    expert = ExpertChoice(
        Expert.objects.none(),
        label="Take out",
        required=False,
        empty_label="nobody: the new one joins them",
    )
    by = ExpertChoice(Expert.objects.none(), label="Put in", empty_label="choose one")

    def __init__(self, *args: Any, pool: Pool, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in {
            "expert": pool.experts.all(),
            "by": Expert.objects.of(pool.team).exclude(pools=pool),
        }.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = choices

    def chosen(self) -> Replacement:
        return Replacement(self.cleaned_data["expert"], self.cleaned_data["by"])
