"""How long experts take, as their visits have shown: for what pays, and for when a run ends."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, Sum

from webapp.experts.models import Expert
from webapp.runs.models import Visit

RECENT = 20  # visits of an expert that its token rate is measured over
KNOWN = 1_000  # newest visits that say how much an expert writes: the loop asks every second


@dataclass(frozen=True)
class Pace:
    """Of one checkpoint. 0 where nothing was measured yet."""

    load_seconds: float = 0.0
    generation_seconds: float = 0.0  # of the GPU, for one generation among many


UNKNOWN = Pace()


def paces(engine_keys: Iterable[str]) -> dict[str, Pace]:
    """From each expert's measured load time and token rate, and its usual number of tokens."""
    keys = set(engine_keys)
    measured = (
        Expert.objects.filter(engine_key__in=keys)
        .values("engine_key")
        .annotate(load=Max("load_seconds"), rate=Max("tokens_per_second"))
    )
    newest = Visit.objects.order_by("-pk").values("pk")[:KNOWN]
    written = {
        row["expert__engine_key"]: row["tokens"] / row["generations"]
        for row in Visit.objects.filter(
            pk__in=newest, expert__engine_key__in=keys, generations__gt=0
        )
        .order_by()
        .values("expert__engine_key")
        .annotate(tokens=Sum("tokens"), generations=Sum("generations"))
    }
    return {
        row["engine_key"]: Pace(
            row["load"] or 0.0,
            written.get(row["engine_key"], 0.0) / row["rate"] if row["rate"] else 0.0,
        )
        for row in measured
    }


def token_rate(engine_key: str) -> float | None:
    """Tokens per second over a checkpoint's recent visits, where a single try weighs little."""
    recent = Visit.objects.filter(expert__engine_key=engine_key, tokens__gt=0).order_by("-pk")
    rows = list(recent.values_list("tokens", "busy_seconds")[:RECENT])
    seconds = sum(busy for _, busy in rows)
    return sum(tokens for tokens, _ in rows) / seconds if seconds else None
