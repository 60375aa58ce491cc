"""From the method's requests to generations: queued, or, for recorded experts, played back."""

import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from django.utils import timezone

from moe_core.values import Purpose, Request
from webapp.db.bulk import copy_rows
from webapp.execution.profiles.reuse import take_over
from webapp.experts.budgets import Budget, budget_of
from webapp.experts.models import Expert
from webapp.queue import statements
from webapp.recorded.playback import play
from webapp.runs.models import Answer, Generation, Run
from webapp.runs.sql import executed

Given = Mapping[int | None, list[Generation]]  # answer → what was generated for it

ANNOTATION_TEMPERATURE = 0.7  # paper, skill inference
Status = Generation.Status
COLUMNS = [field.attname for field in Generation._meta.concrete_fields if not field.primary_key]


class Asking:
    """Makes the generations of some questions of a run, and stores them together.

    Seeds follow from the run's seed, so that the same run can be made again. What is there already,
    of a run that was continued, is not asked for again.
    """

    def __init__(self, run: Run, there: Given) -> None:
        self._run = run
        self._there = there
        self._experts: dict[str, Expert] = {}
        self._budget = cache(budget_of)  # it may take reading the expert's chat template
        self._generations: list[Generation] = []
        self._made: dict[int, list[Generation]] = defaultdict(list)  # by answer
        self.taken_from: set[int] = set()  # runs whose generations stand for some of these

    def ask(self, asked: Sequence[tuple[Answer, Sequence[Request]]]) -> list[list[Generation]]:
        """One generation per request, in order, made now or there already; those of recorded
        experts, and those that are taken over, are finished when this returns.

        Each answer learns how many it waits for.
        """
        self._know({request.expert for _, requests in asked for request in requests})
        all_of = [self._of(answer, requests) for answer, requests in asked]
        new = [[row for row in rows if row.pk is None] for rows in all_of]
        pairs = [
            (generation, answer.question)
            for (answer, _), generations in zip(asked, new, strict=True)
            for generation in generations
        ]
        play(self._run, (pair for pair in pairs if pair[0].expert.is_recorded))
        if self._run.reuses:
            live = [pair for pair in pairs if not pair[0].expert.is_recorded]
            self.taken_from |= take_over(self._run, live)
        for (answer, _), rows, made in zip(asked, all_of, new, strict=True):
            answer.pending = sum(row.status in Generation.UNENDED for row in rows)
            self._generations += made
            self._made[answer.pk] += made
        return all_of

    def of(self, answer: Answer) -> list[Generation]:
        """All of a question: what was there, and what was made."""
        return [*self._there.get(answer.pk, ()), *self._made[answer.pk]]

    def _of(self, answer: Answer, requests: Sequence[Request]) -> list[Generation]:
        there = {(g.purpose, g.round, g.number): g for g in self._there.get(answer.pk, ())}
        return [
            there.get((request.purpose.value, request.round, request.number))
            or self._new(answer, request)
            for request in requests
        ]

    def store(self) -> list[Generation]:
        """Write and count all that was asked; returns it. Call it inside a transaction."""
        rows = ([getattr(g, column) for column in COLUMNS] for g in self._generations)
        copy_rows(Generation, COLUMNS, rows)
        self._count()
        return self._generations

    def _count(self) -> None:
        """Into Progress, in one statement; in one order, so that no two calls wait in a circle."""
        counts: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        for generation in self._generations:
            counts[generation.purpose, generation.expert_id][generation.status] += 1
        keys = sorted(counts)
        executed(
            statements.ASK,
            runs=[self._run.pk] * len(keys),
            purposes=[purpose for purpose, _ in keys],
            experts=[expert for _, expert in keys],
            asked=[counts[key].total() for key in keys],
            done=[counts[key][Status.DONE] for key in keys],
            failed=[counts[key][Status.FAILED] for key in keys],
        )

    def _know(self, experts: set[str]) -> None:
        new = [int(expert) for expert in experts if expert not in self._experts]
        self._experts |= {str(pk): e for pk, e in Expert.objects.in_bulk(new).items()}

    def _new(self, answer: Answer, request: Request) -> Generation:
        expert = self._experts[request.expert]
        return waiting(self._run, answer, request, expert, self._budget(expert, request.purpose))


def waiting(
    run: Run, answer: Answer, request: Request, expert: Expert, budget: Budget
) -> Generation:
    """The generation that a request makes; not stored."""
    annotating = request.purpose is Purpose.ANNOTATE
    place = f"{run.seed}/{answer.question.key}/{request.purpose}/{request.number}"
    if request.round:
        place += f"/{request.round}"
    return Generation(
        run_id=run.pk,
        answer_id=answer.pk,
        expert=expert,
        engine_key=expert.engine_key,
        purpose=request.purpose.value,
        stage=request.stage.value,
        round=request.round,
        number=request.number,
        prompt=request.prompt.replace("\0", ""),
        temperature=ANNOTATION_TEMPERATURE if annotating else expert.temperature,
        max_tokens=budget.tokens,
        chat_template_options=dict(budget.options) or None,
        seed=zlib.crc32(place.encode()),
        created=timezone.now(),
    )
