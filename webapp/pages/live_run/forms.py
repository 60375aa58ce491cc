"""What people say of a run: title, tags, notes, owner."""

import hashlib
import json
from typing import Any

from django import forms

from webapp.accounts.models import User
from webapp.keeping.kinds import KeepingRefused
from webapp.keeping.naming import (
    LONGEST_NOTES,
    LONGEST_TITLE,
    checked_tags,
    checked_title,
    describe,
    hand_over,
    tags_of,
)
from webapp.runs.models import Run


class AboutForm(forms.Form):
    title = forms.CharField(
        max_length=LONGEST_TITLE,
        required=False,
        help_text="Empty: made from method, question set and pool.",
    )
    tags = forms.MultipleChoiceField(
        required=False, label="Tags in use", widget=forms.CheckboxSelectMultiple
    )
    new_tags = forms.CharField(
        required=False, max_length=500, label="Other tags", help_text="With commas between them."
    )
    notes = forms.CharField(
        required=False,
        max_length=LONGEST_NOTES,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="In Markdown.",
    )
    owner = forms.ModelChoiceField(User.objects.none(), required=False)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, run: Run) -> None:
        first = {
            "title": run.given_title,
            "tags": run.tags,
            "notes": run.notes,
            "owner": run.owner_id,
            "seen": state_of(run),
        }
        super().__init__(data, initial=first)
        self._run = run
        self.fields["title"].widget.attrs["placeholder"] = run.made_title
        there = sorted({*tags_of(run.team), *run.tags})
        self.fields["tags"].choices = [(tag, tag) for tag in there]  # type: ignore[attr-defined]
        if not there:
            del self.fields["tags"]
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = User.objects.filter(memberships__team=run.team, is_active=True)
        owner.empty_label = str(run.owner) if run.owner_id else "not recorded"

    def clean_title(self) -> str:
        return checked_title(self.cleaned_data["title"])

    def clean_seen(self) -> str:
        """Raises ValidationError where somebody has changed the run since it was read; what the
        form shows then has seen that.
        """
        seen: str = self.cleaned_data["seen"]
        if seen != (there := state_of(self._run)):
            sent: Any = self.data
            self.data = sent.copy()  # of what was sent nothing can be changed
            self.data["seen"] = there  # type: ignore[index]
            raise forms.ValidationError("Somebody has changed the run meanwhile.")
        return seen

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        try:
            given["all_tags"] = checked_tags(
                [*given.get("tags", []), *given.get("new_tags", "").split(",")]
            )
        except KeepingRefused as refused:
            self.add_error("new_tags", str(refused))
        return given

    @property
    def is_stale(self) -> bool:
        return "seen" in self.errors

    def save(self, by: User) -> None:
        """Raises KeepingRefused."""
        given = self.cleaned_data
        owner = given["owner"]
        if owner is not None and owner.pk != self._run.owner_id:
            hand_over(self._run, owner, by)
        describe(self._run, by, title=given["title"], tags=given["all_tags"], notes=given["notes"])


def state_of(run: Run) -> str:
    """Changes with what is said of a run."""
    said = json.dumps([run.given_title, run.tags, run.notes, run.owner_id])
    return hashlib.sha256(said.encode()).hexdigest()[:16]
