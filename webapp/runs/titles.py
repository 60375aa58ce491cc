"""How a run differs from the one that it repeats, in the few words that end its made title."""

from collections.abc import Collection

from moe_core.methods import METHODS
from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.runs.models import Run

NAMED = 3  # experts; of more, how many
LONGEST = 200  # characters that the column holds


def difference(run: Run) -> str:
    """From the newest run over the same set with the same pool and method; blank where it is the
    first.

    `run` is about to be stored.
    """
    like = Run.objects.filter(
        team=run.team, kind=run.kind, method=run.method, recruiter=run.recruiter,
        question_set=run.question_set, pool=run.pool,
    )  # fmt: skip
    before = like.select_related("aggregator").order_by("-pk").first()
    if before is None:
        return ""
    return (", ".join(part for part in _parts(run, before) if part) or "again")[:LONGEST]


def _parts(run: Run, before: Run) -> list[str]:
    method = METHODS[run.method]
    return [
        f"k {run.k} instead of {before.k}" if method.takes_k and run.k != before.k else "",
        f"seed {run.seed}" if run.seed != before.seed else "",
        "another profile" if run.profile_id != before.profile_id else "",
        _without(set(run.left_out), set(before.left_out)),
        f"answers by {short(run.aggregator) if run.aggregator else run.writer_title}"
        if _writer(run) != _writer(before)
        else "",
        f"scorer {run.scorer or 'as found'}" if run.scoring != before.scoring else "",
    ]


def _writer(run: Run) -> tuple[str, int | None]:
    return run.writer, run.aggregator_id


def _without(left_out: set[int], before: set[int]) -> str:
    told = [("without", left_out - before), ("with", before - left_out)]
    return ", ".join(f"{word} {_named(experts)}" for word, experts in told if experts)


def _named(experts: Collection[int]) -> str:
    names = [short(expert) for expert in Expert.objects.filter(pk__in=experts)]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
