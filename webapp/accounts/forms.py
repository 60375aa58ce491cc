"""allauth's forms for signing in, in the product's words."""

import unicodedata

from allauth.account.forms import AddEmailForm, LoginForm, ResetPasswordForm
from allauth.account.models import EmailAddress
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms

from webapp.accounts.models import User


class SignInForm(LoginForm):  # type: ignore[misc]
    """By user name or e-mail address, which browsers keep as the user name."""

    field_order = ("login", "password")

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["login"] = forms.CharField(
            label="User name or e-mail address",
            max_length=254,
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
            ),
        )
        self.fields["password"].help_text = ""
        del self.fields["password"].widget.attrs["placeholder"]
        self.order_fields(self.field_order)

    def add_prefix(self, field_name: str) -> str:
        return "username" if field_name == "login" else str(super().add_prefix(field_name))

    def clean_login(self) -> str:
        return unicodedata.normalize("NFKC", super().clean_login())  # as names are stored


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc]
    """Only an address that was confirmed: another may be a stranger's, mistyped."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["email"].label = "E-mail address"
        del self.fields["email"].widget.attrs["placeholder"]

    def clean_email(self) -> str:
        given: str = super().clean_email()
        confirmed = EmailAddress.objects.filter(email=given.lower(), verified=True)
        known = set(confirmed.values_list("user", flat=True))
        found: list[User] = self.users  # type: ignore[has-type]
        self.users = [user for user in found if user.pk in known]
        return given


class AddressForm(AddEmailForm):  # type: ignore[misc]
    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["email"].label = "E-mail address"
        del self.fields["email"].widget.attrs["placeholder"]


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["passwordless"].label = "It also replaces the password"
        self.fields["passwordless"].help_text = "Then it asks for your finger, face or PIN."
