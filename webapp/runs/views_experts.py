"""All experts; one expert: how it runs, what it is good at, and trying it."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.experts.models import Expert
from webapp.questions.models import QuestionSet
from webapp.runs import profile_reading, reading
from webapp.runs.expert_list import experts_of
from webapp.runs.forms import TryForm
from webapp.runs.heatmap import strengths
from webapp.runs.models import Profile, ProfileCell, Run
from webapp.runs.profile_reading import SkillTally
from webapp.runs.submit import RunRefused, submit_try
from webapp.runs.tallies import Tally

TRIES = 5


@dataclass(frozen=True)
class Skills:
    """What one profile says of an expert."""

    profile: Profile
    tally: Tally | None  # over all questions
    strongest: list[SkillTally]
    weakest: list[SkillTally]


@require_safe
def experts(request: TeamRequest) -> HttpResponse:
    columns, rows = experts_of(request.team, request.GET.get("sort", ""))
    context = {"columns": columns, "rows": rows}
    return render(request, "experts/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def expert(request: TeamRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Expert.objects.of(request.team), pk=pk)
    data = request.POST if request.method == "POST" else None
    form = TryForm(data)
    if form.is_valid():
        try:
            return redirect(
                submit_try(request.team, request.user, found, form.cleaned_data["question"])
            )
        except RunRefused as refused:
            form.add_error("question", str(refused))
    recorded = QuestionSet.objects.filter(questions__recorded__expert=found)
    tries = Run.objects.filter(team=request.team, expert=found, kind=Run.Kind.TRY)
    context = {
        "expert": found,
        "form": form,
        "skills": [_skills(found, profile) for profile in _profiles(request, found)],
        "tries": tries[:TRIES],
        "recorded": recorded.annotate(responses=Count("pk")) if found.is_recorded else None,
        "pools": found.pools.filter(team=request.team),
        "cautions": reading.cautions([found]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "experts/detail.html", context, status=status)


def _profiles(request: TeamRequest, expert: Expert) -> QuerySet[Profile]:
    there = ProfileCell.objects.filter(expert=expert).values("profile")
    return reading.ready_profiles(request.team).filter(pk__in=there)


def _skills(expert: Expert, profile: Profile) -> Skills:
    return Skills(
        profile,
        strengths(profile).get(expert.pk),
        strongest=profile_reading.strongest(profile, expert),
        weakest=profile_reading.weakest(profile, expert),
    )
