"""What other ways would have scored, computed from a run in which every expert answered.

`best_single` and `task_top_k` are chosen on the profile (validation questions) only; the test
answers serve for grading alone. The oracle is right where any expert is.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from moe_core.aggregation import vote
from moe_core.grading import grade
from moe_core.profiles import Profile
from moe_core.recruiting import recruit
from moe_core.values import Purpose, Question, Verdict
from webapp.runs.models import Generation, Run
from webapp.runs.plans import stored_profile

RANDOM_DRAWS = 20  # per question; the mean of these stands for random_k


@dataclass(frozen=True)
class _Stated:
    question: Question
    by_expert: dict[str, str | None]
    right: set[str]  # experts whose own response is correct


def comparisons(everyone: Run, profiled: Run, k: int) -> dict[str, float]:
    """Accuracy in percent per way, from an all-experts run and the run that has the profile."""
    assert everyone.pool is not None
    profile = stored_profile(profiled.profile, list(everyone.pool.experts.all()))
    rows = [row for row in _stated(everyone) if row.question.gold]
    return {
        "best_single": _accuracy(rows, _votes("single", profile, 1)),
        "task_top_k": _accuracy(rows, _votes("task-top-k", profile, k)),
        "random_k": _accuracy(rows, _votes("random", profile, k, RANDOM_DRAWS)),
        "majority_all": _accuracy(rows, _votes("everyone", profile, k)),
        "oracle": _accuracy(rows, lambda row, _: float(bool(row.right))),
    }


Scorer = Callable[[_Stated, int], float]


def _votes(recruiter: str, profile: Profile, k: int, draws: int = 1) -> Scorer:
    def score(row: _Stated, place: int) -> float:
        right = 0
        for draw in range(draws):
            seats = recruit(recruiter, profile, [], k, f"{place}/{draw}").seats
            voted = vote([row.by_expert.get(seat) for seat in seats])
            right += grade(row.question, voted) is Verdict.CORRECT
        return right / draws

    return score


def _accuracy(rows: Sequence[_Stated], score: Scorer) -> float:
    total = sum(score(row, place) for place, row in enumerate(rows))
    return round(100 * total / len(rows), 1) if rows else 0.0


def _stated(run: Run) -> list[_Stated]:
    by_expert: dict[int, dict[str, str | None]] = defaultdict(dict)
    right: dict[int, set[str]] = defaultdict(set)
    responses = Generation.objects.filter(run=run, purpose=Purpose.RESPOND.value)
    for answer, expert, stated, verdict in responses.values_list(
        "answer_id", "expert_id", "stated", "verdict"
    ):
        by_expert[answer or 0][str(expert)] = stated
        if verdict == Verdict.CORRECT.value:
            right[answer or 0].add(str(expert))
    answers = run.answers.select_related("question").order_by("pk")
    return [_Stated(a.question.value, by_expert[a.pk], right[a.pk]) for a in answers]
