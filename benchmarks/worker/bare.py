"""The bare engine: the same prompts without queue, database, events or anybody else."""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from benchmarks.worker.bounds import Part
from gpu_worker.engines import Engines
from moe_core.engine import Checkpoint, Endpoint, Prompt
from moe_core.values import Stage
from webapp.experts.models import Expert
from webapp.runs.models import Generation, Run

POLL_SECONDS = 1.0
STDERR = 2


@dataclass(frozen=True)
class Batch:
    """One stay of an expert, and all that it generates in it."""

    stage: str
    expert: Expert
    prompts: list[Prompt]

    @property
    def part(self) -> Part:
        return self.stage, self.expert.name


@dataclass(frozen=True)
class Played:
    """What a batch took."""

    stage: str
    expert: str
    load_seconds: float
    generate_seconds: float
    unload_seconds: float
    generations: int
    tokens: int

    @property
    def seconds(self) -> float:
        return self.load_seconds + self.generate_seconds + self.unload_seconds


def warm_up(checkpoint: Checkpoint | Endpoint, log: Path) -> None:
    """Load once, so that what forks the engines has imported vllm; its chatter goes into a log."""
    with log.open("ab") as file:
        ours = os.dup(STDERR)
        os.dup2(file.fileno(), STDERR)  # inherited by the forkserver, and by all that it forks
        try:
            engine = Engines()
        finally:
            os.dup2(ours, STDERR)
            os.close(ours)
    engine.load(checkpoint)
    engine.unload()


def play(batches: Iterable[Batch]) -> list[Played]:
    """Load, generate, unload, one batch after the other."""
    engine = Engines()
    try:
        return [_play(engine, batch) for batch in batches]
    finally:
        engine.unload()


def _play(engine: Engines, batch: Batch) -> Played:
    started = time.perf_counter()
    engine.load(batch.expert.checkpoint)
    loaded = time.perf_counter()
    engine.submit(batch.prompts)
    done = tokens = 0
    while done < len(batch.prompts):
        arrived = engine.poll(POLL_SECONDS)
        done += len(arrived)
        tokens += sum(completion.tokens for completion in arrived)
    generated = time.perf_counter()
    engine.unload()
    ended = time.perf_counter()
    return Played(
        batch.stage,
        batch.expert.name,
        round(loaded - started, 3),
        round(generated - loaded, 3),
        round(ended - generated, 3),
        done,
        tokens,
    )


def by_part(runs: Sequence[Run]) -> list[Batch]:
    """One batch for each expert in each stage: what the lower bound is made of."""
    return _batches(_done(runs), lambda row: (row.stage, row.expert.name))


def by_visit(run: Run) -> list[Batch]:
    """In the order in which the product made its visits."""
    return _batches(_done([run]), lambda row: (row.visit_id,))


def by_question(run: Run, questions: int) -> list[Batch]:
    """Naive: for each of the first questions the experts of its seats are loaded in turn."""
    first = run.answers.order_by("pk").values("pk")[:questions]
    rows = _done([run]).filter(stage=Stage.RESPOND, answer__in=first)
    return _batches(rows, lambda row: (row.answer_id, row.expert.name))


def _done(runs: Sequence[Run]) -> QuerySet[Generation]:
    return Generation.objects.filter(run__in=runs, status=Generation.Status.DONE)


def _batches(
    rows: QuerySet[Generation], key: Callable[[Generation], tuple[Any, ...]]
) -> list[Batch]:
    """Generations as prompts again, in batches of equal keys, in the keys' order."""
    ordered = sorted(rows.select_related("expert"), key=lambda row: (key(row), row.pk))
    batches = []
    for _, group in groupby(ordered, key):
        together = list(group)
        stage = Stage(together[0].stage).name.lower()
        batches.append(Batch(stage, together[0].expert, [_prompt(row) for row in together]))
    return batches


def _prompt(row: Generation) -> Prompt:
    options, stop = row.expert.chat_template_options, tuple(row.expert.stop_strings)
    return Prompt(row.pk, row.prompt, row.temperature, row.max_tokens, row.seed, options, stop)
