"""Why these experts, and what their votes weighed: what an answer's page says of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from moe_core.aggregation import CALIBRATED
from moe_core.calibrated import Weight, weights
from moe_core.extraction import final_text
from moe_core.grading import canonical
from moe_core.votes import Ballot
from webapp.execution.known import vectors_for
from webapp.execution.plans import profile_behind
from webapp.experts.models import Expert
from webapp.runs.models import Answer, Generation, Run


@dataclass(frozen=True)
class Chance:
    """What speaks for one expert on a question, in percentage points."""

    expert: Expert
    seat: int | None  # from 1; None: not recruited
    parts: Sequence[float]
    total: float


def chances(answer: Answer, seats: Sequence[Generation]) -> tuple[list[str], list[Chance]] | None:
    """The names of the parts, and every expert with them: by seat, then the likeliest first."""
    if not answer.contributions:
        return None
    named = {name for of in answer.contributions.values() for name in of}
    by = answer.run.recruited_by
    ordered = list(by.parts) if by else []  # Postgres keeps no order of names
    names = [name for name in ordered if name in named] + sorted(named - set(ordered))
    first = {g.expert_id: place for place, g in reversed(list(enumerate(seats, start=1)))}
    experts = Expert.objects.in_bulk([int(key) for key in answer.contributions])
    rows = [
        Chance(
            experts[int(key)],
            first.get(int(key)),
            [100 * of.get(name, 0.0) for name in names],
            100 * sum(of.values()),
        )
        for key, of in answer.contributions.items()
        if int(key) in experts
    ]
    return names, sorted(rows, key=lambda row: (row.seat or len(seats) + 1, -row.total))


@dataclass(frozen=True)
class SeatVote:
    """One seat's vote and its weight, in log-odds."""

    seat: int  # from 1
    generation: Generation
    weight: Weight


@dataclass(frozen=True)
class WeighedVote:
    """The calibrated vote on a question: by seat, and the sum for each answer, the most first.

    Both empty where the profile's evidence cannot be read any more.
    """

    votes: list[SeatVote]
    answers: list[tuple[str, float]]


def weighed_vote(run: Run, answer: Answer, seats: Sequence[Generation]) -> WeighedVote | None:
    """What the calibrated vote made of an answer's seats; None where it did not write it."""
    if run.writer != CALIBRATED.name or not answer.is_done or not seats:
        return None
    try:
        weighed = _weighed(run, answer, seats)
    except (LookupError, Run.DoesNotExist):
        return WeighedVote([], [])
    votes = [
        SeatVote(place, g, w) for place, (g, w) in enumerate(zip(seats, weighed, strict=True), 1)
    ]
    sums: dict[str, float] = {}
    spelled: dict[str, str] = {}
    for vote in votes:
        if (counted := vote.generation.counted) is not None:
            text = spelled.setdefault(canonical(counted), counted)
            sums[text] = sums.get(text, 0.0) + vote.weight.total
    return WeighedVote(votes, sorted(sums.items(), key=lambda item: -item[1]))


def _weighed(run: Run, answer: Answer, seats: Sequence[Generation]) -> list[Weight]:
    texts = [final_text(g.output, g.marker).strip() for g in seats]
    ballot = Ballot(
        answer.question.value,
        [str(g.expert_id) for g in seats],
        [g.counted for g in seats],
        [text or None for text in texts],  # what failed has none
        [profiled for _, profiled, _ in answer.skills],
        vectors_for(run, [answer.question]).get(answer.question_id),
    )
    return weights(profile_behind(run.pk, with_evidence=True), ballot)
