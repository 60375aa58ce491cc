"""Pools with their profiles: building one, ranking aggregators, reading what came out."""

from django.contrib import messages
from django.db.models import Count, F, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.experts.models import Expert, Pool
from webapp.runs import reading
from webapp.runs.forms import ValidationSetForm
from webapp.runs.models import Profile, Run
from webapp.runs.submit import RunRefused, submit_profile, submit_ranking

MOST_SKILLS = 40  # columns of a profile's table


@require_safe
def pool(request: TeamRequest, pk: int) -> HttpResponse:
    found = _pool(request, pk)
    profiles = found.profiles.select_related("question_set", "aggregator")
    everyone = reading.pool_experts(found)
    context = {
        "pool": found,
        "experts": found.experts.all(),
        "candidates": found.candidates(),
        "profiles": [(profile, _state(profile)) for profile in profiles],
        "form": ValidationSetForm(team=request.team),
        "cautions": reading.cautions(everyone),
        "problems": sorted({e for e in everyone if e.problem}, key=lambda e: e.name),
    }
    return render(request, "pools/detail.html", context)


@require_POST
def build_profile(request: TeamRequest, pk: int) -> HttpResponse:
    found = _pool(request, pk)
    form = ValidationSetForm(request.POST, team=request.team)
    if not form.is_valid():
        messages.error(request, "Choose a validation set of your team to profile the experts on.")
        return redirect(found)
    try:
        chosen = form.cleaned_data["question_set"]
        return redirect(submit_profile(request.team, request.user, found, chosen))
    except RunRefused as refused:
        messages.error(request, str(refused))
        return redirect(found)


@require_POST
def rank_aggregators(request: TeamRequest, pk: int) -> HttpResponse:
    profile = _profile(request, pk)
    try:
        return redirect(submit_ranking(request.team, request.user, profile))
    except RunRefused as refused:
        messages.error(request, str(refused))
        return redirect(profile)


@require_safe
def profile(request: TeamRequest, pk: int) -> HttpResponse:
    """Experts by skills; the skills that most questions need come first."""
    found = _profile(request, pk)
    counted = found.cells.values("skill").annotate(
        seen=Sum(F("right") + F("wrong")), experts=Count("expert")
    )
    skills = [row["skill"] for row in counted.order_by("-seen", "skill")[:MOST_SKILLS]]
    cells: dict[int, dict[str, tuple[int, int, int]]] = {}
    rows = found.cells.filter(skill__in=skills).values_list("expert", "skill", "right", "wrong")
    for expert, skill, right, wrong in rows:
        cells.setdefault(expert, {})[skill] = (right - wrong, right, wrong)
    experts = Expert.objects.filter(pk__in=cells).order_by("name")
    context = {
        "profile": found,
        "run": found.runs.filter(kind=Run.Kind.PROFILE).first(),
        "state": _state(found),
        "skills": skills,
        "all_skills": counted.count(),
        "table": [(e, [cells[e.pk].get(skill) for skill in skills]) for e in experts],
        "candidates": found.pool.candidates(),
        "ranks": found.ranks.select_related("expert"),
        "cautions": reading.cautions(reading.pool_experts(found.pool)),
    }
    return render(request, "pools/profile.html", context)


def _pool(request: TeamRequest, pk: int) -> Pool:
    return get_object_or_404(Pool.objects.select_related("annotator"), pk=pk, team=request.team)


def _profile(request: TeamRequest, pk: int) -> Profile:
    related = Profile.objects.select_related("pool__annotator", "question_set", "aggregator")
    return get_object_or_404(related, pk=pk, team=request.team)


def _state(profile: Profile) -> tuple[str, Run | None]:
    """What can be done with a profile now, and the run that is at work on it."""
    makers = profile.runs.filter(kind__in=[Run.Kind.PROFILE, Run.Kind.RANK])
    if running := makers.filter(status=Run.Status.RUNNING).first():
        word = "being ranked" if running.kind == Run.Kind.RANK else "being built"
        return word, running
    if not profile.ready:
        return "not finished", makers.first()
    return ("ready, aggregators ranked" if profile.ranked else "ready"), None
