"""All experts; one expert: how it runs, what it is good at, and trying it."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from moe_core.prompts import asked
from webapp.accounts.middleware import TeamRequest
from webapp.execution.errors import RunRefused
from webapp.execution.settings import LARGEST_TRY
from webapp.execution.trying import submit_try
from webapp.experts.engines import ENGINES
from webapp.experts.models import Expert
from webapp.experts.thinking import is_off
from webapp.pages.experts.columns import experts_of
from webapp.pages.experts.facts import shown_of
from webapp.pages.experts.forms import AS_SET, OFF, TryForm
from webapp.pages.experts.prompting import budgets, sampled
from webapp.pages.profiles.heatmap import strengths
from webapp.pages.profiles.reading import FamilyTally, SkillTally, extremes, family_tallies
from webapp.pages.profiles.tally import Tally
from webapp.pages.shared.addresses import key_param
from webapp.questions.models import QuestionSet
from webapp.runs.lookups import cautions, ready_profiles
from webapp.runs.models import Profile, ProfileCell, Run

TRIES = 5


@dataclass(frozen=True)
class Skills:
    """What one profile says of an expert."""

    profile: Profile
    tally: Tally | None  # over all questions
    strongest: list[SkillTally]
    weakest: list[SkillTally]
    families: list[FamilyTally]


@require_safe
def experts(request: TeamRequest) -> HttpResponse:
    columns, rows = experts_of(request.team, request.GET.get("sort", ""))
    context = {"columns": columns, "rows": rows}
    return render(request, "experts/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def expert(request: TeamRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Expert.objects.of(request.team), pk=pk)
    data = request.POST if request.method == "POST" else None
    tries = Run.objects.filter(team=request.team, expert=found, kind=Run.Kind.TRY)
    form = TryForm(data, found, _asked_before(request, tries))
    if form.is_valid():
        given = form.cleaned_data
        question, limit = given["question"], given["max_new_tokens"]
        thinking = given.get("thinking") != OFF
        try:
            return redirect(
                submit_try(request.team, request.user, found, question, limit, thinking=thinking)
            )
        except RunRefused as refused:
            form.add_error("question", str(refused))
    recorded = QuestionSet.objects.filter(questions__recorded__expert=found)
    facts = None if found.is_recorded else shown_of(found)
    context = {
        "expert": found,
        "form": form,
        "facts": facts,
        "sampled": sampled(found, facts.known.asks) if facts else [],
        "template_options": json.dumps(found.chat_template_options),
        "budgets": budgets(found) if facts else [],
        "skills": [_skills(found, profile) for profile in _profiles(request, found)],
        "tries": tries[:TRIES],
        "recorded": recorded.annotate(responses=Count("pk")) if found.is_recorded else None,
        "pools": found.pools.filter(team=request.team, archived=None),
        "cautions": cautions([found]),
        # An engine whose settings read better in words has a template; others are listed.
        "engine_templates": [f"experts/engines/{found.engine}.html", "experts/engines/other.html"],
        "own_settings": own_settings(found),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "experts/detail.html", context, status=status)


def _asked_before(request: TeamRequest, tries: QuerySet[Run]) -> dict[str, Any]:
    """What the form begins with when a try is asked again, with `more` tokens or as many."""
    run = tries.filter(pk=key_param(request.GET, "again") or 0).first()
    row = run.generations.first() if run else None
    if row is None:
        return {}
    more = 2 if "more" in request.GET else 1
    return {
        "question": asked(row.prompt),
        "max_new_tokens": min(more * row.max_tokens, LARGEST_TRY),
        "thinking": OFF if is_off(row.chat_template_options) else AS_SET,
    }


def own_settings(expert: Expert) -> list[tuple[str, Any]]:
    """What its engine calls its settings, with the values."""
    own = set(ENGINES[expert.engine].settings)
    fields = [field for field in Expert._meta.fields if field.name in own]
    return [(str(field.verbose_name), getattr(expert, field.name)) for field in fields]


def _profiles(request: TeamRequest, expert: Expert) -> QuerySet[Profile]:
    there = ProfileCell.objects.filter(expert=expert).values("profile")
    return ready_profiles(request.team).filter(pk__in=there)


def _skills(expert: Expert, profile: Profile) -> Skills:
    return Skills(
        profile,
        strengths(profile).get(expert.pk),
        *extremes(profile, expert),
        family_tallies(profile, expert),
    )
