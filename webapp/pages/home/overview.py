"""What the home page shows of a team: runs in progress, what wants review, open disputes.

Summary rows say how far runs are; answers are counted once for each state of a run and its reviews.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Left

from webapp.accounts.models import Team, User
from webapp.db.memory import cache
from webapp.progress import eta
from webapp.reviews.models import Review
from webapp.reviews.reading import readable
from webapp.runs.kept import kept_each
from webapp.runs.models import Answer, Run
from webapp.runs.outcomes import LOST, Outcome
from webapp.things.models import there_by

IN_PROGRESS = 10  # runs shown
LOOKED_AT = 20  # newest runs whose answers may want review
TO_REVIEW = 5  # of them shown
DISPUTES = 5  # shown
PREVIEW = 120  # characters of a question
COUNTED_SECONDS = 3600  # for which the counts of a run that stays as it is are kept


@dataclass(frozen=True)
class Underway:
    """A running run, and the generations that it will take as far as that is known."""

    run: Run
    ended: int
    total: int
    seconds_left: float | None


def underway(team: Team) -> list[Underway]:
    """The newest first. Asked for every few seconds by everybody's home page: figures are kept."""
    related = ("pool", "question_set", "expert", "aggregator")
    running = Run.objects.filter(team=team, status=Run.Status.RUNNING).select_related(*related)
    runs = list(running[:IN_PROGRESS])
    figures: dict[int, tuple[int, int, float | None]] = cache.get(f"underway/{team.pk}") or {}
    if missing := [run for run in runs if run.pk not in figures]:
        prefetch_related_objects(missing, "progress")
        figures |= {run.pk: _figures(run) for run in missing}
        cache.set(f"underway/{team.pk}", figures, eta.KEPT_SECONDS)
    return [Underway(run, *figures[run.pk]) for run in runs]


def _figures(run: Run) -> tuple[int, int, float | None]:
    asked: dict[str, int] = defaultdict(int)
    ended = 0
    for row in run.progress.all():
        asked[row.purpose] += row.asked
        ended += row.done + row.failed
    for purpose, n in eta.expected(run).items():
        asked[purpose] = max(asked[purpose], n)
    return ended, sum(asked.values()), eta.seconds_left(run)


@dataclass(frozen=True)
class ToReview:
    """Answers of a run that nobody has reviewed, though points were lost or experts disagree."""

    run: Run
    answers: int
    lost: Sequence[tuple[Outcome, int]]
    disagreeing: int


@dataclass
class _Unreviewed:
    """Answers that nobody has reviewed; one can be both lost and disagreed on."""

    answers: int = 0
    disagreeing: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)


def to_review(team: Team) -> list[ToReview]:
    """Of the newest runs that have ended, those with most to review."""
    current = Run.objects.filter(team=team, kind=Run.Kind.ANSWER, archived=None)
    ended = current.exclude(status=Run.Status.RUNNING)
    runs = list(ended.select_related("question_set", "pool", "expert")[:LOOKED_AT])
    counted = _unreviewed(runs)
    found = [
        ToReview(
            run,
            counted[run.pk].answers,
            [(outcome, n) for outcome in LOST if (n := counted[run.pk].outcomes[outcome])],
            counted[run.pk].disagreeing,
        )
        for run in runs
        if counted[run.pk].answers
    ]
    return sorted(found, key=lambda one: -one.answers)[:TO_REVIEW]


def _unreviewed(runs: Sequence[Run]) -> dict[int, _Unreviewed]:
    """Counted again only where a run or its reviews have changed since."""
    reviews = Review.objects.filter(run__in=runs).order_by().values_list("run")
    states = {pk: f"{n}/{newest}" for pk, n, newest in reviews.annotate(Count("pk"), Max("pk"))}
    names = {run: f"to review/{states.get(run.pk)}" for run in runs}
    return kept_each(names, _count, COUNTED_SECONDS)


def _count(runs: Sequence[Run]) -> dict[int, _Unreviewed]:
    if not runs:
        return {}
    counts = {run.pk: _Unreviewed() for run in runs}
    answers = Answer.objects.filter(Q(outcome__in=LOST) | Q(stances__gt=1), run__in=runs)
    unreviewed = answers.exclude(Exists(Review.objects.filter(answer=OuterRef("pk")))).order_by()
    rows = unreviewed.annotate(disagrees=Q(stances__gt=1)).values_list(
        "run", "outcome", "disagrees"
    )
    for pk, outcome, disagrees, n in rows.annotate(Count("pk")):
        counts[pk].answers += n
        counts[pk].disagreeing += n if disagrees else 0
        counts[pk].outcomes[outcome] += n
    return counts


def disputes(team: Team, reader: User) -> QuerySet[Review]:
    """Answers whose gold a person disputes, the last said first."""
    disputed = readable(reader).filter(
        there_by("run"), run__team=team, run__archived=None, disputes=True
    )
    return (
        disputed.select_related("run__question_set", "run__pool", "run__expert", "person")
        .annotate(preview=Left("answer__question__text", PREVIEW), row=F("answer__question__row"))
        .order_by("-changed", "-pk")
    )
