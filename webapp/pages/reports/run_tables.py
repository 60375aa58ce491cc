"""What came out of a run, as tables: by category, by expert, by outcome, and what it cost."""

from collections import Counter
from collections.abc import Callable, Mapping

from django.db.models import Count, Q, Sum

from moe_core.intervals import Share
from moe_core.values import Purpose, Verdict
from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.exports.tables import Cell, Table
from webapp.pages.costs import tables as costs
from webapp.pages.results.counts import totals
from webapp.progress.costs import costs_of
from webapp.progress.spent import spent_by_expert
from webapp.runs.kept import kept
from webapp.runs.models import Answer, Generation, Run
from webapp.runs.outcomes import LOST, Outcome
from webapp.runs.seats import final_responses_among

ALL = "All"
WITHOUT = "without a category"
INTERVALS = "Intervals hold 95 % (Wilson). Questions without a gold answer are not counted."
_RIGHT = Q(verdict=Verdict.CORRECT)
_GRADED = ~Q(verdict__in=["", Verdict.UNGRADED])


def categories(run: Run) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (name or WITHOUT, n, Share(right, n)) for name, right, n in _by_category(run) if n
    ]
    if len(rows) == 1:
        rows = []
    whole = (ALL, run.graded, Share(run.correct, run.graded))
    columns = ("Category", "Questions", "Accuracy, %")
    title = f"Accuracy of {run} by category"
    return Table(f"run-{run.pk}-categories", title, columns, [*rows, whole], INTERVALS)


def _by_category(run: Run) -> list[tuple[str, int, int]]:
    """(category, right, graded), those with most questions first."""

    def count() -> list[tuple[str, int, int]]:
        rows = Answer.objects.filter(run=run).order_by().values_list("category")
        counted = rows.annotate(
            right=Count("pk", filter=_RIGHT), graded=Count("pk", filter=_GRADED)
        )
        return list(counted.order_by("-graded", "category"))

    return kept("by category", run, count=count)


def experts(run: Run) -> Table:
    """Those with most seats first."""
    seconds: Counter[int] = Counter()
    for cost in costs_of(run).experts:
        seconds[cost.expert_id] += round(spent_by_expert(cost).gpu_seconds)
    found = _by_expert(run)
    names = Expert.objects.in_bulk([row[0] for row in found])
    rows = [
        (short(names[pk]), seats, Share(right, graded), silent, tokens, seconds[pk])
        for pk, seats, right, graded, silent, tokens in found
    ]
    columns = (
        *("Expert", "Seats", "Right when seated, %", "No answer", "Tokens written", "GPU seconds"),
    )
    title = f"Experts of {run}"
    return Table(f"run-{run.pk}-experts", title, columns, rows, INTERVALS)


def _by_expert(run: Run) -> list[tuple[int, int, int, int, int, int]]:
    """(expert, seats, right, graded, no answer, tokens)"""
    purpose = Purpose.PROFILE if run.kind == Run.Kind.PROFILE else Purpose.RESPOND

    def count() -> list[tuple[int, int, int, int, int, int]]:
        seats = Generation.objects.filter(run=run, purpose=purpose)
        counted = (
            final_responses_among(run, seats)
            .order_by()
            .values_list("expert")
            .annotate(
                seats=Count("pk"),
                right=Count("pk", filter=_RIGHT),
                graded=Count("pk", filter=_GRADED),
                silent=Count("pk", filter=Q(verdict=Verdict.NO_ANSWER)),
                written=Sum("tokens"),
            )
            .order_by("-seats", "expert")
        )
        return list(counted)

    return kept("by expert", run, count=count)


def outcomes(run: Run) -> Table:
    """How verdicts came about: where points were lost first."""
    found = totals(run).outcomes
    order = [*LOST, *(kind for kind in Outcome if kind not in LOST)]
    whole = sum(found.get(kind.value, 0) for kind in order)
    rows = [
        (str(kind.label), n, Share(n, whole)) for kind in order if (n := found.get(kind.value, 0))
    ]
    columns = ("How it came about", "Questions", "Of all, %")
    title = f"Where {run} lost and won its points"
    return Table(f"run-{run.pk}-outcomes", title, columns, rows, INTERVALS)


def cost(run: Run) -> Table:
    return costs.of_run(run, costs_of(run))


# Name in addresses → what makes it.
TABLES: Mapping[str, Callable[[Run], Table]] = {
    "categories": categories,
    "experts": experts,
    "outcomes": outcomes,
    "costs": cost,
}
