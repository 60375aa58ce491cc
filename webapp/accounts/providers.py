"""Signing in by an OpenID Connect provider, where one is set.

It says who somebody is. Whether that is a person here is decided here: by an account that they have
connected, by an address that both sides have confirmed, or by an invitation.
"""

import logging
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.socialaccount.views import ConnectionsView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException, Session

from webapp.accounts.invitations import InvitationRefused, accept_known, invitation_of
from webapp.accounts.models import User
from webapp.outbound import guarded

logger = logging.getLogger(__name__)

NO_ANSWER = "{name} does not answer as it should: try again later, or sign in with your password."


class Providers(DefaultSocialAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": "Set a password first: without one you could not sign in any more."
    }

    def get_requests_session(self) -> Session:
        return guarded(super().get_requests_session())

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """Both sides have confirmed it: else anybody could write somebody's address here, or
        there."""
        for theirs in sociallogin.email_addresses:
            known = EmailAddress.objects.filter(email=theirs.email.lower(), verified=True)
            if theirs.verified and (ours := known.select_related("user").first()):
                return ours.user, theirs.email
        return None

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """By invitation. Raises ImmediateHttpResponse."""
        if not sociallogin.state.get("invitation"):
            name = sociallogin.provider.name
            raise refused(
                request,
                f"Nobody here is known by this account of {name}. If you have been here before,"
                " sign in with your password and connect it, on the page of your name. Else ask"
                " for an invitation.",
            )
        _leave_out_what_is_taken(sociallogin)
        return True

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        """Nobody is made whom the invitation does not let in. Raises ImmediateHttpResponse."""
        try:
            with transaction.atomic():
                user: User = super().save_user(request, sociallogin, form)
                accept_known(sociallogin.state["invitation"], user)
        except InvitationRefused as no:
            raise refused(request, str(no)) from no
        return user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None,
        extra_context: Any = None,
    ) -> None:  # fmt: skip
        """Raises ImmediateHttpResponse."""
        if error == AuthError.CANCELLED:
            raise refused(request, f"{provider.name} did not sign you in: it was cancelled there.")
        logger.warning("signing in by %s: %s %r", provider.name, error, exception)
        raise refused(request, NO_ANSWER.format(name=provider.name))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("me")


class Checked(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Takes what the provider's key has signed, and what is said of the same person."""

    @property
    def did_fetch_access_token(self) -> bool:
        return False  # else allauth trusts the connection, and leaves the signature unread

    @did_fetch_access_token.setter
    def did_fetch_access_token(self, value: bool) -> None:
        pass

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **given: Any) -> Any:
        login = super().complete_login(request, app, token, **given)
        said = login.account.extra_data
        if said["id_token"]["sub"] != said["userinfo"]["sub"]:
            raise OAuth2Error("the two are of different people")
        return login


def refused(request: HttpRequest, why: str) -> ImmediateHttpResponse:
    """Raise it: leads to where it began, which says why."""
    messages.error(request, why)
    return ImmediateHttpResponse(redirect("me" if request.user.is_authenticated else "login"))


@login_not_required
@require_POST
def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Whoever is signed in connects an account there. No form may lead to another host, so a page
    does."""
    provider = _provider(request, provider_id)
    process = AuthProcess.CONNECT if request.user.is_authenticated else AuthProcess.LOGIN
    after = get_next_redirect_url(request)
    state = {}
    try:
        if secret := request.POST.get("invitation"):
            state["invitation"] = invitation_of(secret).pk
        onward = provider.redirect(request, process, next_url=after, **state)
    except InvitationRefused as no:
        return refused(request, str(no)).response  # type: ignore[no-any-return]
    except (RequestException, KeyError, ValueError):  # what it says of itself
        logger.exception("%s does not answer", provider.name)
        return refused(request, NO_ANSWER.format(name=provider.name)).response  # type: ignore[no-any-return]
    context = {"address": onward["Location"], "name": provider.name}
    return render(request, "accounts/onward.html", context)


@login_not_required
@require_safe
def from_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    provider = _provider(request, provider_id)
    view = OAuth2CallbackView.adapter_view(Checked(request, provider_id))
    try:
        return view(request)  # type: ignore[no-any-return]
    except (KeyError, TypeError, ValueError):
        logger.exception("%s answers something else", provider.name)
        return refused(request, NO_ANSWER.format(name=provider.name)).response  # type: ignore[no-any-return]


class Connections(ConnectionsView):  # type: ignore[misc]
    """Takes a connected account away."""

    success_url = reverse_lazy("me")
    http_method_names = ("post",)

    def form_invalid(self, form: Any) -> HttpResponse:
        for error in [*form.non_field_errors(), *form.errors.get("account", [])]:
            messages.error(self.request, error)
        return redirect("me")


def _provider(request: HttpRequest, provider_id: str) -> Any:
    try:
        return get_adapter().get_provider(request, provider_id)
    except SocialApp.DoesNotExist:
        raise Http404 from None


def _leave_out_what_is_taken(sociallogin: Any) -> None:
    """An address that somebody has here already, confirmed or not, stays theirs."""
    kept = [
        one
        for one in sociallogin.email_addresses
        if not EmailAddress.objects.filter(email__iexact=one.email).exists()
        and not User.objects.filter(email__iexact=one.email).exists()
    ]
    sociallogin.email_addresses = kept
    sociallogin.user.email = kept[0].email if kept else ""
