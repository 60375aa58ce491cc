"""What pages read of runs: summary rows and short lists, never a walk over all generations."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.cache import cache
from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404

from moe_core.values import Purpose
from webapp.accounts.models import Team
from webapp.experts.models import Expert, Pool
from webapp.runs import eta, regrade_requests
from webapp.runs.gpu import Gpu
from webapp.runs.models import Event, Generation, Profile, Progress, Run
from webapp.runs.report import StageFigures, stages_and_all

EVENTS = 30  # shown of a run
FAILURES = 8  # different reasons shown of a run
NAMED = 4  # experts of one reason
STAGES_SECONDS = 5  # for which the loads of a running run are not counted again

TITLES = {
    Purpose.ANNOTATE.value: "Infer skills",
    Purpose.PROFILE.value: "Answer validation questions",
    Purpose.TRIAL.value: "Trials",
    Purpose.RESPOND.value: "Respond",
    Purpose.AGGREGATE.value: "Aggregate",
    Purpose.TRY.value: "Try",
}
# What was generated for each purpose, in words.
KINDS = {
    Purpose.ANNOTATE.value: "annotations",
    Purpose.PROFILE.value: "validation responses",
    Purpose.TRIAL.value: "trials",
    Purpose.RESPOND.value: "responses",
    Purpose.AGGREGATE.value: "final answers",
    Purpose.TRY.value: "tries",
}


def run_of(team: Team, pk: int) -> Run:
    """Raises Http404 for other teams' runs, as for runs that do not exist."""
    related = ("pool", "question_set", "profile", "expert", "aggregator", "created_by")
    return get_object_or_404(Run.objects.select_related(*related), pk=pk, team=team)


@dataclass(frozen=True)
class Bar:
    """One purpose of a run: generations done of those that it will take."""

    purpose: str
    title: str
    done: int
    failed: int
    total: int
    figures: StageFigures | None

    @property
    def ended(self) -> int:
        return self.done + self.failed

    @property
    def is_full(self) -> bool:
        return self.ended >= self.total


def bars(run: Run, progress: Sequence[Progress]) -> list[Bar]:
    """In the order of the method; purposes that this run does not have are left out."""
    asked: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in progress:
        for place, n in enumerate((row.asked, row.done, row.failed)):
            asked[row.purpose][place] += n
    expected = eta.expected(run) if run.status == Run.Status.RUNNING else {}
    figures, _ = _stages(run)
    return [
        Bar(
            purpose=purpose,
            title="Write answers" if (run.kind, purpose) == ("rank", "aggregate") else title,
            total=max(asked[purpose][0], expected.get(purpose, 0)),
            done=asked[purpose][1],
            failed=asked[purpose][2],
            figures=figures.get(purpose),
        )
        for purpose, title in TITLES.items()
        if asked[purpose][0] or expected.get(purpose)
    ]


def loads(run: Run) -> StageFigures:
    """Of the whole run: how often experts were loaded, and how many were needed."""
    return _stages(run)[1]


def _stages(run: Run) -> tuple[dict[str, StageFigures], StageFigures]:
    """Counting loads reads the generations, so a running run's figure is a few seconds old."""
    key = f"loads/{run.pk}/{run.status}"
    figures: tuple[dict[str, StageFigures], StageFigures] | None = cache.get(key)
    if figures is None:
        figures = stages_and_all([run])
        cache.set(key, figures, STAGES_SECONDS)
    return figures


@dataclass(frozen=True)
class ExpertRow:
    """One expert of a run; a cell per purpose, None where it has nothing to do."""

    expert: Expert
    cells: list[Progress | None]
    tokens: int
    here: str  # "loading", "loaded" or nothing


def expert_rows(progress: Sequence[Progress], purposes: Sequence[str], gpu: Gpu) -> list[ExpertRow]:
    """What each expert has done; `progress` comes with its experts."""
    by_expert: dict[Expert, dict[str, Progress]] = defaultdict(dict)
    for row in progress:
        by_expert[row.expert][row.purpose] = row
    here = {v.expert.engine_key: "loaded" if v.loaded else "loading" for v in gpu.visits}
    return [
        ExpertRow(
            expert,
            [cells.get(purpose) for purpose in purposes],
            sum(cell.tokens for cell in cells.values()),
            here.get(expert.engine_key, ""),
        )
        for expert, cells in sorted(by_expert.items(), key=lambda item: item[0].name)
    ]


def token_rate(progress: Iterable[Progress], gpu: Gpu) -> float | None:
    """Tokens per second of the loaded visits that a run waits for; `progress` has its experts."""
    wanted = {r.expert.engine_key for r in progress if r.asked > r.done + r.failed}
    rates = [
        visit.tokens / visit.busy_seconds
        for visit in gpu.visits
        if visit.loaded and visit.busy_seconds and visit.expert.engine_key in wanted
    ]
    return sum(rates) or None


@dataclass(frozen=True)
class Failure:
    purpose: str
    problem: str
    count: int
    names: list[str]  # of the experts that failed

    @property
    def kind(self) -> str:
        return KINDS.get(self.purpose, self.purpose)

    @property
    def whose(self) -> str:
        more = len(self.names) - NAMED
        return ", ".join(self.names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def failures(run: Run, progress: Iterable[Progress]) -> list[Failure]:
    """Reasons why generations failed, the commonest first."""
    cancelled = run.status == Run.Status.CANCELLED
    if not cancelled and not any(row.failed for row in progress):
        return []
    failed = Generation.objects.filter(
        run=run, purpose__in=list(TITLES), status=Generation.Status.FAILED
    )
    counted = failed.values_list("purpose", "problem").annotate(
        n=Count("pk"), names=ArrayAgg("expert__name", distinct=True)
    )
    return [Failure(*row) for row in counted.order_by("-n", "purpose")[:FAILURES]]


@dataclass(frozen=True)
class Happening:
    """An event in words."""

    seq: int
    created: datetime
    kind: str
    text: str


def happenings(run: Run, after: int | None = None) -> list[Happening]:
    """The newest events first; with `after`, those that came since, the oldest first."""
    rows: QuerySet[Event] = Event.objects.filter(run=run)
    if after is None:
        rows = rows.order_by("-seq")[:EVENTS]
    else:
        rows = rows.filter(seq__gt=after).order_by("seq")[: 10 * EVENTS]
    return [Happening(row.seq, row.created, row.kind, _words(row)) for row in rows]


def _words(event: Event) -> str:
    told: dict[str, Any] = event.payload
    match event.kind:
        case "submitted":
            return "Submitted"
        case "embedded":
            return f"Embedded {told.get('questions')} questions, to find their skills"
        case "loading":
            return f"Loading {told.get('expert')}"
        case "loaded":
            return f"{told.get('expert')} is on the GPU"
        case "left":
            why = f": {told['problem']}" if told.get("problem") else ""
            return f"{told.get('expert')} left the GPU{why}"
        case "generated":
            parts = [f"{n} {KINDS.get(of, of)}" for of, n in told.get("purposes", {}).items()]
            failed = f", {told['failed']} of them failed" if told.get("failed") else ""
            tokens = f" ({told['tokens']:,} tokens)" if told.get("tokens") else ""  # none recorded
            return f"Generated {', '.join(parts)}{failed}{tokens}"
        case "graded":
            told_of = ", ".join(f"{n} {verdict}" for verdict, n in told.items())
            return f"Graded {sum(told.values())} responses: {told_of}"
        case "advanced":
            stages = told.get("stages", {})
            return "Questions " + ", ".join(f"{n} to {_STEP.get(s, s)}" for s, n in stages.items())
        case "retried":
            return f"Retried {told.get('generations'):,} generations that had failed"
        case regrade_requests.EVENT:
            return regrade_requests.words(told)
        case other:
            return other.capitalize()


_STEP = {"infer": "inferring skills", "respond": "responding", "aggregate": "aggregating",
         "done": "their verdict"}  # fmt: skip


def cautions(experts: Iterable[Expert]) -> list[str]:
    """What people should know before they rely on these experts; each caution once."""
    return list(dict.fromkeys(expert.caution for expert in experts if expert.caution))


def pool_experts(pool: Pool | None) -> list[Expert]:
    """Everyone who writes for a pool."""
    return [] if pool is None else [*pool.experts.all(), *_beside(pool)]


def run_experts(run: Run) -> list[Expert]:
    """Everyone who writes for a run."""
    return [] if run.pool is None else [*run.experts(), *_beside(run.pool)]


def _beside(pool: Pool) -> list[Expert]:
    annotators = [pool.annotator] if pool.annotator else []
    return [*annotators, *pool.aggregators.all()]


def ready_profiles(team: Team) -> QuerySet[Profile]:
    return Profile.objects.filter(team=team, ready=True).select_related("pool", "question_set")
