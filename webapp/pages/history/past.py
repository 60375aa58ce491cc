"""Past runs as a list shows them: how well they did, who reviewed them, what is disputed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from webapp.reviews.models import Review
from webapp.runs.models import Run


@dataclass(frozen=True)
class Past:
    """One run of the list."""

    run: Run
    interval: tuple[float, float] | None  # of its accuracy, in percent
    seconds: float | None  # from its start to its end
    reviewers: list[str]
    reviewed: int  # answers that somebody has reviewed
    disputed: int  # answers whose gold answer somebody disputes


def past(runs: Sequence[Run]) -> list[Past]:
    """With what people said of their answers."""
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
        )
        for run in runs
    ]
