"""What other ways would have scored, computed from a run in which every expert answered.

`best_single` and `task_top_k` are the experts with the most right answers to the validation
questions; test answers serve for grading alone. The oracle is right where any expert is.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models.functions import Coalesce

from moe_core.values import Purpose, Verdict
from moe_core.votes import vote
from webapp.runs.models import Generation, Run

RANDOM_DRAWS = 20  # per question; the mean of these stands for random_k


@dataclass(frozen=True)
class _Stated:
    by_expert: dict[str, str | None]  # as votes count it
    right: set[str]  # experts whose own response is correct

    @property
    def right_answers(self) -> set[str | None]:
        return {self.by_expert[expert] for expert in self.right}


def comparisons(everyone: Run, profiled: Run, k: int) -> dict[str, float]:
    """Accuracy in percent per way, from an all-experts run and the run that has the profile."""
    experts = [str(pk) for pk in everyone.experts().order_by("pk").values_list("pk", flat=True)]
    best = _by_validation(profiled, experts)
    rows = _stated(everyone)
    return {
        "best_single": _accuracy(rows, lambda row, _: _voted(row, best[:1])),
        "task_top_k": _accuracy(rows, lambda row, _: _voted(row, best[:k])),
        "random_k": _accuracy(rows, lambda row, place: _random(row, place, experts, k)),
        "majority_all": _accuracy(rows, lambda row, _: _voted(row, experts)),
        "oracle": _accuracy(rows, lambda row, _: float(bool(row.right))),
    }


Scorer = Callable[[_Stated, int], float]


def _by_validation(profiled: Run, experts: Sequence[str]) -> list[str]:
    """Best first, by the share of what each was asked; the earlier added of two equals."""
    told = Generation.objects.filter(run=profiled, purpose=Purpose.PROFILE.value)
    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    for expert, verdict in told.values_list("expert_id", "verdict"):
        counts[str(expert)][verdict == Verdict.CORRECT.value] += 1
    shares = {expert: of[True] / of.total() for expert, of in counts.items()}
    return sorted(experts, key=lambda expert: -shares.get(expert, 0.0))


def _voted(row: _Stated, seats: Sequence[str]) -> float:
    voted = vote([row.by_expert.get(seat) for seat in seats])
    return float(voted in row.right_answers)


def _random(row: _Stated, place: int, experts: Sequence[str], k: int) -> float:
    rng = random.Random(place)
    draws = [rng.sample(experts, min(k, len(experts))) for _ in range(RANDOM_DRAWS)]
    return sum(_voted(row, seats) for seats in draws) / RANDOM_DRAWS


def _accuracy(rows: Sequence[_Stated], score: Scorer) -> float:
    total = sum(score(row, place) for place, row in enumerate(rows))
    return round(100 * total / len(rows), 1) if rows else 0.0


def _stated(run: Run) -> list[_Stated]:
    by_expert: dict[int, dict[str, str | None]] = defaultdict(dict)
    right: dict[int, set[str]] = defaultdict(set)
    responses = Generation.objects.filter(run=run, purpose=Purpose.RESPOND.value, round=0)
    for answer, expert, stated, verdict in responses.values_list(
        "answer_id", "expert_id", Coalesce("same_as", "stated"), "verdict"
    ):
        by_expert[answer or 0][str(expert)] = stated
        if verdict == Verdict.CORRECT.value:
            right[answer or 0].add(str(expert))
    graded = run.answers.exclude(verdict=Verdict.UNGRADED.value).order_by("pk")
    return [_Stated(by_expert[pk], right[pk]) for pk in graded.values_list("pk", flat=True)]
