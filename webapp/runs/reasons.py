"""Why these experts, and what their votes weighed: what an answer's page says of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from moe_core.aggregation import CALIBRATED
from moe_core.calibrated import Weight, weights
from moe_core.extraction import final_text
from moe_core.ours import Contributions
from moe_core.profiles import Profile
from moe_core.votes import Ballot
from webapp.experts.models import Expert
from webapp.runs.evidence import evidence_of
from webapp.runs.knowing import vectors_for
from webapp.runs.models import Answer, Generation, Run
from webapp.runs.plans import stored_profile


@dataclass(frozen=True)
class Chance:
    """What speaks for one expert on a question, in percentage points."""

    expert: Expert
    recruited: bool
    parts: Sequence[float]
    total: float


def chances(answer: Answer, seated: set[int]) -> tuple[list[str], list[Chance]] | None:
    """The names of the parts, and every expert with them, the likeliest first."""
    if not answer.contributions:
        return None
    named = {name for of in answer.contributions.values() for name in of}
    # Postgres keeps no order of names.
    names = [
        *(n for n in Contributions.NAMES if n in named),
        *sorted(named - set(Contributions.NAMES)),
    ]
    experts = Expert.objects.in_bulk([int(key) for key in answer.contributions])
    rows = [
        Chance(
            experts[int(key)],
            int(key) in seated,
            [100 * of.get(name, 0.0) for name in names],
            100 * sum(of.values()),
        )
        for key, of in answer.contributions.items()
        if int(key) in experts
    ]
    return names, sorted(rows, key=lambda row: -row.total)


@dataclass(frozen=True)
class Vote:
    """One seat's vote and its weight, in log-odds."""

    seat: int  # from 1
    generation: Generation
    weight: Weight


def votes(run: Run, answer: Answer, seats: Sequence[Generation]) -> list[Vote]:
    """What the calibrated vote made of an answer's seats, the heaviest first.

    Empty for other votes, and where the profile's questions are not embedded any more.
    """
    if run.writer != CALIBRATED.name or not answer.is_done or not seats:
        return []
    try:
        profile = _profile_of(run.pk)
    except LookupError:
        return []
    done = Generation.Status.DONE
    texts = [final_text(g.output, g.expert.end_of_thinking).strip() for g in seats]
    ballot = Ballot(
        answer.question.value,
        [str(g.expert_id) for g in seats],
        [g.stated for g in seats],
        [text if g.status == done else None for g, text in zip(seats, texts, strict=True)],
        [profiled for _, profiled, _ in answer.skills],
        vectors_for(run, [answer.question]).get(answer.question_id),
    )
    weighed = zip(seats, weights(profile, ballot), strict=True)
    found = [Vote(place, g, weight) for place, (g, weight) in enumerate(weighed, start=1)]
    return sorted(found, key=lambda vote: -vote.weight.total)


@lru_cache(maxsize=4)  # a run's profile stays; reading it takes about a second
def _profile_of(run_id: int) -> Profile:
    run = Run.objects.select_related("pool", "profile__pool").get(pk=run_id)
    assert run.pool is not None and run.profile is not None  # the calibrated vote reads one
    experts = list(run.pool.experts.all())
    evidence = evidence_of(run.profile, experts)
    return replace(stored_profile(run.profile, experts), evidence=evidence)
