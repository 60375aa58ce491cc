"""Coming into a team by an invitation's link: as somebody new, or as who is signed in."""

from allauth.socialaccount.adapter import get_adapter as get_providers
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from webapp.accounts.invitations import InvitationRefused, accept, invitation_of
from webapp.accounts.models import User
from webapp.pages.people.forms import JoinForm


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    try:
        invitation = invitation_of(secret)
        if isinstance(request.user, User):
            return _as_oneself(request, request.user, secret)
        form = JoinForm(request.POST if request.method == "POST" else None, team=invitation.team)
        if form.is_valid():
            with transaction.atomic():  # nobody is made whom the link does not let in
                user = form.save()
                accept(secret, user)
            login(request, user)
            return redirect("home")
    except InvitationRefused as refused:
        return render(request, "people/join.html", {"problem": str(refused)}, status=410)
    context = {
        "invitation": invitation,
        "form": form,
        "providers": get_providers().list_providers(request),
        "invited": secret,
    }
    return render(request, "people/join.html", context, status=422 if form.is_bound else 200)


def _as_oneself(request: HttpRequest, user: User, secret: str) -> HttpResponse:
    """Raises InvitationRefused."""
    if request.method == "POST":
        found = accept(secret, user)
        messages.success(request, f"You are in {found.team} now, as {found.role}.")
        return redirect("home")
    context = {"invitation": invitation_of(secret), "person": user}
    return render(request, "people/join.html", context)
