"""The queue of generations: claimed in chunks, committed in groups, fenced by the claim.

Postgres holds it; nothing here knows an engine. A result counts only while the claim is still its
worker's own, so a late write changes nothing.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db import connection, transaction
from django.db.models import F, QuerySet

from moe_core.engine import Completion, Prompt
from moe_core.values import Stage
from webapp.experts.models import Expert
from webapp.runs import events
from webapp.runs.models import Generation, Run, Visit, Worker

CLAIM = 512  # generations in flight: twice of what an engine batches at once
# How many are in flight together, by how many deaths of their engine they were in flight at: what
# kills it is narrowed down in two steps, each of which costs one load, and is then alone.
TOGETHER = (CLAIM, 16, 1)
DEATHS_ALONE = 3  # after which it is failed: somebody else may have killed the engine once
DEATHS = len(TOGETHER) - 1 + DEATHS_ALONE
LONGEST_REASON = Generation._meta.get_field("finish_reason").max_length  # servers may say more


@dataclass(frozen=True)
class Claimed:
    """What may be in flight together; nothing else may beside what is `suspect`."""

    prompts: list[Prompt] = field(default_factory=list)
    experts: Mapping[int, int] = field(default_factory=dict)  # whose each generation is
    suspect: bool = False


def claim(worker: Worker, visit: Visit, stage: int, flight: int = 0) -> Claimed:
    """Take waiting generations of the visit's checkpoint, up to `stage`, beside `flight` others.

    What was in flight when an engine died is suspect. It is served after all others, in groups
    that become smaller with every death, so that the last one has one cause.
    """
    if (room := CLAIM - flight) <= 0:
        return Claimed()
    fresh = _claim(worker, visit, stage, room, deaths=(0, 0))
    if fresh.prompts or flight:
        return fresh
    for deaths, together in enumerate(TOGETHER[1:-1], start=1):
        suspects = _claim(worker, visit, stage, together, deaths=(deaths, deaths))
        if suspects.prompts:
            return replace(suspects, suspect=True)
    last = (len(TOGETHER) - 1, DEATHS)
    return replace(_claim(worker, visit, stage, TOGETHER[-1], deaths=last), suspect=True)


def _claim(
    worker: Worker,
    visit: Visit,
    stage: int,
    limit: int,
    deaths: tuple[int, int],
    expert: int | None = None,
) -> Claimed:
    """`attempts` of what waits are the deaths that it has seen, because others are given back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE runs_generation g SET status = 'claimed', claim_id = %s, visit_id = %s,"
            " attempts = attempts + 1 FROM experts_expert e"
            " WHERE e.id = g.expert_id AND g.id IN ("
            "   SELECT w.id FROM runs_generation w"
            "   WHERE w.status = 'waiting' AND w.engine_key = %s AND w.stage <= %s"
            "   AND w.attempts BETWEEN %s AND %s AND w.expert_id = coalesce(%s, w.expert_id)"
            "   ORDER BY w.stage, w.id LIMIT %s FOR UPDATE SKIP LOCKED)"
            " RETURNING g.id, prompt, g.temperature, g.max_tokens, seed,"
            " chat_template_options::text, stop_strings::text, e.id",
            [worker.pk, visit.pk, visit.expert.engine_key, stage, *deaths, expert, limit],
        )
        rows = cursor.fetchall()
    prompts = [
        Prompt(pk, text, heat, max_tokens, seed, json.loads(options), tuple(json.loads(stop)))
        for pk, text, heat, max_tokens, seed, options, stop, _ in sorted(rows)
    ]
    return Claimed(prompts, {row[0]: row[-1] for row in rows})


def commit(worker_id: int | None, completions: Sequence[Completion]) -> dict[int, int]:
    """Record results, counts and events in one transaction.

    Returns run → seq of its new event. Completions whose claim is no longer the worker's are
    dropped: somebody else has taken them over.
    """
    if not completions:
        return {}
    with transaction.atomic():
        recorded = _record(worker_id, completions)
        _count(recorded)
        runs = {row.run for row in recorded}
        return events.append_each("generated", {run: _summary(run, recorded) for run in runs})


def hand_back(worker: Worker, ids: Collection[int], *, blameless: bool) -> dict[int, int]:
    """Return claimed generations to the queue; returns run → seq where some failed for good.

    A blameless return does not count as an attempt. Otherwise the engine died with these in
    flight, and what has seen that three times on its own is failed.
    """
    held = Generation.objects.filter(pk__in=ids, claim=worker, status=Generation.Status.CLAIMED)
    seqs: dict[int, int] = {}
    if not blameless:
        reason = f"the engine died {DEATHS_ALONE} times while generating this alone"
        hopeless = held.filter(attempts__gte=DEATHS).values_list("pk", flat=True)
        seqs = commit(worker.pk, [Completion(pk, error=reason) for pk in hopeless])
    give_back(held, blameless=blameless)
    return seqs


@transaction.atomic
def give_back(held: QuerySet[Generation], *, blameless: bool) -> None:
    """Claimed ones wait again; those of a run that has ended are asked for no more."""
    locked = held.select_for_update().order_by("pk")  # so that no two wait in a circle
    ids = set(locked.values_list("pk", flat=True))
    if not ids:
        return
    dropped = unwanted(ids)
    _drop("id = ANY(%s)", list(dropped))
    Generation.objects.filter(pk__in=ids - dropped).update(
        status=Generation.Status.WAITING,
        claim=None,
        visit=None,
        attempts=F("attempts") - 1 if blameless else F("attempts"),
    )


def unwanted(ids: Collection[int]) -> set[int]:
    """Those of the generations whose run was cancelled or failed meanwhile."""
    ended = Generation.objects.filter(pk__in=ids).exclude(run__status=Run.Status.RUNNING)
    return set(ended.values_list("pk", flat=True))


def drop_waiting(run: Run) -> None:
    """Ask no more for what waits in a run that has ended; call it after the end was committed."""
    _drop("status = 'waiting' AND run_id = %s", run.pk)


def _drop(which: str, value: int | list[int]) -> None:
    """Delete generations and count them out; Progress is locked in the order of `_count`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH dropped AS (DELETE FROM runs_generation WHERE {which}"  # noqa: S608
            " RETURNING run_id, purpose, expert_id),"
            " counted AS (SELECT run_id, purpose, expert_id, count(*) AS n FROM dropped"
            "  GROUP BY run_id, purpose, expert_id),"
            " locked AS (SELECT p.id, n FROM runs_progress p"
            "  JOIN counted USING (run_id, purpose, expert_id)"
            "  ORDER BY run_id, purpose, expert_id FOR UPDATE OF p)"
            " UPDATE runs_progress p SET asked = asked - n FROM locked WHERE p.id = locked.id",
            [value],
        )


def fail_waiting(
    worker: Worker, visit: Visit, reason: str, expert: Expert | None = None
) -> dict[int, int]:
    """Fail all that waits for a checkpoint, or for one expert with it; returns run → seq."""
    seqs: dict[int, int] = {}
    whose = expert.pk if expert else None
    while ids := _claim(worker, visit, max(Stage), 1000, deaths=(0, DEATHS), expert=whose).experts:
        seqs |= commit(worker.pk, [Completion(pk, error=reason) for pk in ids])
    return seqs


def follow_experts(engine_key: str) -> None:
    """What waits for a checkpoint that no expert has any more waits for what its expert is now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE runs_generation g SET engine_key = e.engine_key FROM experts_expert e"
            " WHERE e.id = g.expert_id AND g.status = 'waiting' AND g.engine_key = %s"
            " AND e.engine_key <> g.engine_key",
            [engine_key],
        )


@dataclass(frozen=True)
class _Recorded:
    run: int
    answer: int | None
    purpose: str
    expert: int
    failed: bool
    tokens: int


def _storable(text: str) -> str:
    """What Postgres can hold: no NUL, and no half of a surrogate pair, as JSON may carry."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _record(worker_id: int | None, completions: Sequence[Completion]) -> list[_Recorded]:
    columns: tuple[list[object], ...] = (
        [c.id for c in completions],
        ["failed" if c.error else "done" for c in completions],
        [_storable(c.text) for c in completions],
        [c.prompt_tokens for c in completions],
        [c.tokens for c in completions],
        [_storable(c.finish_reason)[:LONGEST_REASON] for c in completions],
        [_storable(c.error) for c in completions],
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE runs_generation g SET status = v.status, output = v.output,"
            " prompt_tokens = v.prompt_tokens, tokens = v.tokens, problem = v.problem,"
            " finish_reason = v.finish_reason, finished = clock_timestamp(), claim_id = NULL"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::int[], %s::int[], %s::text[],"
            " %s::text[]) AS v(id, status, output, prompt_tokens, tokens, finish_reason, problem)"
            " WHERE g.id = v.id AND g.claim_id = %s AND g.status = 'claimed'"
            " RETURNING run_id, answer_id, purpose, expert_id, g.status = 'failed', g.tokens",
            [*columns, worker_id],
        )
        return [_Recorded(*row) for row in cursor.fetchall()]


def _count(recorded: Sequence[_Recorded]) -> None:
    answered = Counter(row.answer for row in recorded if row.answer is not None)
    # Rows are locked in one order, so that no two transactions wait in a circle.
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH counted AS (SELECT * FROM unnest(%s::bigint[], %s::int[]) AS v(id, n)),"
            " locked AS (SELECT a.id FROM runs_answer a JOIN counted USING (id)"
            "  ORDER BY a.id FOR UPDATE OF a)"
            " UPDATE runs_answer a SET pending = pending - v.n FROM locked, counted v"
            " WHERE a.id = locked.id AND a.id = v.id",
            [list(answered), list(answered.values())],
        )
        rows: dict[tuple[int, str, int], list[_Recorded]] = defaultdict(list)
        for row in recorded:
            rows[row.run, row.purpose, row.expert].append(row)
        counts = [
            (
                *key,
                sum(not row.failed for row in of),
                sum(row.failed for row in of),
                sum(row.tokens for row in of),
            )
            for key, of in sorted(rows.items())
        ]
        cursor.execute(
            "WITH counted AS (SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[],"
            " %s::int[], %s::int[], %s::bigint[])"
            " AS v(run_id, purpose, expert_id, done, failed, tokens)),"
            " locked AS (SELECT p.id FROM runs_progress p"
            "  JOIN counted USING (run_id, purpose, expert_id)"
            "  ORDER BY run_id, purpose, expert_id FOR UPDATE OF p)"
            " UPDATE runs_progress p SET done = p.done + v.done, failed = p.failed + v.failed,"
            " tokens = p.tokens + v.tokens FROM locked, counted v WHERE p.id = locked.id"
            " AND (p.run_id, p.purpose, p.expert_id) = (v.run_id, v.purpose, v.expert_id)",
            [list(column) for column in zip(*counts, strict=True)] or [[]] * 6,
        )


def _summary(run: int, recorded: Sequence[_Recorded]) -> dict[str, object]:
    rows = [row for row in recorded if row.run == run]
    return {
        "purposes": dict(Counter(row.purpose for row in rows)),
        "failed": sum(row.failed for row in rows),
        "tokens": sum(row.tokens for row in rows),
    }
