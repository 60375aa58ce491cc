"""What the votes on a question weighed: each seat's weight, and the sum for each answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from moe_core.aggregation import CALIBRATED, JOINT, LLM_OR_VOTE, MAJORITY, WEIGHTED
from moe_core.calibrated import weights
from moe_core.extraction import final_text
from moe_core.grading import canonical
from moe_core.joint import added
from moe_core.votes import Ballot, log_odds_of
from webapp.execution.known import vectors_for
from webapp.execution.plans import profile_behind
from webapp.pages.shared.text import percent, signed
from webapp.runs.models import Answer, Generation, Run
from webapp.runs.seats import unasked_seats

Rounds = Sequence[Sequence[Generation]]  # by round, each by seat


@dataclass(frozen=True)
class Weighed:
    """What one vote weighs, and the parts of that, or what it is made of, in words."""

    weight: float
    parts: Sequence[str] = ()


@dataclass(frozen=True)
class SeatVote:
    """`generation`: by which the seat stands."""

    seat: int  # from 1
    generation: Generation
    weighed: Weighed


@dataclass(frozen=True)
class Votes:
    """How a vote was counted: by seat, and the sum for each answer, the most first.

    Both empty where what it is counted from cannot be read any more.
    """

    unit: str = ""  # what a weight means, in a sentence
    parts: Sequence[str] = ()  # their names
    votes: Sequence[SeatVote] = ()
    answers: Sequence[tuple[str, float]] = ()
    decimals: int = 2

    @property
    def is_tie(self) -> bool:
        """Whether the earlier seat decided between the first two."""
        sums = [round(total, 9) for _, total in self.answers[:2]]
        return len(sums) == 2 and sums[0] == sums[1]


@dataclass(frozen=True)
class _Kind:
    weigh: Callable[[Run, Answer, Rounds], list[Weighed]]
    unit: str
    parts: Sequence[str] = field(default=())
    decimals: int = 2


def votes_on(run: Run, answer: Answer, rounds: Rounds) -> Votes | None:
    """What a vote made of an answer's seats; None where none has written it."""
    kind = _KINDS.get(run.writer)
    if kind is None or not answer.is_done or not rounds or _is_written(run, answer):
        return None
    seats = standing(rounds)
    try:
        weighed = kind.weigh(run, answer, rounds)
    except (LookupError, Run.DoesNotExist):
        return Votes()
    votes = [SeatVote(seat.number + 1, seat, one) for seat, one in zip(seats, weighed, strict=True)]
    parts = kind.parts[: len(weighed[0].parts)] if weighed else ()
    return Votes(kind.unit, parts, votes, _sums(votes), kind.decimals)


def standing(rounds: Rounds) -> list[Generation]:
    """Per seat that by which it stands: its last response that states an answer, or its last."""
    return [
        next((row for row in reversed(of_seat) if row.stated is not None), of_seat[-1])
        for of_seat in zip(*_whole(rounds), strict=True)
    ]


def _whole(rounds: Rounds) -> Rounds:
    """Without the round that a run was cancelled in."""
    return [of_round for of_round in rounds if len(of_round) == len(rounds[0])]


def _is_written(run: Run, answer: Answer) -> bool:
    """Whether an LLM has stated the answer, for which the vote stands in otherwise."""
    if run.writer != LLM_OR_VOTE.name:
        return False
    return answer.generations.filter(purpose="aggregate", stated__isnull=False).exists()


def _sums(votes: Sequence[SeatVote]) -> list[tuple[str, float]]:
    """Of equal sums that of the earlier seat first, as votes are decided."""
    sums: dict[str, float] = {}
    spelled: dict[str, str] = {}
    for vote in votes:
        if (counted := vote.generation.counted) is not None:
            text = spelled.setdefault(canonical(counted), counted)
            sums[text] = sums.get(text, 0.0) + vote.weighed.weight
    return sorted(sums.items(), key=lambda item: -item[1])


def _one_each(run: Run, answer: Answer, rounds: Rounds) -> list[Weighed]:
    return [Weighed(1.0) for _ in rounds[0]]


def _log_odds(run: Run, answer: Answer, rounds: Rounds) -> list[Weighed]:
    profile = profile_behind(run.pk)
    skills = _skills(answer)
    chances = [profile.accuracy(str(seat.expert_id), skills) for seat in rounds[0]]
    question = answer.question.value
    return [Weighed(log_odds_of(p, question), [percent(100 * p)]) for p in chances]


def _joint(run: Run, answer: Answer, rounds: Rounds) -> list[Weighed]:
    asked = [str(seat.expert_id) for seat in rounds[0]]
    team = [*asked, *(str(seat.expert) for seat in unasked_seats(answer))]
    ballot = Ballot(answer.question.value, team, [None] * len(team), skills=_skills(answer))
    found = added(profile_behind(run.pk, with_evidence=True), ballot)[: len(asked)]
    return [Weighed(one.total, [signed(one.odds, 2), percent(100 * one.share)]) for one in found]


def _calibrated(run: Run, answer: Answer, rounds: Rounds) -> list[Weighed]:
    seats = standing(rounds)
    latest = [
        next((row for row in reversed(of_seat) if row.text is not None), of_seat[-1])
        for of_seat in zip(*_whole(rounds), strict=True)
    ]
    texts = [final_text(row.output, row.marker).strip() for row in latest]
    ballot = Ballot(
        answer.question.value,
        [str(seat.expert_id) for seat in seats],
        [seat.counted for seat in seats],
        [text or None for text in texts],  # what failed has none
        _skills(answer),
        vectors_for(run, [answer.question]).get(answer.question_id),
        run.counts_looks,
    )
    found = weights(profile_behind(run.pk, with_evidence=True), ballot)
    parts = 3 if run.counts_looks else 2
    return [
        Weighed(one.total, [signed(of, 2) for of in (one.expert, one.tone, one.looks)[:parts]])
        for one in found
    ]


def _skills(answer: Answer) -> list[str]:
    return [profiled for _, profiled, _ in answer.skills]


_LOG_ODDS = (
    "Weights in log-odds: 0 says nothing, +1 makes an answer e ≈ 2.7 times likelier to be right"
    " against the others."
)
_SCORES = (
    "What each seat adds to the score of its answer: its record in log-odds, times the share that"
    " counts beside the other seats, because experts that err together say less than they would"
    " apart. Between two answers, +1 makes the one e ≈ 2.7 times likelier."
)
_WEIGHTED = _Kind(_log_odds, _LOG_ODDS, ["Expected right on these skills"])
_KINDS: Mapping[str, _Kind] = {
    MAJORITY.name: _Kind(_one_each, "Each seat that states an answer counts once.", decimals=0),
    WEIGHTED.name: _WEIGHTED,
    LLM_OR_VOTE.name: _WEIGHTED,
    CALIBRATED.name: _Kind(
        _calibrated, _LOG_ODDS, ["Expert's record", "Tone", "Looks of the answer"]
    ),
    JOINT.name: _Kind(_joint, _SCORES, ["Expert's record", "Of which counts beside the others"]),
}
