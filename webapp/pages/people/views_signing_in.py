"""How a person signs in, and where they are signed in."""

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.decorators import rate_limit
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from webapp.accounts.middleware import TeamRequest
from webapp.accounts.sessions import called, end_others
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.pages.people.forms import password_form
from webapp.pages.people.page import profile_page


def _has_no_password(request: TeamRequest) -> bool:
    """Whoever has one is asked for it by the form itself."""
    return not request.user.has_usable_password()


@require_POST
@rate_limit(action="change_password")  # type: ignore[untyped-decorator]
@reauthentication_required(app="allauth.account", enabled=_has_no_password)  # type: ignore[untyped-decorator]
def password(request: TeamRequest) -> HttpResponse:
    form = password_form(request.user, request.POST)
    if not form.is_valid():
        return profile_page(request, password_form=form)
    form.save()
    update_session_auth_hash(request, request.user)  # this one session goes on
    end_others(request, request.user)
    get_adapter().send_notification_mail("account/email/password_changed", request.user)
    messages.success(request, "Your password is changed, and you are signed out everywhere else.")
    return redirect("me")


@require_POST
def sessions(request: TeamRequest) -> HttpResponse:
    ended = end_others(request, request.user)
    others = "1 other session was" if ended == 1 else f"{ended} other sessions were"
    messages.success(request, f"{others} ended. This one goes on.")
    return redirect("me")


@require_POST
def end_session(request: TeamRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(UserSession, pk=pk, user=request.user)
    with transaction.atomic():
        record(Action.SESSION_ENDED, request.user, browser=called(found.user_agent))
        found.end()
    messages.success(request, "That session is ended: nobody goes on with it.")
    return redirect("me")
