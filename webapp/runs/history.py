"""A team's runs over time: filters, who reviewed them, what is disputed, accuracy as a chart."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import QueryDict

from moe_core.intervals import wilson
from moe_core.methods import METHODS
from webapp.accounts.models import Team, User
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.figures import _label
from webapp.runs.models import Review, Run

POINTS = 2_000  # the newest runs of a chart
SYMBOLS = ["circle", "square", "diamond", "cross", "x", "triangle-up", "star", "pentagon"]
HOUR = timedelta(hours=1)  # of runs that began within one, the chart shows two
DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"]


@dataclass(frozen=True)
class RunFilters:
    """What an address asks for; a blank field asks for nothing. All that are set must hold."""

    kind: str = ""
    status: str = ""
    method: str = ""
    set: str = ""  # keys, from here on
    pool: str = ""
    by: str = ""

    @classmethod
    def of(cls, given: QueryDict) -> "RunFilters":
        """Values that mean nothing count as blank, so that an old address still opens."""
        told = {name: given.get(name, "").strip() for name in cls.__dataclass_fields__}
        for name, values in (("kind", Run.Kind), ("status", Run.Status), ("method", METHODS)):
            if told[name] not in list(values):
                told[name] = ""
        for name in ("set", "pool", "by"):
            text = told[name]
            if not (text.isascii() and text.isdigit() and len(text) < 19):
                told[name] = ""
        return cls(**told)

    @property
    def query(self) -> str:
        """The same as the part of an address after the question mark; blank without filters."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    def runs(self, team: Team) -> QuerySet[Run]:
        columns = {"set": "question_set", "by": "created_by"}
        wanted = {columns.get(name, name): value for name, value in asdict(self).items() if value}
        related = ("pool", "question_set", "expert", "created_by")
        return Run.objects.filter(team=team, **wanted).select_related(*related)


def choices(team: Team) -> dict[str, Any]:
    """What the filters offer."""
    started = Run.objects.filter(team=team).values("created_by")
    return {
        "kinds": Run.Kind.choices,
        "statuses": Run.Status.choices,
        "methods": METHODS.values(),
        "sets": QuestionSet.objects.filter(team=team).order_by("name"),
        "pools": Pool.objects.filter(team=team).order_by("name"),
        "people": User.objects.filter(pk__in=started).order_by("username"),
    }


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
    disputed = dict(answers.filter(verdict=Review.Verdict.DISPUTED))
    return [
        Past(
            run,
            interval(run),
            (run.ended - run.created).total_seconds() if run.ended else None,
            reviewers[run.pk],
            reviewed.get(run.pk, 0),
            disputed.get(run.pk, 0),
        )
        for run in runs
    ]


def interval(run: Run) -> tuple[float, float] | None:
    """95 % of the accuracy, in percent; None where nothing is graded."""
    if not run.graded:
        return None
    low, high = wilson(run.correct, run.graded)
    return 100 * low, 100 * high


def way_of(run: Run) -> str:
    """Method, and the recruiter where the run chose one."""
    chosen = run.way is not None and run.way.recruiter is None
    return f"{run.method} by {run.recruiter}" if chosen and run.recruiter else run.method


def figure(team: Team, filters: RunFilters) -> dict[str, Any]:
    """Accuracy over time on the question set of the filters, a line per method and recruiter."""
    runs = filters.runs(team).filter(
        kind=Run.Kind.ANSWER, status=Run.Status.DONE, question_set__isnull=False, graded__gt=0
    )
    newest = list(runs.order_by("-pk")[:POINTS]) if filters.set else []
    lines: dict[str, list[Run]] = defaultdict(list)
    for run in reversed(newest):
        lines[way_of(run)].append(run)
    return {
        "data": [_line(place, way, lines[way]) for place, way in enumerate(sorted(lines))],
        "layout": {
            "margin": {"l": 56, "r": 12, "t": 12, "b": 48},
            "xaxis": {"title": {"text": "started"}, "type": "date", **_range(newest)},
            "yaxis": {"title": {"text": "accuracy, %"}},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
            "showlegend": True,
            "hovermode": "closest",
        },
        "table": [_cells(run) for run in newest],
    }


def _range(newest: Sequence[Run]) -> dict[str, list[str]]:
    """Around runs that began within an hour; else the chart finds its own range."""
    moments = [run.created for run in newest]
    if not moments or max(moments) - min(moments) > HOUR:
        return {}
    middle = min(moments) + (max(moments) - min(moments)) / 2
    return {"range": [(middle - HOUR).isoformat(), (middle + HOUR).isoformat()]}


def _line(place: int, way: str, runs: Sequence[Run]) -> dict[str, Any]:
    """Told apart by sign and dash as well as by colour."""
    intervals = [interval(run) or (0.0, 0.0) for run in runs]
    accuracies = [run.accuracy or 0.0 for run in runs]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": _label(way),
        "x": [run.created.isoformat() for run in runs],
        "y": [round(accuracy, 2) for accuracy in accuracies],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [
                round(high - y, 2) for (_, high), y in zip(intervals, accuracies, strict=True)
            ],
            "arrayminus": [
                round(y - low, 2) for (low, _), y in zip(intervals, accuracies, strict=True)
            ],
            "thickness": 1,
            "width": 3,
        },
        "marker": {"symbol": SYMBOLS[place % len(SYMBOLS)], "size": 9},
        "line": {"dash": DASHES[place % len(DASHES)], "width": 1.5},
        "text": [str(run) for run in runs],
        "customdata": [run.get_absolute_url() for run in runs],
        "hovertemplate": "%{text}: %{y:.1f} %<br>%{x}<extra>%{fullData.name}</extra>",
    }


def _cells(run: Run) -> list[Any]:
    low, high = interval(run) or (0.0, 0.0)
    created = run.created.astimezone(UTC)
    return [
        {"text": str(run), "href": run.get_absolute_url()},
        way_of(run),
        {"text": f"{created:%d %b %Y, %H:%M UTC}", "time": created.isoformat()},
        f"{run.accuracy:.1f} %",
        f"{low:.1f} to {high:.1f} %",
        f"{run.graded:,}",
    ]
