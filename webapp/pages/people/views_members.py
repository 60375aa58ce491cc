"""Who is in the team, and who is invited."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts import mail, members
from webapp.accounts.factors import resets
from webapp.accounts.factors.resets import ResetRefused, whom_may_reset
from webapp.accounts.invitations import invite
from webapp.accounts.invitations import withdraw as withdraw_invitation
from webapp.accounts.members import MemberRefused
from webapp.accounts.middleware import TeamRequest
from webapp.accounts.models import Invitation, Membership, Role, User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.pages.people.forms import InviteForm, WebhookForm

RECENT = 20  # invitations that are used or have expired


@require_safe
def team_members(request: TeamRequest) -> HttpResponse:
    return _page(request)


@require_POST
def invite_somebody(request: TeamRequest) -> HttpResponse:
    """The link is sent where an address is given, and shown once, to be copied: nobody keeps it."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    given = form.cleaned_data
    made, secret = invite(
        request.team,
        request.user,
        given["role"],
        note=given["note"],
        email=given.get("email", ""),
        days=given["days"],
    )
    link = request.build_absolute_uri(reverse("join", args=[secret]))
    sent = bool(made.email) and mail.send(
        made.email,
        f"An invitation to {made.team}",
        "people/invitation.txt",
        {"invitation": made, "link": link},
    )
    return _page(request, made=made, link=link, sent=sent)


@require_POST
def webhook(request: TeamRequest) -> HttpResponse:
    """Where the team's notices are posted, too: an address within reach of this machine, so it is
    for whoever owns the installation."""
    form = WebhookForm(request.POST, instance=request.team)
    if not form.is_valid():
        return _page(request, webhook_form=form)
    with transaction.atomic():
        form.save()
        record(Action.WEBHOOK_CHANGED, request.team, is_set=bool(request.team.webhook))
    messages.success(request, "Notices go there, too." if request.team.webhook else "It is off.")
    return redirect("members")


@require_POST
def withdraw(request: TeamRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Invitation, pk=pk, team=request.team, used=None)
    withdraw_invitation(found)
    messages.success(request, "The invitation is withdrawn: its link no longer works.")
    return redirect("members")


@require_POST
def set_role(request: TeamRequest, pk: int) -> HttpResponse:
    membership = _membership(request, pk)
    role = request.POST.get("role", "")
    if role not in Role.values:
        messages.error(request, "Choose one of the roles.")
        return redirect("members")
    try:
        members.set_role(membership, role, request.user)
    except MemberRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{membership.user} is {role} in {request.team} now.")
    return redirect("members")


@require_POST
def remove(request: TeamRequest, pk: int) -> HttpResponse:
    membership = _membership(request, pk)
    try:
        members.remove(membership, request.user)
    except MemberRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            f"{membership.user} is not in {request.team} any more. What they made stays theirs.",
        )
    return redirect("members" if membership.user_id != request.user.pk else "home")


@require_POST
def reset(request: TeamRequest, pk: int) -> HttpResponse:
    """A link for a new password is shown once, to be copied to whom it is for."""
    return _reset(request, _membership(request, pk).user)  # type: ignore[no-any-return]


@reauthentication_required(app="allauth.account")  # type: ignore[untyped-decorator]
def _reset(request: TeamRequest, person: User) -> HttpResponse:
    try:
        made, secret = resets.make(request.user, person)
    except ResetRefused as refused:
        messages.error(request, str(refused))
        return redirect("members")
    link = request.build_absolute_uri(reverse("reset", args=[secret]))
    return _page(request, reset=made, reset_link=link)


@require_POST
def set_active(request: TeamRequest, pk: int) -> HttpResponse:
    """Whether somebody can sign in at all, in any team."""
    membership = _membership(request, pk)
    user, active = membership.user, request.POST.get("active") == "1"
    if user.pk == request.user.pk:
        messages.error(request, "You cannot deactivate yourself: ask another owner.")
        return redirect("members")
    try:
        members.set_active(user, active)
    except MemberRefused as refused:
        messages.error(request, str(refused))
        return redirect("members")
    told = "can sign in again" if active else "cannot sign in, and their tokens are refused"
    messages.success(request, f"{user} {told}.")
    return redirect("members")


def _membership(request: TeamRequest, pk: int) -> Membership:
    rows = Membership.objects.select_related("user", "team")
    return get_object_or_404(rows, pk=pk, team=request.team)


def _invitations(request: TeamRequest) -> list[Invitation]:
    """All that are open, then the newest others."""
    rows = request.team.invitations.select_related("created_by", "used_by")
    still = Q(used=None, expires__gt=timezone.now())
    return [*rows.filter(still), *rows.exclude(still)[:RECENT]]


def _page(request: TeamRequest, **shown: object) -> HttpResponse:
    rows = request.team.memberships.select_related("user").order_by("joined", "pk")
    people = [one.user for one in rows] if request.may.manage else []
    forgetful = whom_may_reset(request.user, people)
    context = {
        "memberships": [(one, one.user_id in forgetful) for one in rows],
        "roles": Role.choices,
        "form": InviteForm(),
        "webhook_form": WebhookForm(instance=request.team) if request.may.own else None,
        "invitations": _invitations(request),
    } | shown
    is_wrong = any(getattr(form, "errors", None) for form in shown.values())
    return render(request, "people/members.html", context, status=422 if is_wrong else 200)
