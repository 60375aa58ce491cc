"""Three to six runs side by side, and one question in all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from moe_core.intervals import Share
from moe_core.paired import Paired
from moe_core.standings import Rank
from webapp.accounts.middleware import TeamRequest
from webapp.pages.comparison import beside, chosen, grid, pairs, settings, several, words
from webapp.pages.comparison.grid import Wanted
from webapp.pages.comparison.several import Figures, Show
from webapp.pages.shared.paging import page_of
from webapp.pages.shared.text import lettered
from webapp.questions.models import Question
from webapp.runs.models import Run
from webapp.runs.titles import apart


@dataclass(frozen=True)
class Column:
    """One run against another; the address opens what changed between them."""

    other: Run
    found: Paired
    address: str


@dataclass(frozen=True)
class Line:
    """One run of the matrix."""

    run: Run
    apart: str
    share: Share
    rank: Rank
    columns: list[Column | None]  # of all runs in order; None: itself
    right_alone: int
    wrong_alone: int
    without: str  # the address of the same without it; blank where nobody chose it


def show_several(request: TeamRequest, ticked: Sequence[Run]) -> HttpResponse:
    if problem := pairs.problem(ticked):
        return refused(request, problem)
    runs = chosen.with_baseline(ticked)
    wanted = Wanted.of(request.GET)
    figures = several.figures(runs)
    rows = grid.rows(runs, wanted)
    if wanted.alone is None and not figures.counted(wanted.show, wanted.category):
        rows = rows.none()  # looked for in all of them it would take a second
    page = page_of(request, rows)
    narrowed = bool(wanted.category or wanted.alone is not None)
    context = {
        "runs": runs,
        "question_set": runs[0].question_set,
        "baseline": runs[0] if runs[0].baseline else None,
        "added": [run for run in runs if run not in ticked],
        "headline": words.headline_of(runs, figures.standings),
        "figures": figures,
        "lines": _lines(ticked, runs, figures),
        "settings": settings.different(runs),
        "most": several.SHOWN,
        "wanted": wanted,
        "alone": next((run for run in runs if run.pk == wanted.alone), None),
        "narrowed": narrowed,
        "tabs": _tabs(ticked, figures, wanted),
        "page": page,
        "rows": grid.rows_shown(runs, page.rows),
        "columns": len(runs) + 2,  # of the grid
        "query": chosen.query_of(runs),
        "here": chosen.of_several(ticked),
    }
    return render(request, "comparison/several.html", context)


@require_safe
def question(request: TeamRequest, pk: int) -> HttpResponse:
    """What runs wrote to one question, side by side: a page, or a part of one by htmx."""
    found = get_object_or_404(
        Question.objects.select_related("question_set"), pk=pk, question_set__team=request.team
    )
    runs = [run for run in chosen.ticked(request) if run.question_set_id == found.question_set_id]
    if not 2 <= len(runs) <= several.MOST + 1 or pairs.problem(runs):
        raise Http404
    max(runs, key=lambda run: run.gold_version).give_golds([found])
    context = {
        "question": found,
        "options": lettered(found.options),
        "runs": runs,
        "sides": beside.sides(runs, found, request.user),
        "back": chosen.of_several(runs),
    }
    is_part = bool(request.headers.get("HX-Request"))
    template = "comparison/_beside.html" if is_part else "comparison/question.html"
    return render(request, template, context)


def refused(request: TeamRequest, problem: str) -> HttpResponse:
    return render(request, "comparison/refused.html", {"problem": problem}, status=422)


def _lines(ticked: Sequence[Run], runs: Sequence[Run], figures: Figures) -> list[Line]:
    names, found = apart(runs), figures.standings
    return [
        Line(
            run,
            names[run.pk],
            found.share(way),
            found.rank(way),
            [
                None
                if way == other
                else Column(
                    against,
                    found.against(way, other),
                    chosen.of_two(against, run),
                )
                for other, against in enumerate(runs)
            ],
            figures.alone(way, right=True),
            figures.alone(way, right=False),
            chosen.of_several(of for of in ticked if of != run) if run in ticked else "",
        )
        for way, run in enumerate(runs)
    ]


def _tabs(
    ticked: Sequence[Run], figures: Figures, wanted: Wanted
) -> list[tuple[Show, str, int, str]]:
    """(what it shows, title, questions, address) of each."""
    return [
        (
            show,
            show.label,
            figures.counted(show, wanted.category),
            chosen.of_several(ticked, show=show.value, category=wanted.category),
        )
        for show in Show
    ]
