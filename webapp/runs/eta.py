"""When runs will have ended, by the loads and token rates that were measured."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from statistics import mean

from django.core.cache import cache

from moe_core.skills import ANNOTATIONS
from moe_core.values import Purpose, Stage
from webapp.experts.models import Expert
from webapp.runs.models import Progress, Run, Visit
from webapp.runs.pace import Pace, paces
from webapp.runs.workers import living_workers

KEPT_SECONDS = 2  # for which it is not computed again, whoever looks
STAGES = {
    Purpose.ANNOTATE.value: Stage.INFER,
    Purpose.TRY.value: Stage.INFER,
    Purpose.PROFILE.value: Stage.RESPOND,
    Purpose.TRIAL.value: Stage.RESPOND,
    Purpose.RESPOND.value: Stage.RESPOND,
    Purpose.AGGREGATE.value: Stage.AGGREGATE,
}


def seconds_left(run: Run) -> float | None:
    """Until a running run ends, together with all that shares its stages on the GPU.

    None when nothing was measured yet of the experts that it needs.
    """
    stages: dict[Stage, float | None] | None = cache.get("seconds-left")
    if stages is None:
        stages = _stages()
        cache.set("seconds-left", stages, KEPT_SECONDS)
    own = {STAGES[purpose] for purpose, _ in _remaining(run, list(run.progress.all()))}
    needed = [seconds for stage, seconds in stages.items() if own and stage <= max(own)]
    if not needed or None in needed:
        return None
    return sum(filter(None, needed)) / max(1, len(living_workers()))


def expected(run: Run) -> dict[str, int]:
    """Generations that a run will have asked for in the end, per purpose, where that is known."""
    if run.pool is None or run.kind == Run.Kind.RANK:
        return {}
    n, experts = run.questions, run.pool.experts.count()
    annotations = ANNOTATIONS * n if run.pool.annotator_id else 0
    if run.kind == Run.Kind.PROFILE:
        return {Purpose.ANNOTATE.value: annotations, Purpose.PROFILE.value: experts * n}
    if run.way is None or run.seats is None:
        return {}
    rounds = 1 if run.way.until_agreed else run.way.rounds  # how many there will be is not known
    return {
        Purpose.ANNOTATE.value: annotations if run.reads_skills else 0,
        Purpose.RESPOND.value: n * run.seats * rounds,
        Purpose.AGGREGATE.value: n if run.aggregator_id else 0,
    }


def _stages() -> dict[Stage, float | None]:
    """Seconds of the GPU that each stage will take, over all running runs."""
    runs = Run.objects.filter(status=Run.Status.RUNNING).select_related("pool")
    progress: dict[int, list[Progress]] = defaultdict(list)
    for row in Progress.objects.filter(run__in=runs):
        progress[row.run_id].append(row)
    remaining: dict[Stage, Counter[int]] = defaultdict(Counter)
    for run in runs:
        for (purpose, expert), n in _remaining(run, progress[run.pk]).items():
            remaining[STAGES[purpose]][expert] += n
    needed = {expert for counts in remaining.values() for expert in counts}
    live = Expert.objects.filter(pk__in=needed).exclude(engine=Expert.Engine.RECORDED)
    keys = dict(live.values_list("pk", "engine_key"))
    pace = paces(keys.values())
    loaded = set(
        Visit.objects.filter(ended=None).exclude(loaded=None).values_list("expert__engine_key")
    )
    return {
        stage: _seconds(_by_key(counts, keys), pace, {key for (key,) in loaded})
        for stage, counts in remaining.items()
    }


def _by_key(counts: Mapping[int, int], keys: Mapping[int, str]) -> Counter[str]:
    """Experts with one checkpoint share a load."""
    merged: Counter[str] = Counter()
    for expert, n in counts.items():
        if expert in keys:  # recorded ones take no time
            merged[keys[expert]] += n
    return merged


def _seconds(
    counts: Mapping[str, int], pace: Mapping[str, Pace], loaded: Iterable[str]
) -> float | None:
    """Loads and work; an expert that was never measured is taken for an average one."""
    known = [p for p in pace.values() if p.generation_seconds]
    if not known:
        return None
    usual = Pace(mean(p.load_seconds for p in known), mean(p.generation_seconds for p in known))
    seconds = 0.0
    for key, n in counts.items():
        of = pace[key] if pace[key].generation_seconds else usual
        seconds += n * of.generation_seconds + (0.0 if key in loaded else of.load_seconds)
    return seconds


def _remaining(run: Run, progress: list[Progress]) -> Counter[tuple[str, int]]:
    """Generations left, by purpose and expert: those asked for, and those that will be.

    Seats that are not recruited yet are shared out as those before them were, or else evenly.
    """
    left: Counter[tuple[str, int]] = Counter()
    asked: dict[str, Counter[int]] = defaultdict(Counter)
    for row in progress:
        asked[row.purpose][row.expert_id] += row.asked
        left[row.purpose, row.expert_id] += row.asked - row.done - row.failed
    for purpose, n in expected(run).items():
        to_come = max(0, n - asked[purpose].total())
        shares = +asked[purpose] or _shares(run, purpose)
        for expert, share in shares.items():
            left[purpose, expert] += round(to_come * share / shares.total())
    return +left


def _shares(run: Run, purpose: str) -> Counter[int]:
    """Who will be asked, before anybody was."""
    assert run.pool is not None
    match purpose:
        case Purpose.ANNOTATE.value:
            return Counter([run.pool.annotator_id] if run.pool.annotator_id else [])
        case Purpose.AGGREGATE.value:
            return Counter([run.aggregator_id] if run.aggregator_id else [])
    live = run.pool.experts.exclude(engine=Expert.Engine.RECORDED)
    return Counter(live.values_list("pk", flat=True))
