"""Signing in, and what it needs: allauth's views with the product's pages."""

import logging
from contextlib import suppress
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.forms import ResetPasswordKeyForm
from allauth.account.views import (
    EmailView,
    LoginView,
    LogoutView,
    PasswordResetFromKeyView,
    PasswordResetView,
)
from allauth.core.ratelimit import clear
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.socialaccount.adapter import get_adapter as get_providers
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods
from redis import RedisError

from webapp.accounts import mail
from webapp.accounts.factors import resets
from webapp.accounts.factors.resets import ResetRefused
from webapp.accounts.factors.second import passkeys_work
from webapp.audit.actions import Action
from webapp.audit.recording import record

logger = logging.getLogger(__name__)


class SignIn(LoginView):  # type: ignore[misc]
    template_name = "accounts/sign_in.html"

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: object, **options: object) -> HttpResponse:
        """Nobody is let in whose attempts cannot be counted."""
        try:
            return super().dispatch(request, *args, **options)  # type: ignore[no-any-return]
        except RedisError:
            logger.exception("attempts to sign in cannot be counted")
            told = "Nobody can sign in at the moment: Redis does not answer. Try again in a minute."
            return render(request, "accounts/told.html", {"told": told}, status=503)

    def get(self, request: HttpRequest, *args: object, **options: object) -> HttpResponse:
        """A part of a page that was asked for after the session had ended: no part shows a form,
        so the whole page is asked for again, and that leads here."""
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().get(request, *args, **options)  # type: ignore[no-any-return]

    def get_context_data(self, **shown: Any) -> dict[str, Any]:
        return super().get_context_data(  # type: ignore[no-any-return]
            providers=get_providers().list_providers(self.request),
            has_passkeys=passkeys_work(self.request),
            **shown,
        )


class SignOut(LogoutView):  # type: ignore[misc]
    """Also for who is asked for a second factor and has none at hand."""

    http_method_names = ("post",)


class Forgotten(PasswordResetView):  # type: ignore[misc]
    """By e-mail where it is sent; else it says whom to ask."""

    template_name = "accounts/forgotten.html"

    def get_context_data(self, **shown: Any) -> dict[str, Any]:
        return super().get_context_data(sends=mail.is_set(), **shown)  # type: ignore[no-any-return]

    def form_valid(self, form: Any) -> HttpResponse:
        if not mail.is_set():
            return self.render_to_response(self.get_context_data(form=form))  # type: ignore[no-any-return]
        return super().form_valid(form)  # type: ignore[no-any-return]


class NewPassword(PasswordResetFromKeyView):  # type: ignore[misc]
    """Where the link in an e-mail leads."""

    template_name = "accounts/new_password.html"
    success_url = reverse_lazy("login")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_password_by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Where a link leads that somebody who may has made."""
    try:
        person = resets.reset_of(secret).user
        form = ResetPasswordKeyForm(request.POST if request.method == "POST" else None, user=person)
        if form.is_valid():
            resets.use(secret, form.cleaned_data["password1"])
            with suppress(RedisError):  # the password is set all the same
                clear(request, action="login_failed", key=person.username.casefold())
                if person.email:
                    clear(request, action="login_failed", key=person.email.casefold())
            messages.success(request, "Your new password is set: sign in with it.")
            return redirect("login")
    except ResetRefused as refused:
        context: dict[str, object] = {"told": str(refused)}
        return render(request, "accounts/told.html", context, status=410)
    context = {"form": form, "person": person}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/new_password.html", context, status=status)


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """Somebody else's is not there, before anything is asked."""

    template_name = "accounts/passkey_remove.html"
    success_url = reverse_lazy("me")

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        self.request = request
        get_object_or_404(self.get_queryset(), pk=named["pk"])
        return super().dispatch(request, *args, **named)  # type: ignore[no-any-return]


@method_decorator(reauthentication_required(app="allauth.account", allow_get=True), name="dispatch")
class Email(EmailView):  # type: ignore[misc]
    """One's address. Without e-mail nobody confirms it: then it is for signing in alone."""

    template_name = "accounts/email.html"
    success_url = reverse_lazy("me")

    def get_context_data(self, **shown: Any) -> dict[str, Any]:
        return super().get_context_data(sends=mail.is_set(), **shown)  # type: ignore[no-any-return]

    def form_valid(self, form: Any) -> HttpResponse:
        if mail.is_set():
            return super().form_valid(form)  # type: ignore[no-any-return]
        with transaction.atomic():
            person, address = self.request.user, form.cleaned_data["email"]
            person.emailaddress_set.all().delete()
            person.emailaddress_set.create(email=address, primary=True)
            person.email = address
            person.save(update_fields=["email"])
            record(Action.EMAIL_CHANGED, person, address=address)
        messages.success(self.request, f"You can sign in as {address}, too.")
        return redirect("me")
