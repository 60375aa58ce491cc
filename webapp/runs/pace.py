"""How long experts take, as their work has shown: for what pays, and for when a run ends."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Max, QuerySet, Sum

from moe_core.values import Purpose, Stage
from webapp.experts.models import Expert
from webapp.runs.models import Progress, Visit

RECENT = 20  # visits of an expert that its token rate is measured over
KNOWN = 5_000  # newest counts that say how much experts write: the loop asks every second
STAGES = {
    Purpose.ANNOTATE.value: Stage.INFER,
    Purpose.TRY.value: Stage.INFER,
    Purpose.PROFILE.value: Stage.RESPOND,
    Purpose.TRIAL.value: Stage.RESPOND,
    Purpose.RESPOND.value: Stage.RESPOND,
    Purpose.AGGREGATE.value: Stage.AGGREGATE,
}


@dataclass(frozen=True)
class Pace:
    """Of one checkpoint: seconds of the GPU. What was not measured yet is 0, or is not there.

    An annotation is much shorter than a response, so no figure stands for all generations.
    """

    load_seconds: float = 0.0
    purpose_seconds: Mapping[str, float] = field(default_factory=dict)  # for one among many
    stage_seconds: Mapping[int, float] = field(default_factory=dict)  # the purposes' mean

    def seconds(self, purpose: str) -> float:
        """Of one generation; what was never asked of it is taken for the rest of that stage."""
        return self.purpose_seconds.get(purpose) or self.stage_seconds.get(STAGES[purpose], 0.0)


UNKNOWN = Pace()


def paces(engine_keys: Iterable[str]) -> dict[str, Pace]:
    """From each expert's measured load time and token rate, and its usual numbers of tokens."""
    keys = set(engine_keys)
    measured = (
        Expert.objects.filter(engine_key__in=keys)
        .values_list("engine_key")
        .annotate(Max("load_seconds"), Max("tokens_per_second"))
    )
    written: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for key, purpose, tokens, done in _newest(keys):
        written[key][purpose] = tokens, done
    return {key: _pace(load or 0.0, rate or 0.0, written[key]) for key, load, rate in measured}


def _newest(engine_keys: Collection[str]) -> QuerySet[Progress, tuple[str, str, int, int]]:
    """Tokens and generations, per checkpoint and purpose, of the newest counts."""
    before = Progress.objects.order_by("-pk").values_list("pk", flat=True)[KNOWN:].first() or 0
    counts = Progress.objects.filter(pk__gt=before, expert__engine_key__in=engine_keys, done__gt=0)
    per_purpose = counts.order_by().values_list("expert__engine_key", "purpose")
    return per_purpose.annotate(Sum("tokens"), Sum("done"))


def _pace(load: float, rate: float, written: Mapping[str, tuple[int, int]]) -> Pace:
    """`written`: tokens and generations per purpose."""
    if not rate:
        return Pace(load)
    tokens: Counter[int] = Counter()
    generations: Counter[int] = Counter()
    for purpose, (written_tokens, done) in written.items():
        tokens[STAGES[purpose]] += written_tokens
        generations[STAGES[purpose]] += done
    return Pace(
        load,
        {purpose: of / done / rate for purpose, (of, done) in written.items()},
        {stage: tokens[stage] / n / rate for stage, n in generations.items()},
    )


def token_rate(engine_key: str) -> float | None:
    """Tokens per second over a checkpoint's recent visits, where a single try weighs little."""
    recent = Visit.objects.filter(expert__engine_key=engine_key, tokens__gt=0).order_by("-pk")
    rows = list(recent.values_list("tokens", "busy_seconds")[:RECENT])
    seconds = sum(busy for _, busy in rows)
    return sum(tokens for tokens, _ in rows) / seconds if seconds else None
