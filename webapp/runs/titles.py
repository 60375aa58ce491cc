"""How runs differ, in the few words that end a made title or tell runs apart that are shown
together."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moe_core.methods import METHODS
from moe_core.scorers import title_of
from webapp.experts.models import Expert, Pool
from webapp.experts.short_names import short
from webapp.runs.models import Run

NAMED = 3  # experts; of more, how many
LONGEST = 200  # characters that the column holds
LOOKED_AT = 20  # runs before it, for one whose pool is nearly its own
NEARLY = 0.5  # of the experts of both pools together, those that are in both


def difference(run: Run) -> str:
    """From the run that it repeats; blank where it is the first.

    That is the newest over the same set by the same method with the same pool, or with a pool of
    nearly the same experts. `run` is about to be stored.
    """
    like = Run.objects.filter(
        team=run.team, kind=run.kind, method=run.method, recruiter=run.recruiter,
        question_set=run.question_set,
    ).select_related("aggregator").order_by("-pk")  # fmt: skip
    before = like.filter(pool=run.pool).first() or _of_a_near_pool(run, list(like[:LOOKED_AT]))
    if before is None:
        return ""
    return (", ".join(part for part in _parts(run, before) if part) or "again")[:LONGEST]


def _of_a_near_pool(run: Run, earlier: Sequence[Run]) -> Run | None:
    asked = recruits([run, *earlier])
    for before in earlier:
        both = asked[before.pk] & asked[run.pk]
        if len(both) >= NEARLY * len(asked[before.pk] | asked[run.pk]):
            return before
    return None


def _parts(run: Run, before: Run) -> list[str]:
    method = METHODS[run.method]
    asked = recruits([run, before])
    is_same_pool = run.pool_id == before.pool_id
    return [
        f"k {run.k} instead of {before.k}" if method.takes_k and run.k != before.k else "",
        f"seed {run.seed}" if run.seed != before.seed else "",
        f"asks {run.stopping_rule.title}" if run.stopping != before.stopping else "",
        "another profile" if is_same_pool and run.profile_id != before.profile_id else "",
        _exchanged(
            _names(asked[run.pk] ^ asked[before.pk]),
            asked[run.pk] - asked[before.pk],
            asked[before.pk] - asked[run.pk],
        ),
        f"answers by {_writer(run)}" if _writer_key(run) != _writer_key(before) else "",
        _looks(run) if run.counts_looks != before.counts_looks else "",
        f"scorer {run.scorer or 'as found'}" if run.scoring != before.scoring else "",
    ]


def recruits(runs: Sequence[Run]) -> dict[int | None, frozenset[int]]:
    """Run → keys of the experts that it may recruit; one that is not stored yet goes by None."""
    members = Pool.experts.through.objects.filter(pool__in={run.pool_id for run in runs})
    pools: dict[int | None, set[int]] = {run.pool_id: set() for run in runs}
    for pool, expert in members.values_list("pool_id", "expert_id"):
        pools[pool].add(expert)
    return {run.pk: frozenset(pools[run.pool_id] - set(run.left_out)) for run in runs}


def _exchanged(names: Mapping[int, str], new: Collection[int], gone: Collection[int]) -> str:
    with_, without = _listed(names, new), _listed(names, gone)
    if new and gone:
        return f"with {with_} instead of {without}"
    return f"with {with_}" if new else f"without {without}" if gone else ""


def _names(experts: Collection[int]) -> dict[int, str]:
    """In the order in which they are listed."""
    return {expert.pk: short(expert) for expert in Expert.objects.filter(pk__in=experts)}


def _listed(names: Mapping[int, str], experts: Collection[int]) -> str:
    listed = [name for pk, name in names.items() if pk in experts]
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more


def _writer_key(run: Run) -> tuple[str, int | None]:
    return run.writer, run.aggregator_id


def _writer(run: Run) -> str:
    return short(run.aggregator) if run.aggregator else str(run.writer_title)


def _looks(run: Run) -> str:
    """Whether what answers look like counts; blank where no vote could count it."""
    return f"{'with' if run.looks else 'without'} looks" if run.reads_looks else ""


@dataclass(frozen=True)
class Setting:
    """What somebody chose for a run; two runs of one setting differ by seed, profile and gold
    answers alone."""

    method: str
    recruiter: str
    pool: int | None
    left_out: tuple[int, ...]
    k: int | None
    stopping: str
    writer: tuple[str, int | None]
    looks: bool
    scoring: Any

    @classmethod
    def of(cls, run: Run) -> "Setting":
        takes_k = run.answered_by is None or run.answered_by.takes_k
        return cls(
            method=run.method,
            recruiter=run.recruiter,
            pool=run.pool_id,
            left_out=tuple(run.left_out),
            k=run.k if takes_k else None,
            stopping=run.stopping_told,
            writer=_writer_key(run),
            looks=run.counts_looks,
            scoring=run.scoring,
        )


def apart(runs: Sequence[Run], *, settings_only: bool = False) -> dict[int, str]:
    """Run → what tells it from the others, and nothing in which they are alike; blank where they
    were started alike. A title that somebody gave it stands for that.

    `settings_only`: whatever seed, profile and gold answers are.
    """
    traits = {run.pk: _traits(run) | ({} if settings_only else _chances(run)) for run in runs}
    experts = _told_by_experts(runs)
    told: dict[int, str] = {}
    for run in runs:
        mine = traits[run.pk]
        # Where a method has no k, say, that is no difference in k.
        differing = [name for name in mine if len({of[name] for of in traits.values()} - {""}) > 1]
        words = [mine[name] for name in differing if name != "pool"]
        by_pool = experts[run.pk] is None or ("pool" in differing and not any(experts.values()))
        words.insert(int("way" in differing), mine["pool"] if by_pool else experts[run.pk] or "")
        told[run.pk] = run.given_title or ", ".join(word for word in words if word)
    return told


def _traits(run: Run) -> dict[str, str]:
    by = run.answered_by
    return {
        "way": run.what,
        "pool": str(run.pool or ""),
        "k": f"k {run.k}" if by and by.takes_k else "",
        "stopping": run.stopping_rule.title if run.stopping_told else "",
        # A method's own writer goes without saying.
        "writer": "" if by and by.writer else f"answers by {_writer(run)}",
        "looks": _looks(run),
        "scorer": title_of(run.scoring),
    }


def _chances(run: Run) -> dict[str, str]:
    return {
        "profile": f"profile {run.profile_id}" if run.profile_id else "",
        "golds": f"gold version {run.gold_version}",
        "seed": f"seed {run.seed}",
    }


def _told_by_experts(runs: Sequence[Run]) -> Mapping[int, str | None]:
    """Run → whom it asks, or does not, unlike others; blank of those that ask whom most of them
    ask, None where its pool's name says more."""
    asked = recruits(runs)
    everybody = frozenset[int]().union(*asked.values())
    common = everybody.intersection(*asked.values())
    usual, n = Counter(asked.values()).most_common(1)[0]
    names = _names(everybody - common)
    told: dict[int, str | None] = {}
    for run in runs:
        own = asked[run.pk]
        if 2 * n > len(runs):
            new, gone = own - usual, usual - own
        else:
            new, gone = own - common, frozenset[int]() if own - common else everybody - own
        is_short = max(len(new), len(gone)) <= NAMED
        told[run.pk] = _exchanged(names, new, gone) if is_short else None
    return told
