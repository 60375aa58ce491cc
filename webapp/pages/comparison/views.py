"""Two runs side by side."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.keeping.baselines import baseline_for
from webapp.pages.comparison import counts, pairs, settings
from webapp.pages.comparison.counts import PairCounts
from webapp.pages.comparison.pairs import Narrowing, State
from webapp.pages.shared.addresses import key
from webapp.pages.shared.paging import page_of
from webapp.runs.lookups import runs_of
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
    first, second = (_run(request, name) for name in names)
    if first is None or second is None:
        raise Http404
    if problem := pairs.problem(first, second):
        return _refused(request, problem)
    part = Narrowing.of(request.GET)
    figures = counts.figures(first, second)
    narrowed = bool(part.category or part.skill)
    tally = counts.narrowed_counts(first, second, part) if narrowed else figures.whole
    page = page_of(request, pairs.rows(first, second, part))
    context = {
        "first": first,
        "second": second,
        "figures": figures,
        "whole": figures.whole,
        "title": counts.title(first, second, figures.whole),
        "most": counts.MOST,
        "tested": figures.whole.tested_by,
        "told": counts.in_words(first, second, figures.whole),
        "settings": settings.different(first, second),
        "part": part,
        "narrowed": narrowed,
        "tabs": _tabs(first, second, part, tally),
        "page": page,
        "pairs": pairs.pairs_shown(first, second, page.rows),
        "exchanged": _address(second, first),
        "unnarrowed": _address(first, second, show=part.show),
        "here": _address(first, second),
    }
    return render(request, "comparison/compare.html", context)


def _ticked(request: TeamRequest, ticked: list[str]) -> HttpResponse:
    """The older run comes first, as what the newer one is measured by. One alone is measured by its
    set's baseline."""
    runs = {run.pk: run for text in ticked if (run := _run(request, text))}
    if len(ticked) == len(runs) == 1:
        (run,) = runs.values()
        if against := baseline_for(run):
            return redirect(_address(against, run))
    if len(ticked) != 2 or len(runs) != 2:
        return _refused(request, TWO)
    return redirect(_address(*(runs[pk] for pk in sorted(runs))))


def _run(request: TeamRequest, text: str) -> Run | None:
    """The team's run of that key; None where the text is no key, or the run another team's."""
    pk = key(text)
    return None if pk is None else runs_of(request.team).filter(pk=pk).first()


def _refused(request: TeamRequest, problem: str) -> HttpResponse:
    return render(request, "comparison/refused.html", {"problem": problem}, status=422)


def _address(first: Run, second: Run, **more: str) -> str:
    told = {"a": first.pk, "b": second.pk, **{name: of for name, of in more.items() if of}}
    return f"{reverse('run-compare')}?{urlencode(told)}"


def _tabs(
    first: Run, second: Run, part: Narrowing, tally: PairCounts
) -> list[tuple[str, str, int, str]]:
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
