"""Runs side by side: two of them here, more in `views_several`."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.keeping.baselines import baseline_for, baselines_of
from webapp.pages.comparison import chosen, counts, pairs, settings, several, words
from webapp.pages.comparison.counts import PairCounts
from webapp.pages.comparison.pairs import ALL, CHANGED, Narrowing, State
from webapp.pages.comparison.views_several import refused, show_several
from webapp.pages.shared.paging import page_of
from webapp.runs.models import Run
from webapp.runs.titles import apart

WHICH = (
    f"Choose two to {several.MOST} runs that answer the same question set: tick them in the list,"
    " then compare."
)
TITLES = {
    CHANGED: "What changed",
    State.GAINED: "▲ Gained",
    State.LOST: "▼ Lost",
    State.OTHERWISE: "✗ Wrong otherwise",
    State.RIGHT: "✓ Right in both",
    State.WRONG: "✗ Wrong alike",
    State.LEFT_OUT: "Left out",
    ALL: "All",
}


@require_safe
def compare(request: TeamRequest) -> HttpResponse:
    """`?a=&b=`: what the second run gains on the first; two to six `?run=` as ticked in the
    list."""
    if request.GET.getlist("run"):
        return _ticked(request)
    names = [request.GET.get(name, "") for name in ("a", "b")]
    if not all(names):
        return refused(request, WHICH)
    first, second = (chosen.run_named(request, name) for name in names)
    if first is None or second is None:
        raise Http404
    if problem := pairs.problem([first, second]):
        return refused(request, problem)
    return render(request, "comparison/compare.html", _two(request, first, second))


def _ticked(request: TeamRequest) -> HttpResponse:
    """Two are compared on a page of their own. One alone is measured by its set's baseline."""
    runs = chosen.ticked(request)
    if len(runs) != len(request.GET.getlist("run")) or len(runs) > several.MOST:
        return refused(request, WHICH)
    match runs:
        case [run] if against := baseline_for(run):
            return redirect(chosen.of_two(against, run))
        case [_]:
            return refused(request, WHICH)
        case [first, second]:
            return redirect(chosen.of_two(first, second))
        case _:
            return show_several(request, runs)


def _two(request: TeamRequest, first: Run, second: Run) -> dict[str, object]:
    part = Narrowing.of(request.GET)
    figures = counts.figures(first, second)
    narrowed = bool(part.category or part.skill)
    tally = counts.narrowed_counts(first, second, part) if narrowed else figures.whole
    page = page_of(request, pairs.rows(first, second, part))
    baseline = baselines_of([first.question_set_id]).get(first.question_set_id or 0)
    return {
        "first": first,
        "second": second,
        "apart": apart([first, second]),
        "query": chosen.query_of([first, second]),
        "pair": urlencode({"a": first.pk, "b": second.pk}),
        "beside_baseline": chosen.of_several([first, second, baseline])
        if baseline and baseline not in (first, second)
        else "",
        "figures": figures,
        "whole": figures.whole,
        "headline": words.headline(first, second, figures.whole),
        "most": counts.MOST,
        "tested": figures.whole.tested_by,
        "told": words.in_words(first, second, figures.whole),
        "settings": settings.different([first, second]),
        "runs": [first, second],
        "part": part,
        "narrowed": narrowed,
        "tabs": _tabs(first, second, part, tally),
        "page": page,
        "pairs": pairs.pairs_shown(first, second, page.rows),
        "exchanged": chosen.of_two(second, first),
        "unnarrowed": chosen.of_two(first, second, show=part.show),
        "here": chosen.of_two(first, second),
    }


def _tabs(
    first: Run, second: Run, part: Narrowing, tally: PairCounts
) -> list[tuple[str, str, int, str]]:
    """(what it shows, title, questions, address) of each."""
    return [
        (
            show,
            title,
            tally.shown(show),
            chosen.of_two(first, second, show=show, category=part.category, skill=part.skill),
        )
        for show, title in TITLES.items()
    ]
