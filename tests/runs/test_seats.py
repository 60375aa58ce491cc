"""The seats of answers stand by the rounds that the method says, whatever was drawn."""

from dataclasses import dataclass
from random import Random

import pytest

from moe_core.rounds import latest
from tests.conftest import MakeSet
from webapp.experts.models import Pool
from webapp.runs.models import Answer, Generation, Run
from webapp.runs.seats import final_responses, final_responses_among

pytestmark = pytest.mark.django_db

SILENT = 0.4  # of the responses state nothing
FAILED = 0.2


@dataclass(frozen=True)
class Response:
    """What a seat said in a round; each that states something states something else."""

    status: str
    stated: str | None


Rounds = list[list[Response]]


def drawn(draw: Random) -> Rounds:
    """A few rounds of a few seats."""
    seats = draw.randint(1, 4)
    return [[_response(draw, n, seat) for seat in range(seats)] for n in range(draw.randint(1, 4))]


def _response(draw: Random, n: int, seat: int) -> Response:
    if draw.random() < FAILED:
        return Response("failed", None)
    return Response("done", None if draw.random() < SILENT else f"{seat} in {n}")


def stored(run: Run, answers: list[Answer], given: list[Rounds], draw: Random) -> None:
    """The responses as rows, in any order."""
    assert run.pool is not None
    expert = run.pool.experts.all()[0]
    rows = [
        Generation(
            run=run, answer=answer, expert=expert, engine_key=expert.engine_key, stage=1,
            purpose="respond", number=seat, round=n, prompt="", temperature=0, max_tokens=1,
            seed=0, status=response.status, stated=response.stated,
        )
        for answer, rounds in zip(answers, given, strict=True)
        for n, responses in enumerate(rounds)
        for seat, response in enumerate(responses)
    ]  # fmt: skip
    draw.shuffle(rows)
    Generation.objects.bulk_create(rows)


@pytest.mark.parametrize("seed", range(12))
def test_each_seat_stands_by_its_latest_answer(
    pool: Pool, question_set: MakeSet, seed: int
) -> None:
    draw = Random(seed)
    questions = question_set()
    run = Run.objects.create(team=pool.team, pool=pool, question_set=questions, method="debate")
    answers = [Answer.objects.create(run=run, question=of) for of in questions.questions.all()]
    given = [drawn(draw) for _ in answers]
    stored(run, answers, given, draw)
    responses = Generation.objects.filter(run=run, purpose="respond")
    standing = list(final_responses(responses))
    for answer, rounds in zip(answers, given, strict=True):
        seats = [row for row in standing if row.answer_id == answer.pk]
        assert [seat.number for seat in seats] == list(range(len(rounds[0])))
        said = [[response.stated for response in of_round] for of_round in rounds]
        assert [seat.stated for seat in seats] == latest(said)
        for seat in seats:
            if seat.stated is None:
                assert seat.round == len(rounds) - 1, "nothing is taken back by the last round"
            assert seat.status == rounds[seat.round][seat.number].status
    among = final_responses_among(run, responses)
    assert set(among.values_list("pk", flat=True)) == {row.pk for row in standing}


def test_a_method_of_one_round_stands_by_all_that_was_said(
    pool: Pool, question_set: MakeSet
) -> None:
    questions = question_set()
    run = Run.objects.create(team=pool.team, pool=pool, question_set=questions, method="skill-moe")
    answer = Answer.objects.create(run=run, question=questions.questions.all()[0])
    stored(run, [answer], [[[Response("done", "a"), Response("failed", None)]]], Random(0))
    assert final_responses_among(run, run.generations.all()).count() == 2
