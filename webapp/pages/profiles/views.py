"""One profile: its table, the questions behind each figure, versions, two experts compared."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from moe_core.extraction import final_text
from webapp.accounts.middleware import TeamRequest
from webapp.execution.errors import RunRefused
from webapp.execution.start import submit_ranking
from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.pages.profiles import expert_pairs, reading
from webapp.pages.profiles.expert_pairs import WHO, CellQuestions, ExpertPair
from webapp.pages.profiles.families import families_of
from webapp.pages.profiles.heatmap import heatmap
from webapp.pages.profiles.orders import Order
from webapp.pages.profiles.tally import Tally, legend
from webapp.pages.profiles.versions import OnForm, proposed_of
from webapp.pages.shared.addresses import key, key_param, page_param, text_param
from webapp.pages.shared.lookups import profile_or_404
from webapp.pages.shared.paging import page_of
from webapp.pages.shared.text import lettered
from webapp.runs.found_skills import SHOWN, THIN, found_skills, skill_cautions
from webapp.runs.lookups import cautions, maker_of, pool_experts
from webapp.runs.models import Answer, Generation, Profile, Run

QUESTIONS = 20  # on a page, each with its responses
LONGEST = 6000  # characters shown of a response; all of it is on the question's page
SKILLS = 40  # on a page, of two experts compared


@require_safe
def profile(request: TeamRequest, pk: int) -> HttpResponse:
    found = profile_or_404(request, pk)
    maker = maker_of(found)
    families = families_of(found)
    order = Order.of(request, has_families=bool(families.groups))
    context = {
        "profile": found,
        "run": maker,
        "asked": reading.partly_asked(found),
        "families": families,
        "state": reading.readiness_of(found),
        "legend": legend(),
        "thin": THIN,
        "heat": heatmap(found, families, order),
        "experts": found.pool.experts.all(),
        "candidates": found.pool.candidates(),
        "ranks": found.ranks.select_related("expert"),
        "versions": reading.versions_of(found).filter(archived=None)[: reading.VERSIONS],
        "skills": found_skills(found),
        "proposed": proposed_of(found),
        "on_form": OnForm(profile=found, team=request.team),
        "shown": SHOWN,
        "cautions": [*skill_cautions(found), *cautions(pool_experts(found.pool))],
    }
    return render(request, "profiles/profile.html", context)


@require_POST
def rank_aggregators(request: TeamRequest, pk: int) -> HttpResponse:
    found = profile_or_404(request, pk)
    try:
        return redirect(submit_ranking(request.team, request.user, found))
    except RunRefused as refused:
        messages.error(request, str(refused))
        return redirect(found)


@dataclass(frozen=True)
class Response:
    """What an expert wrote, without its thinking; of a long text the end, where answers stand."""

    generation: Generation
    text: str
    is_cut: bool


@require_safe
def cell(request: TeamRequest, pk: int) -> HttpResponse:
    """The validation questions behind a figure, with the responses that it counts."""
    found = profile_or_404(request, pk)
    asked = _asked(request, found)
    maker = maker_of(found)
    rows = asked.answers(maker) if maker else Answer.objects.none()
    page = page_of(request, rows.select_related("question"), size=QUESTIONS)
    if maker:
        maker.give_golds(answer.question for answer in page.rows)
    context = {
        "profile": found,
        "run": maker,
        "asked": asked,
        "tally": _tally(found, asked),
        "choices": _choices(request, asked),
        "page": page,
        "rows": _with_responses(maker, asked, page.rows) if maker else [],
    }
    return render(request, "profiles/cell.html", context)


def _asked(request: TeamRequest, profile: Profile) -> CellQuestions:
    first = _expert(profile, request.GET.get("expert", ""))
    if first is None:
        raise Http404("No expert of this profile's pool is named.")
    second = _expert(profile, request.GET.get("other", ""))
    who = request.GET.get("who", "")
    family = text_param(request.GET, "family")
    return CellQuestions(
        experts=(first, second) if second else (first,),
        skill=text_param(request.GET, "skill"),
        family=family,
        among=families_of(profile).answers(family) if family else None,
        who=who if who in _names_of(second is not None) else "",
    )


def _tally(profile: Profile, asked: CellQuestions) -> Tally | None:
    """Of the only expert; of two, a page of comparison has the figures."""
    expert, *others = asked.experts
    if others:
        return None
    if asked.family:
        return families_of(profile).tallies(asked.family).get(expert.pk)
    return reading.tally_of(profile, expert, asked.skill)


def _expert(profile: Profile, text: str) -> Expert | None:
    """One of the pool's; None where the address names none. Raises Http404 for a stranger."""
    if not text:
        return None
    if (pk := key(text)) is None:
        raise Http404("That is no expert's key.")
    return get_object_or_404(profile.pool.experts, pk=pk)


def _names_of(has_second: bool) -> list[str]:
    """The names in WHO that make sense of one expert, or of two."""
    return [name for name, (_, second) in WHO.items() if (second is not None) == has_second]


def _choices(request: TeamRequest, asked: CellQuestions) -> list[tuple[str, str, bool]]:
    """(title, address, chosen) of each way to choose questions by who is right."""
    first, *others = asked.experts
    titles = {
        "": "All",
        "right": "Right",
        "wrong": "Not right",
        "both": "Both right",
        "first": f"Only {short(first)}",
        "second": f"Only {short(others[0])}" if others else "",
        "neither": "Neither",
    }
    told = {
        name: request.GET[name]
        for name in ("expert", "other", "skill", "family")
        if name in request.GET
    }
    return [
        (titles[name], "?" + urlencode({**told, "who": name} if name else told), name == asked.who)
        for name in ["", *_names_of(bool(others))]
    ]


def _with_responses(
    run: Run, asked: CellQuestions, answers: list[Answer]
) -> list[tuple[Answer, list[tuple[str, str]], list[Response]]]:
    """Each question with its lettered options and the responses, in the experts' order."""
    found = expert_pairs.responses(run).filter(answer__in=answers, expert__in=asked.experts)
    rows = found.select_related("expert").defer("prompt")
    written = {(row.answer_id, row.expert_id): row for row in rows}
    return [
        (
            answer,
            lettered(answer.question.options),
            [_response(written[answer.pk, expert.pk]) for expert in asked.experts],
        )
        for answer in answers
    ]


def _response(row: Generation) -> Response:
    text = final_text(row.output, row.marker)
    return Response(row, text[-LONGEST:], len(text) > LONGEST)


@require_safe
def changes(request: TeamRequest, pk: int) -> HttpResponse:
    """What is different from another profile of the same pool."""
    found = profile_or_404(request, pk)
    earlier = key_param(request.GET, "since")
    if earlier is None:
        raise Http404("The address names no profile to compare with.")
    since = get_object_or_404(reading.versions_of(found), pk=earlier)
    context = {
        "profile": found,
        "since": since,
        "experts": reading.expert_changes(found, since),
        "cells": reading.cell_changes(found, since),
        "most": reading.CHANGES,
    }
    return render(request, "profiles/changes.html", context)


@dataclass(frozen=True)
class SkillPage:
    """Some skills of two experts; addresses of the pages beside them, empty at either end."""

    rows: list[ExpertPair]
    previous: str
    next: str


@require_safe
def compare(request: TeamRequest, pk: int) -> HttpResponse:
    """Two experts, skill by skill; without two in the address, the choice of them."""
    found = profile_or_404(request, pk)
    maker = maker_of(found)
    first, second = (_expert(found, request.GET.get(name, "")) for name in ("a", "b"))
    context: dict[str, Any] = {
        "profile": found,
        "experts": found.pool.experts.all(),
        "first": first,
        "second": second,
    }
    if maker and first and second and first != second:
        skills = expert_pairs.paired_by_skill(maker, first, second)
        told = urlencode({"expert": first.pk, "other": second.pk})
        context |= {
            "both_address": f"{reverse('profile-cell', args=[found.pk])}?{told}",
            "total": expert_pairs.paired(maker, first, second),
            "skills": len(skills),
            "page": _skill_page(request, skills),
        }
    return render(request, "profiles/compare.html", context)


def _skill_page(request: TeamRequest, skills: list[ExpertPair]) -> SkillPage:
    number = min(page_param(request), max(1, -(-len(skills) // SKILLS)))
    start = (number - 1) * SKILLS

    def address(page: int) -> str:
        told = {"a": request.GET["a"], "b": request.GET["b"], "page": page}
        return f"?{urlencode(told)}#skills-title"

    return SkillPage(
        skills[start : start + SKILLS],
        previous=address(number - 1) if number > 1 else "",
        next=address(number + 1) if start + SKILLS < len(skills) else "",
    )
