"""Versions of a profile, as pages show them and ask for them."""

from typing import Any

from django import forms

from moe_core.paired import Paired
from webapp.accounts.models import Team
from webapp.planning.reroutes import change
from webapp.questions.models import QuestionSet
from webapp.runs.models import Profile, ProfileProposal, Run

OFFERED = 30  # runs, and sets


class OnForm(forms.Form):
    """What the effect of a version is told on."""

    def __init__(self, *given: Any, profile: Profile, team: Team, **further: Any) -> None:
        super().__init__(*given, **further)
        self._runs = {f"run-{run.pk}": run for run in _runs(profile, team)}
        self._sets = {f"set-{one.pk}": one for one in _sets(team)}
        self.fields["on"] = forms.ChoiceField(
            label="Show its effect on",
            required=False,
            help_text="A run: as it was started. A set: a run with the usual settings.",
            choices=[
                ("", "nothing"),
                ("Runs", [(key, _title(run)) for key, run in self._runs.items()]),
                ("Test sets", [(key, str(one)) for key, one in self._sets.items()]),
            ],
        )

    @property
    def chosen(self) -> dict[str, Any]:
        """Once it is valid."""
        on = self.cleaned_data["on"]
        return {"run": self._runs.get(on), "question_set": self._sets.get(on)}


def _title(run: Run) -> str:
    return f"{run}: {run.what} on {run.question_set}"


def _runs(profile: Profile, team: Team) -> list[Run]:
    """Those that the pool's profiles have recruited for; the newest first."""
    rows = Run.objects.filter(
        team=team, pool=profile.pool_id, kind=Run.Kind.ANSWER, profile__isnull=False
    ).exclude(status=Run.Status.RUNNING)
    return list(rows.select_related("question_set").order_by("-pk")[:OFFERED])


def _sets(team: Team) -> list[QuestionSet]:
    rows = QuestionSet.objects.filter(team=team, kind=QuestionSet.Kind.TEST)
    return list(rows.order_by("-pk")[:OFFERED])


def proposed_of(profile: Profile) -> ProfileProposal | None:
    """The version of a profile that nobody has decided on yet."""
    rows = ProfileProposal.objects.filter(profile__made_from=profile, accepted=None)
    return rows.select_related("profile").first()


def told(proposal: ProfileProposal) -> Paired | None:
    """The expected change, where it can be told."""
    pairs = proposal.effect.get("pairs")
    return change(pairs) if pairs and sum(pairs) else None
