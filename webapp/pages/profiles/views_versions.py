"""A new version of a profile: proposed, looked at, accepted or withdrawn."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.execution.errors import RunRefused
from webapp.execution.golds.profile_versions import (
    accept,
    propose,
    tell_again,
    withdraw,
)
from webapp.experts.models import Expert
from webapp.pages.profiles import reading
from webapp.pages.profiles.versions import OnForm, told
from webapp.pages.shared.lookups import profile_or_404
from webapp.runs.lookups import maker_of
from webapp.runs.models import ProfileProposal


@require_POST
def propose_version(request: TeamRequest, pk: int) -> HttpResponse:
    """A worker makes it; its page says when it is there."""
    profile = profile_or_404(request, pk)
    form = OnForm(request.POST, profile=profile, team=request.team)
    if not form.is_valid():
        messages.error(request, "Choose one of the runs or test sets, or nothing.")
        return redirect(profile)
    try:
        proposal = propose(profile, request.user, **form.chosen)
    except RunRefused as refused:
        messages.error(request, str(refused))
        return redirect(profile)
    return redirect("profile-proposal", pk=proposal.profile_id)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_page(request: TeamRequest, pk: int) -> HttpResponse:
    proposal = _proposal_or_404(request, pk)
    if request.method != "POST":
        form = OnForm(profile=proposal.profile, team=request.team, initial={"on": _on(proposal)})
        context = {**_context(proposal), "form": form}
        return render(request, "profiles/proposal.html", context)
    try:
        return _decided(request, proposal)
    except RunRefused as refused:
        messages.error(request, str(refused))
        return redirect("profile-proposal", pk=pk)


@require_safe
def proposal_found(request: TeamRequest, pk: int) -> HttpResponse:
    """The part of the page that is asked for again until the effect is told."""
    proposal = _proposal_or_404(request, pk)
    if not proposal.ready:
        return HttpResponse(status=204)  # the page keeps what it shows
    return render(request, "profiles/_proposal.html", _context(proposal))


def _decided(request: TeamRequest, proposal: ProfileProposal) -> HttpResponse:
    """Raises RunRefused."""
    profile = proposal.profile
    match request.POST.get("act"):
        case "accept":
            accept(proposal, request.user)
            messages.success(
                request,
                f"Version {profile.version} is accepted: new runs recruit by it, where they name no"
                " other. Those of before rest on what they did.",
            )
            return redirect(profile)
        case "withdraw":
            before = profile.made_from
            withdraw(proposal)
            messages.success(request, "It is withdrawn: nothing of it stays.")
            return redirect(before or profile.pool)
        case _:
            form = OnForm(request.POST, profile=profile, team=request.team)
            if form.is_valid():
                tell_again(proposal, **form.chosen)
            return redirect("profile-proposal", pk=profile.pk)


def _proposal_or_404(request: TeamRequest, pk: int) -> ProfileProposal:
    related = ("profile__pool", "profile__question_set", "profile__made_from", "run__question_set")
    rows = ProfileProposal.objects.select_related(*related, "question_set", "accepted_by")
    return get_object_or_404(rows, profile=pk, profile__team=request.team)


def _on(proposal: ProfileProposal) -> str:
    if proposal.run_id:
        return f"run-{proposal.run_id}"
    return f"set-{proposal.question_set_id}" if proposal.question_set_id else ""


def _context(proposal: ProfileProposal) -> dict[str, Any]:
    profile, before = proposal.profile, proposal.profile.made_from
    seats = proposal.effect.get("seats", {})
    experts = Expert.objects.in_bulk([int(key) for key in seats])
    maker = maker_of(profile)
    is_made = proposal.ready and before is not None and maker is not None
    return {
        "proposal": proposal,
        "profile": profile,
        "before": before,
        "run": maker,
        "effect": proposal.effect,
        "on": proposal.run or proposal.question_set,
        "told": told(proposal),
        "seats": [
            (experts[int(key)], old, new, new - old)
            for key, (old, new) in seats.items()
            if int(key) in experts
        ],
        "changes": reading.expert_changes(profile, before) if is_made and before else [],
    }
