"""The forms of people: who they are, whom they invite, and what programs may do for them."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.forms import (
    PasswordChangeForm,
    SetPasswordForm,
    SetPasswordMixin,
    UserCreationForm,
)
from django.db import transaction
from django.utils.timezone import get_default_timezone_name

from webapp.accounts import mail
from webapp.accounts.invitations import DAYS, MOST_DAYS
from webapp.accounts.models import Role, Scope, Team, Theme, User
from webapp.audit.actions import Action
from webapp.audit.recording import Change, record

CONTINENTS = {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia",
              "Europe", "Indian", "Pacific"}  # fmt: skip


class NameForm(forms.Form):
    """What others see; the user name, with which one signs in, stays."""

    name = forms.CharField(label="Your name", max_length=100)

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, initial={"name": user.get_full_name() or user.username})
        self._user = user

    @transaction.atomic
    def save(self) -> None:
        before, name = str(self._user), self.cleaned_data["name"]
        self._user.first_name, self._user.last_name = name, ""
        self._user.save(update_fields=["first_name", "last_name"])
        if before != name:
            record(Action.NAME_CHANGED, self._user, name=Change(before, name))


class WelcomeForm(SetPasswordMixin, NameForm):  # type: ignore[type-arg]
    """What somebody chooses who signed in with a printed password."""

    team = forms.CharField(label="Your team's name", max_length=100)
    password1, password2 = SetPasswordMixin.create_password_fields(
        label1="A password of your own", label2="The same again"
    )
    field_order = ("name", "team", "password1", "password2")

    def __init__(self, data: Any = None, *, user: User, team: Team, names_team: bool) -> None:
        super().__init__(data, user=user)
        self._team = team
        self.initial["team"] = team.name
        if not names_team:
            del self.fields["team"]

    def clean_team(self) -> str:
        name: str = self.cleaned_data["team"]
        if Team.objects.exclude(pk=self._team.pk).filter(name=name).exists():
            raise forms.ValidationError("There is a team of that name: choose another one.")
        return name

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        team = Team(name=self.cleaned_data.get("team", self._team.name))
        self.validate_password_for_user(
            User(
                username=self._user.username,
                email=self._user.email,
                first_name=self.cleaned_data.get("name", ""),
                team=team,
            )
        )
        return super().clean() or {}

    @transaction.atomic
    def save(self) -> None:
        super().save()
        if "team" in self.cleaned_data:
            self._team.name = self.cleaned_data["team"]
            self._team.save(update_fields=["name"])
        self.set_password_and_save(self._user)


def zones() -> list[tuple[str, str]]:
    """Of the world, by continent; what else there is are other names for the same."""
    installation = get_default_timezone_name()
    named = {name for name in available_timezones() if name.partition("/")[0] in CONTINENTS}
    return [
        ("", f"As my browser has it ({installation} without scripts)"),
        *((name, name.replace("_", " ")) for name in sorted(named | {"UTC", installation})),
    ]


class DisplayForm(forms.ModelForm):  # type: ignore[type-arg]
    """Appearance to a person, wherever they sign in."""

    time_zone = forms.ChoiceField(label="Time zone", required=False, choices=zones)
    theme = forms.ChoiceField(label="Colours", choices=Theme.choices)

    class Meta:
        model = User
        fields = ("time_zone", "theme")


class NoticesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whether what somebody is told is also sent to them."""

    class Meta:
        model = User
        fields = ("mails",)
        labels = {"mails": "Send me by e-mail what I am told: mentions, answers, reviews"}


class WebhookForm(forms.ModelForm):  # type: ignore[type-arg]
    webhook = forms.URLField(
        label="Webhook of the team",
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text="Is sent every notice of the team, as Slack takes it. Empty: none.",
    )

    class Meta:
        model = Team
        fields = ("webhook",)
        labels = {"webhook": "Webhook of the team"}
        help_texts = {
            "webhook": 'Gets {"text": …} of every notice, as Slack takes it. Empty: none.'
        }


class PasswordForm(PasswordChangeForm):
    """Among other forms on a page, so that it does not ask for the first word."""

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(user, data)
        self.fields["old_password"].widget.attrs.pop("autofocus", None)


class FirstPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """For who has signed in by a provider alone."""


def password_form(user: User, data: Any = None) -> PasswordForm | FirstPasswordForm:
    has_one = user.has_usable_password()
    return PasswordForm(user, data) if has_one else FirstPasswordForm(user, data)


class JoinForm(UserCreationForm):  # type: ignore[type-arg]
    """A new person, who was invited. A name is somebody's whatever its case."""

    name = forms.CharField(label="Your name", max_length=100)

    class Meta:
        model = User
        fields = ("username",)
        labels = {"username": "User name"}
        help_texts = {"username": "With which you sign in: letters, digits and @ . + - _"}

    field_order = ("name", "username", "password1", "password2")

    def __init__(self, data: Any = None, *, team: Team) -> None:
        super().__init__(data)
        self.instance.team = team

    def validate_password_for_user(self, user: User, *_: Any, **__: Any) -> None:
        user.first_name = self.cleaned_data.get("name", "")
        super().validate_password_for_user(user)  # type: ignore[misc]

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit=False)
        user.save()
        return user


class InviteForm(forms.Form):
    role = forms.ChoiceField(
        choices=[(role.value, role.label) for role in Role], initial=Role.EDITOR.value
    )
    note = forms.CharField(
        label="For whom", max_length=100, required=False, help_text="So that you know it again."
    )
    email = forms.EmailField(
        label="E-mail address",
        required=False,
        help_text="The link is sent there, too.",
    )
    days = forms.IntegerField(
        label="Holds for days", min_value=1, max_value=MOST_DAYS, initial=DAYS
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        if not mail.is_set():
            del self.fields["email"]


class TokenForm(forms.Form):
    name = forms.CharField(label="What it is for", max_length=100)
    scopes = forms.MultipleChoiceField(
        label="It may",
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label="Holds for days",
        min_value=1,
        max_value=3650,
        required=False,
        initial=90,
        help_text="Empty: until it is revoked.",
    )

    def __init__(self, data: Any = None, *, scopes: Sequence[Scope]) -> None:
        # The page has another form with a name.
        super().__init__(data, initial={"scopes": [Scope.READ.value]}, auto_id="token_%s")
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]
            (scope.value, scope.label) for scope in scopes
        ]
