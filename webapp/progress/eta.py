"""When runs will have ended, by the loads and token rates that were measured."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import mean

from moe_core.skills import ANNOTATIONS
from moe_core.values import Purpose, Stage
from webapp.db.memory import cache
from webapp.experts.engines import OPENAI
from webapp.experts.models import Expert
from webapp.queue.pace import Pace, paces
from webapp.queue.troubles import able
from webapp.queue.workers import living_workers
from webapp.runs.models import Progress, Run, Visit, Worker
from webapp.runs.purposes import stage_of

KEPT_SECONDS = 2  # for which it is not computed again, whoever looks
GPU = ""  # where local experts generate; an endpoint stands for itself, with its engine key
Places = dict[str, float | None]  # seconds of a stage, by where; None: not known


def seconds_left(run: Run) -> float | None:
    """Until a running run ends, together with all that shares its stages on the GPU and at its
    endpoints, which generate beside each other: of each stage the longest counts.

    None when nothing was measured yet of what it needs, or no worker is at work on it.
    """
    remaining = _remaining(run, list(run.progress.all()))
    own = {stage_of(run.kind, purpose) for purpose, _ in remaining}
    ahead = _kept_ahead()
    places = {ahead.places[expert] for _, expert in remaining if expert in ahead.places}
    return _sum(
        {place: s for place, s in of.items() if place in places}
        for stage, of in ahead.stages.items()
        if own and stage <= max(own)
    )


def all_seconds_left() -> float | None:
    """Until all running runs have ended, over all teams; None as for one run."""
    return _sum(_kept_ahead().stages.values())


@dataclass(frozen=True)
class Ahead:
    """What all running runs will still take."""

    stages: Mapping[Stage, Places]
    places: Mapping[int, str]  # where each expert generates


def _sum(stages: Iterable[Places]) -> float | None:
    needed = [_longest(of) for of in stages if of]
    if not needed or None in needed:
        return None
    return sum(filter(None, needed))


def _longest(places: Places) -> float | None:
    return None if None in places.values() else max(filter(None, places.values()), default=0.0)


def _kept_ahead() -> Ahead:
    ahead: Ahead | None = cache.get("seconds-left")
    if ahead is None:
        ahead = _ahead()
        cache.set("seconds-left", ahead, KEPT_SECONDS)
    return ahead


def expected(run: Run) -> dict[str, int]:
    """Generations that a run will have asked for in the end, per purpose, where that is known: at
    most, where more of its seats may turn out not to be needed."""
    if run.pool is None or run.kind == Run.Kind.RANK:
        return {}
    n, experts = run.questions, run.experts().count()
    annotations = ANNOTATIONS * n if run.pool.annotator_id else 0
    if run.kind == Run.Kind.PROFILE:
        unasked = sum(n - len(questions) for questions in run.asks.values())
        return {Purpose.ANNOTATE.value: annotations, Purpose.PROFILE.value: experts * n - unasked}
    if run.answered_by is None or run.seats is None:
        return {}
    return {
        Purpose.ANNOTATE.value: annotations if run.reads_skills else 0,
        Purpose.RESPOND.value: n * run.seats * run.answered_by.certain_rounds - run.unasked,
        Purpose.AGGREGATE.value: n if run.aggregator_id else 0,
    }


@dataclass(frozen=True)
class Cost:
    """What generations take a GPU that holds nothing and does nothing else, with endpoints beside
    it."""

    seconds: float | None  # None: nothing was measured yet of what they need
    loads: int  # of each expert once per stage; endpoints are not loaded
    each: Mapping[tuple[str, int], float | None]  # purpose, expert → load and work; None: unknown


def cost(asked: Mapping[tuple[str, int], int]) -> Cost:
    """Of so many generations of a run that answers, by purpose and expert; recorded experts cost
    nothing."""
    keys, far = _live_keys({expert for _, expert in asked})
    pace = paces(keys.values())
    stages: dict[Stage, Counter[tuple[str, int]]] = defaultdict(Counter)
    each: dict[tuple[str, int], float | None] = {}
    for (purpose, expert), n in asked.items():
        if n and expert in keys:
            stage = stage_of(Run.Kind.ANSWER, purpose)
            stages[stage][purpose, expert] = n
            own = pace[keys[expert]]
            one = own.seconds(stage, purpose)
            each[purpose, expert] = own.load_seconds + n * one if one else None
    workers = max(1, len(living_workers(Worker.Kind.GPU)))
    merged = {stage: _by_key(counts, keys) for stage, counts in stages.items()}
    seconds = [
        _longest(_places(stage, n, pace, set(), workers, far)) for stage, n in merged.items()
    ]
    return Cost(
        None if None in seconds else sum(filter(None, seconds)),
        sum(len({key for _, key in counts} - far) for counts in merged.values()),
        each,
    )


def _ahead() -> Ahead:
    """Seconds that each stage will take, over all running runs; not known of what waits for a
    worker and has none."""
    workers = len(able(living_workers(Worker.Kind.GPU)))
    remaining, awaited = _remaining_of_all()
    needed = {expert for counts in remaining.values() for _, expert in counts}
    keys, far = _live_keys(needed)
    places = {expert: key if key in far else GPU for expert, key in keys.items()}
    pace = paces(keys.values())
    here = Visit.objects.filter(ended=None).exclude(loaded=None)
    loaded = set(here.values_list("engine_key", flat=True))
    waiting_at = {places[expert] for expert in awaited if expert in places}
    unserved = {GPU} & waiting_at if not workers else set()
    if waiting_at & far and not living_workers(Worker.Kind.ENDPOINTS):
        unserved |= far
    stages = {
        stage: _places(stage, _by_key(counts, keys), pace, loaded, max(1, workers), far)
        for stage, counts in remaining.items()
    }
    return Ahead(
        {stage: of | dict.fromkeys(unserved & of.keys()) for stage, of in stages.items()}, places
    )


def _places(
    stage: Stage,
    counts: Mapping[tuple[str, str], int],
    pace: Mapping[str, Pace],
    loaded: set[str],
    workers: int,
    far: set[str],
) -> Places:
    """What a stage takes the GPUs together, and each endpoint by itself, which loads nothing."""
    here = {asked: n for asked, n in counts.items() if asked[1] not in far}
    found: Places = {GPU: _seconds(stage, here, pace, loaded, workers)} if here else {}
    for endpoint in far & {key for _, key in counts}:
        own = {asked: n for asked, n in counts.items() if asked[1] == endpoint}
        found[endpoint] = _seconds(stage, own, pace, {endpoint}, 1)
    return found


def _remaining_of_all() -> tuple[dict[Stage, Counter[tuple[str, int]]], set[int]]:
    """Generations left of all running runs, per stage, by purpose and expert; and the experts that
    were asked and are not back."""
    runs = Run.objects.filter(status=Run.Status.RUNNING).select_related("pool")
    progress: dict[int, list[Progress]] = defaultdict(list)
    awaited = set()
    for row in Progress.objects.filter(run__in=runs):
        progress[row.run_id].append(row)
        if row.asked > row.done + row.failed:
            awaited.add(row.expert_id)
    remaining: dict[Stage, Counter[tuple[str, int]]] = defaultdict(Counter)
    for run in runs:
        for (purpose, expert), n in _remaining(run, progress[run.pk]).items():
            remaining[stage_of(run.kind, purpose)][purpose, expert] += n
    return remaining, awaited


def _live_keys(experts: Iterable[int]) -> tuple[dict[int, str], set[str]]:
    """Expert → checkpoint, of those that generate; and which of the checkpoints are endpoints."""
    live = Expert.objects.generating().filter(pk__in=list(experts))
    rows = list(live.values_list("pk", "engine_key", "engine"))
    far = {key for _, key, engine in rows if engine == OPENAI.name}
    return {pk: key for pk, key, _ in rows}, far


def _by_key(
    counts: Mapping[tuple[str, int], int], keys: Mapping[int, str]
) -> Counter[tuple[str, str]]:
    """Experts with one checkpoint share a load."""
    merged: Counter[tuple[str, str]] = Counter()
    for (purpose, expert), n in counts.items():
        if expert in keys:  # recorded ones take no time
            merged[purpose, keys[expert]] += n
    return merged


def _seconds(
    stage: Stage,
    counts: Mapping[tuple[str, str], int],
    pace: Mapping[str, Pace],
    loaded: set[str],
    workers: int,
) -> float | None:
    """Loads and work; what an expert was never measured at takes as long as with the average one.

    Workers share a stage's experts, so that more workers than experts do not make it shorter.
    """
    known = [p for p in pace.values() if p.stage_seconds]
    if not known:
        return None
    keys = {key for _, key in counts}
    usual_load = mean(p.load_seconds for p in known)
    seconds = sum(
        pace[key].load_seconds if pace[key].stage_seconds else usual_load for key in keys - loaded
    )
    usual = {purpose: _usual(known, stage, purpose) for purpose, _ in counts}
    for (purpose, key), n in counts.items():
        one = pace[key].seconds(stage, purpose) or usual[purpose]
        if one is None:
            return None
        seconds += n * one
    return seconds / max(1, min(workers, len(keys)))


def _usual(known: Iterable[Pace], stage: Stage, purpose: str) -> float | None:
    measured = [seconds for p in known if (seconds := p.seconds(stage, purpose))]
    return mean(measured) if measured else None


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
    live = run.experts().generating()
    return Counter(live.values_list("pk", flat=True))
