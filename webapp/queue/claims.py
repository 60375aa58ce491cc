"""The queue of generations: claimed in chunks, committed in groups, fenced by the claim.

Postgres holds it; nothing here knows an engine. A result counts only while the claim is still its
worker's own, so a late write changes nothing.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet

from moe_core.annotations import SCHEMA
from moe_core.engine import AT_LIMIT, Completion, Partial, Prompt
from moe_core.values import Stage
from webapp.questions.reading.chat import joined
from webapp.queue import events, statements
from webapp.runs.models import Event, Generation, Run, Visit, Worker
from webapp.runs.sql import executed, fetched

Status = Generation.Status
CLAIM = 512  # generations in flight: twice of what an engine batches at once
# How many are in flight together, by how many deaths of their engine they were in flight at: what
# kills it is narrowed down in two steps, each of which costs one load, and is then alone.
TOGETHER = (CLAIM, 16, 1)
DEATHS_ALONE = 3  # after which it is failed: somebody else may have killed the engine once
DEATHS = len(TOGETHER) - 1 + DEATHS_ALONE
LONGEST_REASON = Generation._meta.get_field("finish_reason").max_length  # servers may say more


class Whose(NamedTuple):
    """For which run a generation is, and by which expert."""

    run: int
    expert: int


@dataclass(frozen=True)
class Claimed:
    """What may be in flight together; nothing else may beside what is `suspect`."""

    prompts: list[Prompt] = field(default_factory=list)
    whose: Mapping[int, Whose] = field(default_factory=dict)  # by generation
    suspect: bool = False


def claim(worker: Worker, visit: Visit, stage: int, flight: int = 0, most: int = CLAIM) -> Claimed:
    """Take waiting generations of the visit's checkpoint, up to `stage`, beside `flight` others, so
    that `most` are in flight.

    What was in flight when an engine died is suspect. It is served after all others, in groups
    that become smaller with every death, so that the last one has one cause. A group is of one
    run, so that no run answers for what another one asks.
    """
    if (room := most - flight) <= 0:
        return Claimed()
    fresh = _claim(worker, visit, stage, room, deaths=(0, 0))
    if fresh.prompts or flight:
        return fresh
    for deaths, together in enumerate(TOGETHER[1:-1], start=1):
        if run := _first_run(visit, stage, deaths):
            suspects = _claim(worker, visit, stage, together, deaths=(deaths, deaths), run=run)
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
    run: int | None = None,
) -> Claimed:
    rows = fetched(
        statements.CLAIM,
        worker=worker.pk,
        visit=visit.pk,
        engine_key=visit.engine_key,
        stage=stage,
        least_deaths=deaths[0],
        most_deaths=deaths[1],
        expert=expert,
        run=run,
        limit=limit,
    )
    rows.sort(key=itemgetter(0))
    return Claimed([_prompt(row) for row in rows], {row[0]: Whose(*row[-2:]) for row in rows})


def _first_run(visit: Visit, stage: int, deaths: int) -> int | None:
    """Whose turn it is, of the runs with generations that so many deaths have seen."""
    waiting = Generation.objects.filter(
        status=Status.WAITING,
        engine_key=visit.engine_key,
        stage__lte=stage,
        attempts=deaths,
    )
    return waiting.order_by("stage", "pk").values_list("run", flat=True).first()


def _prompt(row: tuple[Any, ...]) -> Prompt:
    """Of a row of CLAIM."""
    pk, text, heat, most, seed, options, stop, sampling, system, end, parser, *kind, _, _ = row
    is_structured, streams, messages = kind
    prompt = Prompt(
        *(pk, text, heat, most, seed),
        sampling=json.loads(sampling),
        system=system,
        chat_template_options=json.loads(options),
        stop=tuple(json.loads(stop)),
        schema=SCHEMA if is_structured else None,
        streams=streams,
        end_of_thinking=end,
        reasoning_parser=parser,
    )
    return _with_messages(prompt, json.loads(messages or "[]"))


def _with_messages(prompt: Prompt, messages: list[dict[str, str]]) -> Prompt:
    """A question's messages as such, where the prompt has them joined to one text."""
    told = joined(messages)
    if not messages or told not in prompt.text:
        return prompt
    *before, last = messages
    return replace(
        prompt,
        text=prompt.text.replace(told, last["content"], 1),
        before=tuple((message["role"], message["content"]) for message in before),
    )


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
        return events.append_each(
            Event.Kind.GENERATED, {run: _summary(run, recorded) for run in runs}
        )


def write_partials(worker: Worker, partials: Collection[Partial]) -> list[int]:
    """Show what is being written, until the result is there; returns the runs that it is for."""
    rows = fetched(
        statements.WRITE_PARTIAL,
        worker=worker.pk,
        ids=[p.id for p in partials],
        outputs=[_storable(p.text) for p in partials],
        tokens=[p.tokens for p in partials],
    )
    return [run for (run,) in rows]


def stop_writing(run: Run) -> None:
    """End a try that is cancelled as it is written, with what there is; its worker lets it go."""
    rows = fetched(statements.STOP_WRITING, run=run.pk, problem="It was cancelled.")
    _count([_Recorded(*row) for row in rows])


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
    executed(statements.DROP, ids=list(dropped))
    Generation.objects.filter(pk__in=ids - dropped).update(
        status=Generation.Status.WAITING,
        claim=None,
        visit=None,
        began=None,
        output="",  # of a try, of which a part may be there
        tokens=0,
        attempts=F("attempts") - 1 if blameless else F("attempts"),
    )


def unwanted(ids: Collection[int]) -> set[int]:
    """Those of the generations whose run was cancelled or failed meanwhile."""
    ended = Generation.objects.filter(pk__in=ids).exclude(run__status=Run.Status.RUNNING)
    return set(ended.values_list("pk", flat=True))


def drop_waiting(run: Run) -> None:
    """Ask no more for what waits in a run that has ended; call it after the end was committed."""
    executed(statements.DROP_WAITING, run=run.pk, running=Run.Status.RUNNING.value)


def fail_waiting(
    worker: Worker,
    visit: Visit,
    reason: str,
    expert: int | None = None,
    run: int | None = None,
) -> dict[int, int]:
    """Fail all that waits for a checkpoint, or for one expert with it, in all runs or in one;
    returns run → seq."""
    seqs: dict[int, int] = {}
    of: dict[str, Any] = {"deaths": (0, DEATHS), "expert": expert, "run": run}
    while ids := _claim(worker, visit, max(Stage), 1000, **of).whose:
        seqs |= commit(worker.pk, [Completion(pk, error=reason) for pk in ids])
    return seqs


def follow_experts(engine_key: str) -> None:
    """What waits for a checkpoint that no expert has any more waits for what its expert is now."""
    executed(statements.FOLLOW_EXPERTS, engine_key=engine_key)


@dataclass(frozen=True)
class _Recorded:
    run: int
    answer: int | None
    purpose: str
    expert: int
    failed: bool
    tokens: int
    cut_off: bool


def _storable(text: str) -> str:
    """What Postgres can hold: no NUL, and no half of a surrogate pair, as JSON may carry."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _record(worker_id: int | None, completions: Sequence[Completion]) -> list[_Recorded]:
    rows = fetched(
        statements.RECORD,
        worker=worker_id,
        at_limit=AT_LIMIT,
        ids=[c.id for c in completions],
        statuses=[(Status.FAILED if c.error else Status.DONE).value for c in completions],
        outputs=[_storable(c.text) for c in completions],
        prompt_tokens=[c.prompt_tokens for c in completions],
        tokens=[c.tokens for c in completions],
        finish_reasons=[_storable(c.finish_reason)[:LONGEST_REASON] for c in completions],
        problems=[_storable(c.error) for c in completions],
    )
    return [_Recorded(*row) for row in rows]


def _count(recorded: Sequence[_Recorded]) -> None:
    answered = Counter(row.answer for row in recorded if row.answer is not None)
    executed(statements.COUNT_ANSWERS, answers=list(answered), counts=list(answered.values()))
    counted: dict[tuple[int, str, int], list[_Recorded]] = defaultdict(list)
    for row in recorded:
        counted[row.run, row.purpose, row.expert].append(row)
    keys = sorted(counted)
    executed(
        statements.COUNT_PROGRESS,
        runs=[run for run, _, _ in keys],
        purposes=[purpose for _, purpose, _ in keys],
        experts=[expert for _, _, expert in keys],
        done=[sum(not row.failed for row in counted[key]) for key in keys],
        failed=[sum(row.failed for row in counted[key]) for key in keys],
        tokens=[sum(row.tokens for row in counted[key]) for key in keys],
        cut_off=[sum(row.cut_off for row in counted[key]) for key in keys],
    )


def _summary(run: int, recorded: Sequence[_Recorded]) -> dict[str, object]:
    rows = [row for row in recorded if row.run == run]
    return {
        "purposes": dict(Counter(row.purpose for row in rows)),
        "failed": sum(row.failed for row in rows),
        "tokens": sum(row.tokens for row in rows),
    }
