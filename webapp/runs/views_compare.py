"""Two runs side by side, and the chart of a team's past runs."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.paging import page_of
from webapp.runs import comparing, comparing_counts, comparing_settings, history
from webapp.runs.comparing import Part, State
from webapp.runs.comparing_counts import Tally
from webapp.runs.models import Run

TWO = "Choose two runs that answer the same question set: tick both in the list, then compare."
TITLES = {
    "": "All",
    State.GAINED: "▲ Gained",
    State.LOST: "▼ Lost",
    State.RIGHT: "✓ Right in both",
    State.WRONG: "✗ Wrong in both",
    State.LEFT_OUT: "Left out",
}


@require_safe
def compare(request: TeamRequest) -> HttpResponse:
    """`?a=&b=`: what the second run gains on the first; two `?run=` as ticked in the list."""
    ticked = request.GET.getlist("run")
    if ticked:
        return _ticked(request, ticked)
    names = [request.GET.get(name, "") for name in ("a", "b")]
    if not all(names):
        return _refused(request, TWO)
    first, second = (comparing.run_of(request.team, name) for name in names)
    if first is None or second is None:
        raise Http404
    if problem := comparing.problem(first, second):
        return _refused(request, problem)
    part = Part.of(request.GET)
    figures = comparing_counts.figures(first, second)
    narrowed = bool(part.category or part.skill)
    tally = comparing_counts.tally_of(first, second, part) if narrowed else figures.whole
    page = page_of(request, comparing.rows(first, second, part))
    context = {
        "first": first,
        "second": second,
        "figures": figures,
        "whole": figures.whole,
        "tested": figures.whole.tested_by,
        "told": comparing_counts.in_words(first, second, figures.whole),
        "settings": comparing_settings.different(first, second),
        "part": part,
        "narrowed": narrowed,
        "tabs": _tabs(first, second, part, tally),
        "page": page,
        "pairs": comparing.shown(first, second, page.rows),
        "exchanged": _address(second, first),
        "unnarrowed": _address(first, second, show=part.show),
        "here": _address(first, second),
    }
    return render(request, "runs/compare.html", context)


@require_safe
def history_figure(request: TeamRequest) -> HttpResponse:
    return JsonResponse(history.figure(request.team, history.RunFilters.of(request.GET)))


def _ticked(request: TeamRequest, ticked: list[str]) -> HttpResponse:
    """The older run comes first, as what the newer one is measured by."""
    runs = {run.pk: run for text in ticked if (run := comparing.run_of(request.team, text))}
    if len(ticked) != 2 or len(runs) != 2:
        return _refused(request, TWO)
    return redirect(_address(*(runs[pk] for pk in sorted(runs))))


def _refused(request: TeamRequest, problem: str) -> HttpResponse:
    return render(request, "runs/compare_refused.html", {"problem": problem}, status=422)


def _address(first: Run, second: Run, **more: str) -> str:
    told = {"a": first.pk, "b": second.pk, **{name: of for name, of in more.items() if of}}
    return f"{reverse('run-compare')}?{urlencode(told)}"


def _tabs(first: Run, second: Run, part: Part, tally: Tally) -> list[tuple[str, str, int, str]]:
    """(state, title, questions, address) of each."""
    return [
        (
            state,
            title,
            tally.counts[State(state)] if state else tally.counts.total(),
            _address(first, second, show=state, category=part.category, skill=part.skill),
        )
        for state, title in TITLES.items()
    ]
