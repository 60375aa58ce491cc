"""How long experts take, as their work has shown: for what pays, and for when a run ends."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Max, QuerySet, Sum

from moe_core.values import Stage
from webapp.experts.models import Expert
from webapp.runs.models import Progress, Visit
from webapp.runs.purposes import stage_of

RECENT = 20  # visits of an expert that its token rate is measured over
KNOWN = 5_000  # newest counts that say how much experts write: the loop asks every second
Written = tuple[Stage, str, int, int]  # stage and purpose; tokens, and generations that are done


@dataclass(frozen=True)
class Pace:
    """Of one checkpoint: seconds of the GPU. What was not measured yet is 0, or is not there.

    An annotation is much shorter than a response, so no figure stands for all generations.
    """

    load_seconds: float = 0.0
    purpose_seconds: Mapping[str, float] = field(default_factory=dict)  # for one among many
    stage_seconds: Mapping[int, float] = field(default_factory=dict)  # the purposes' mean

    def seconds(self, stage: Stage, purpose: str) -> float:
        """Of one generation; what was never asked of it is taken for the rest of that stage."""
        return self.purpose_seconds.get(purpose) or self.stage_seconds.get(stage, 0.0)


UNKNOWN = Pace()


def paces(engine_keys: Iterable[str]) -> dict[str, Pace]:
    """From each expert's measured load time and token rate, and its usual numbers of tokens."""
    keys = set(engine_keys)
    measured = (
        Expert.objects.filter(engine_key__in=keys)
        .values_list("engine_key")
        .annotate(Max("load_seconds"), Max("tokens_per_second"))
    )
    written: dict[str, list[Written]] = defaultdict(list)
    for key, kind, purpose, tokens, done in _newest(keys):
        written[key].append((stage_of(kind, purpose), purpose, tokens, done))
    return {key: _pace(load or 0.0, rate or 0.0, written[key]) for key, load, rate in measured}


def _newest(engine_keys: Collection[str]) -> QuerySet[Progress, tuple[str, str, str, int, int]]:
    """Tokens and generations, per checkpoint, kind of run and purpose, of the newest counts."""
    before = Progress.objects.order_by("-pk").values_list("pk", flat=True)[KNOWN:].first() or 0
    # Without tokens: what a run has taken over from another one.
    written = {"done__gt": 0, "tokens__gt": 0}
    counts = Progress.objects.filter(pk__gt=before, expert__engine_key__in=engine_keys, **written)
    per_purpose = counts.order_by().values_list("expert__engine_key", "run__kind", "purpose")
    return per_purpose.annotate(Sum("tokens"), Sum("done"))


def _pace(load: float, rate: float, written: Iterable[Written]) -> Pace:
    if not rate:
        return Pace(load)
    tokens: Counter[str | Stage] = Counter()
    generations: Counter[str | Stage] = Counter()
    for stage, purpose, written_tokens, done in written:
        for of in (stage, purpose):
            tokens[of] += written_tokens
            generations[of] += done
    seconds = {of: tokens[of] / n / rate for of, n in generations.items()}
    return Pace(
        load,
        purpose_seconds={of: s for of, s in seconds.items() if isinstance(of, str)},
        stage_seconds={of: s for of, s in seconds.items() if isinstance(of, Stage)},
    )


def token_rate(engine_key: str) -> float | None:
    """Tokens per second over a checkpoint's recent visits, where a single try weighs little."""
    recent = Visit.objects.filter(engine_key=engine_key, tokens__gt=0).order_by("-pk")
    rows = list(recent.values_list("tokens", "busy_seconds")[:RECENT])
    seconds = sum(busy for _, busy in rows)
    return sum(tokens for tokens, _ in rows) / seconds if seconds else None
