"""Turns the method's requests into generations in the queue."""

import zlib
from collections import Counter
from collections.abc import Iterable

from django.db.models import F

from moe_core.values import Purpose, Request
from webapp.experts.models import Expert
from webapp.runs.models import Answer, Generation, Progress, Run

ANNOTATION_TEMPERATURE = 0.7  # paper, skill inference
ANNOTATION_TOKENS = 256


def ask(run: Run, requests: Iterable[tuple[Answer, Request]]) -> int:
    """Queue generations and count them; returns how many. Call it inside a transaction.

    Seeds follow from the run's seed, so that the same run can be made again.
    """
    experts = {str(expert.pk): expert for expert in Expert.objects.all()}
    generations = [_generation(run, a, r, experts[r.expert]) for a, r in requests]
    Generation.objects.bulk_create(generations, batch_size=1000)
    for (purpose, expert_id), n in sorted(
        Counter((g.purpose, g.expert_id) for g in generations).items()
    ):
        progress, _ = Progress.objects.get_or_create(run=run, purpose=purpose, expert_id=expert_id)
        Progress.objects.filter(pk=progress.pk).update(asked=F("asked") + n)
    return len(generations)


def _generation(run: Run, answer: Answer, request: Request, expert: Expert) -> Generation:
    annotating = request.purpose is Purpose.ANNOTATE
    limit = expert.max_new_tokens
    place = f"{run.seed}/{answer.question.key}/{request.purpose}/{request.number}"
    return Generation(
        run=run,
        answer=answer,
        expert=expert,
        engine_key=expert.engine_key,
        purpose=request.purpose.value,
        stage=request.stage.value,
        number=request.number,
        prompt=request.prompt.replace("\0", ""),
        temperature=ANNOTATION_TEMPERATURE if annotating else expert.temperature,
        max_tokens=min(limit, ANNOTATION_TOKENS) if annotating else limit,
        seed=zlib.crc32(place.encode()),
    )
