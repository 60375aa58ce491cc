"""Past runs as a list shows them: how well they did, who reviewed them, what is disputed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from webapp.accounts.models import User
from webapp.keeping.baselines import baselines_of
from webapp.reviews.models import Review
from webapp.runs.models import Run, Star


@dataclass(frozen=True)
class Past:
    """One run of the list."""

    run: Run
    interval: tuple[float, float] | None  # of its accuracy, in percent
    seconds: float | None  # from its start to its end
    reviewers: list[str]
    reviewed: int  # answers that somebody has reviewed
    disputed: int  # answers whose gold answer somebody disputes
    starred: bool  # by whoever looks
    points: float | None  # of accuracy beyond that of its set's baseline
    baseline: Run | None


def past(runs: Sequence[Run], person: User) -> list[Past]:
    """With what people said of their answers. `person`: whose stars are shown."""
    stars = set(Star.objects.filter(person=person, run__in=runs).values_list("run", flat=True))
    baselines = baselines_of(run.question_set_id for run in runs)
    reviewers: dict[int, list[str]] = defaultdict(list)
    reviews = Review.objects.filter(run__in=runs).order_by()
    named = reviews.values_list("run_id", "person__username").distinct()
    for run_pk, name in sorted(named):
        reviewers[run_pk].append(name)
    answers = reviews.values_list("run_id").annotate(n=Count("answer", distinct=True))
    reviewed = dict(answers)
    disputed = dict(answers.filter(disputes=True))
    return [
        Past(
            run,
            run.share.interval if run.graded else None,
            (run.ended - run.created).total_seconds() if run.ended else None,
            reviewers[run.pk],
            reviewed.get(run.pk, 0),
            disputed.get(run.pk, 0),
            run.pk in stars,
            _points(run, against),
            against,
        )
        for run in runs
        for against in [baselines.get(run.question_set_id or 0)]
    ]


def _points(run: Run, against: Run | None) -> float | None:
    """Of runs that are done: one that goes on, or was cancelled, has seen other questions."""
    if against is None or run.baseline or run.status != Run.Status.DONE:
        return None
    is_like = run.kind == Run.Kind.ANSWER and run.graded == against.graded
    return 100 * (run.correct - against.correct) / run.graded if is_like and run.graded else None
