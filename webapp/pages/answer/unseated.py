"""What the experts of the pool that hold no seat of an answer said to its question elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from moe_core.values import Verdict
from webapp.experts.models import Expert
from webapp.findings.known import Known, in_recordings, in_runs, sources
from webapp.runs.models import Answer, Generation, Run


@dataclass(frozen=True)
class Elsewhere:
    """One expert's answer, and the run that it is from; None: a recorded response."""

    expert: Expert
    stated: str | None
    verdict: str
    run: Run | None
    answer: int | None

    @property
    def is_right(self) -> bool:
        return self.verdict == Verdict.CORRECT.value


@dataclass(frozen=True)
class Unseated:
    """Those of whom an answer is known, the right ones first, and the others."""

    known: Sequence[Elsewhere]
    unknown: Sequence[Expert]

    @property
    def right(self) -> list[Elsewhere]:
        return [one for one in self.known if one.is_right]


def unseated(run: Run, answer: Answer, seats: Sequence[Generation]) -> Unseated | None:
    """By looks at an index for one question, and a few outputs read; None where nobody recruits, or
    all hold a seat."""
    if run.kind != Run.Kind.ANSWER or run.pool is None or not seats or not answer.is_done:
        return None
    others = run.pool.experts.exclude(pk__in={seat.expert_id for seat in seats}).in_bulk()
    if not others:
        return None
    question = answer.question
    found = {one.expert: one for one in in_runs(run, sources(run), [question.pk], list(others))}
    rest = {pk: one for pk, one in others.items() if pk not in found and one.is_recorded}
    found |= {one.expert: one for one in in_recordings(run, {question.pk: question}, rest)}
    runs = Run.objects.select_related("question_set", "pool", "expert").in_bulk(
        [one.run for one in found.values() if one.run is not None]
    )
    known = [_told(one, others[pk], runs) for pk, one in found.items()]
    return Unseated(
        sorted(known, key=lambda one: (not one.is_right, one.expert.name)),
        sorted((others[pk] for pk in others.keys() - found.keys()), key=lambda one: one.name),
    )


def _told(one: Known, expert: Expert, runs: dict[int, Run]) -> Elsewhere:
    run = runs.get(one.run) if one.run is not None else None
    return Elsewhere(expert, one.stated, one.verdict, run, one.answer)
