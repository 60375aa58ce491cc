"""The page of one's own, which many forms lead back to."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter as get_providers
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from webapp.accounts import mail, sessions
from webapp.accounts.factors.second import passkeys_work, second_factors_of
from webapp.accounts.middleware import TeamRequest
from webapp.accounts.rights import scopes_for
from webapp.pages.people.forms import DisplayForm, NameForm, NoticesForm, TokenForm, password_form


def profile_page(request: TeamRequest, **shown: object) -> HttpResponse:
    """With what a form was given, where it cannot be taken."""
    user = request.user
    context: dict[str, Any] = {
        "name_form": NameForm(user=user),
        "display_form": DisplayForm(instance=user),
        "notices_form": NoticesForm(instance=user) if mail.is_set() else None,
        "password_form": password_form(user),
        "token_form": TokenForm(scopes=scopes_for(request.membership)),
        "tokens": user.tokens.select_related("team").order_by("-pk"),
        "memberships": user.memberships.select_related("team").order_by("team__name"),
        "addresses": EmailAddress.objects.filter(user=user).order_by("-verified"),
        "second_factors": second_factors_of(user),
        "has_passkeys": passkeys_work(request),
        "connections": SocialAccount.objects.filter(user=user),
        "providers": get_providers().list_providers(request),
        "sessions": [(one, sessions.called(one.user_agent)) for one in sessions.sessions_of(user)],
        "api": reverse("api:openapi-view"),
    } | shown
    is_wrong = any(getattr(form, "errors", None) for form in shown.values())
    return render(request, "people/me.html", context, status=422 if is_wrong else 200)
