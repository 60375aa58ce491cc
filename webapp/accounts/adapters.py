"""How django-allauth does things here: who is let in, where they are led, what they are told."""

import time
import unicodedata
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from webapp.accounts import mail
from webapp.accounts.factors.sealing import seal, unseal
from webapp.accounts.invitations import InvitationRefused, accept_known
from webapp.accounts.models import User
from webapp.accounts.throttling import LONGEST_NAME, MINUTES, TOO_MANY, tell
from webapp.audit.recording import cut

NOT_THESE = "The user name or the password is wrong: check both."
AGAIN = (
    "You have no password here: sign out, sign in again, and come back within five minutes to do"
    " this."
)


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NOT_THESE,
        "email_password_mismatch": NOT_THESE,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "incorrect_password": "That is not your password.",
        "incorrect_code": "That code is not right. One of an app changes every 30 seconds.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # people come by invitation

    def is_safe_url(self, url: str | None) -> bool:
        """This host alone, of all that the product answers to."""
        here, secure = self.request.get_host(), self.request.is_secure()
        return url_has_allowed_host_and_scheme(url, {here}, require_https=secure)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By the name alone: allauth's own key has the Host header in it, which a client chooses,
        and each port in it would be another allowance."""
        login = credentials.get("username") or credentials.get("email") or ""
        return unicodedata.normalize("NFKC", login).casefold()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises ValidationError, before any password is looked at."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            name = credentials.get("username") or credentials.get("email") or ""
            tell(request, cut(name, LONGEST_NAME))
            raise

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.error(request, "You are deactivated: ask whoever runs this installation.")
        return redirect("login")

    def post_login(
        self, request: HttpRequest, user: User, *, redirect_url: str | None, **how: Any
    ) -> HttpResponse:
        """Whoever has a printed password is led to choose their own, and on from there. Who came
        with an invitation, by a provider, is in the team then."""
        response = super().post_login(request, user, redirect_url=redirect_url, **how)
        sociallogin = (how["signal_kwargs"] or {}).get("sociallogin")
        if sociallogin and not how["signup"] and sociallogin.state.get("invitation"):
            self._join(request, user, sociallogin.state["invitation"])
        if user.is_new:
            return HttpResponseRedirect(reverse("welcome", query={"next": response.url}))
        return response  # type: ignore[no-any-return]

    def _join(self, request: HttpRequest, user: User, invitation: int) -> None:
        try:
            found = accept_known(invitation, user)
        except InvitationRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"You are in {found.team} now, as {found.role}.")

    def is_reauthentication_required(self, *, app: str, **how: Any) -> bool:
        """Somebody without a password and a second factor can only sign in anew.

        Raises ImmediateHttpResponse.
        """
        if self.get_reauthentication_methods(self.request.user):
            return True
        if not signed_in_just_now(self.request):
            messages.error(self.request, AGAIN)
            raise ImmediateHttpResponse(redirect("me"))
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Whoever asks for a new password does not hear whether it was sent: that would say who is
        here."""
        about = {"request": self.request, "current_site": get_current_site(self.request)}
        sent = mail.deliver(self.render_mail(template_prefix, email, about | context))
        if template_prefix != "account/email/email_confirmation":
            return
        if sent:
            messages.info(self.request, f"A message is on its way to {email}.")
        else:
            messages.error(
                self.request,
                "The message could not be sent: ask whoever runs this installation to look at its"
                " e-mail server.",
            )


def signed_in_just_now(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < 60 * MINUTES


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": Accounts.error_messages["incorrect_code"]
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_label(self, user: User) -> str:
        return user.username

    def get_totp_issuer(self) -> str:
        return "Skill-MoE"

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        count = user.authenticator_set.filter(type=type).count()  # type: ignore[attr-defined]
        return "Passkey" if count == 0 else f"Passkey {count + 1}"
