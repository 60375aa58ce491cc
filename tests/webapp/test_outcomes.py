"""Where points were lost, from the seats' verdicts and the answer's."""

from collections.abc import Sequence
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from tests.conftest import MakeSet
from webapp.accounts.models import User
from webapp.execution.outcomes import sort_out
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.pages.results.filters import Filters, neighbours
from webapp.runs.models import Answer, Generation, Review, Run

pytestmark = pytest.mark.django_db

RIGHT = "14"


@pytest.fixture
def run(pool: Pool, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("webapp.queue.events.wake", lambda name, *args: None)
    return submit_run(pool.team, None, pool=pool, questions=question_set(), method="all-experts")


def answered(
    run: Run, stated: Sequence[str | None], verdict: str, place: int = 0, round_: int = 0
) -> Answer:
    """A question whose seats state these, and whose answer got this verdict."""
    answer = Answer.objects.filter(run=run).order_by("pk")[place]
    assert run.pool is not None
    experts = list(run.pool.experts.order_by("pk"))
    for number, text in enumerate(stated):
        expert = experts[number % len(experts)]
        Generation.objects.create(
            run=run, answer=answer, expert=expert, engine_key=expert.engine_key, stage=1,
            purpose="respond", number=number, round=round_, prompt="", temperature=0, max_tokens=1,
            seed=0, status="done", output=f"It is {text}.", stated=text,
            verdict="no answer" if text is None else "correct" if text == RIGHT else "incorrect",
        )  # fmt: skip
    answer.asked, answer.stage, answer.verdict = True, None, verdict
    answer.save()
    sort_out([answer.pk])
    answer.refresh_from_db()
    return answer


@pytest.mark.parametrize(
    ("stated", "verdict", "outcome", "stances"),
    [
        ([RIGHT, RIGHT, "3"], "correct", "agreed", 2),
        ([RIGHT, "3", "3"], "correct", "saved", 2),
        ([RIGHT, "3", None], "correct", "agreed", 2),  # a tie goes to the earlier seat
        (["3", RIGHT, None], "correct", "saved", 2),
        ([None, None, None], "correct", "saved", 0),
        (["3", "4", "4"], "incorrect", "none right", 2),
        ([None, None, None], "incorrect", "none right", 0),
        ([RIGHT, "3", "3"], "incorrect", "outvoted", 2),
        (["3", RIGHT, "4"], "incorrect", "outvoted", 3),
        ([RIGHT, "3", "4"], "incorrect", "broken", 3),
        (["33", "33.0", RIGHT, RIGHT, "033"], "incorrect", "outvoted", 2),
        (["1,000", "1000", "1000.0"], "ungraded", "", 1),
        ([RIGHT, RIGHT, "3"], "incorrect", "broken", 2),
        ([RIGHT, RIGHT, RIGHT], "no answer", "no answer", 1),
        (["3", "4", "5"], "ungraded", "", 3),
    ],
)
def test_outcomes(
    run: Run, stated: list[str | None], verdict: str, outcome: str, stances: int
) -> None:
    answer = answered(run, stated, verdict)
    assert (answer.outcome, answer.stances) == (outcome, stances)


def test_the_last_round_counts(run: Run) -> None:
    answered(run, [RIGHT, RIGHT, "3"], "incorrect")
    answer = answered(run, ["3", "3", None], "incorrect", round_=1)
    assert (answer.outcome, answer.stances) == ("none right", 1)


def test_a_round_in_which_a_seat_states_nothing_takes_nothing_back(run: Run) -> None:
    answered(run, [RIGHT, RIGHT, "3"], "correct")
    answer = answered(run, [None, None, "3"], "correct", round_=1)
    assert (answer.outcome, answer.stances) == ("agreed", 2)


def filtered(run: Run, person: User, address: str) -> list[int]:
    places = {pk: n for n, pk in enumerate(run.answers.order_by("pk").values_list("pk", flat=True))}
    found = Filters.of(QueryDict(address)).answers(run, person)
    return sorted(places[pk] for pk in found.values_list("pk", flat=True))


def test_filters(run: Run, user: User) -> None:
    first = answered(run, [RIGHT, RIGHT], "correct", 0)
    second = answered(run, ["seventeen", RIGHT], "incorrect", 1)
    first.skills = [["sums", "addition", 0.9]]
    first.save()
    Review.objects.create(answer=second, run=run, person=user, verdict="disputed")
    assert run.pool is not None
    expert = run.pool.experts.order_by("pk")[0].pk
    rest = list(range(2, 8))
    for address, places in {
        "verdict=correct": [0],
        "verdict=open": rest,
        "verdict=nonsense": list(range(8)),
        "outcome=outvoted": [1],
        "disagree=yes": [1],
        "skill=sums": [0],
        "skill=addition": [0],
        "skill=sum": [],
        f"expert={expert}": [0, 1],
        "expert=12345": [],
        "words=seventeen": [1],
        "words=Seventeen+-it": [1],
        "words=Seventeen+nowhere": [],
        "review=disputed": [1],
        "review=mine": [1],
        "review=unreviewed": [0, *rest],
        "verdict=correct&review=mine": [],
        f"category={first.question.category}&words=14&verdict=correct": [0],
    }.items():
        assert filtered(run, user, address) == places, address
    filters = Filters.of(QueryDict("review=unreviewed"))
    assert neighbours(second, filters, user) == (first.pk, second.pk + 1)


def test_words_between_signs_are_found(run: Run, user: User) -> None:
    answer = answered(run, [RIGHT], "correct")
    said = "If x<y then zebra and w>0; 90km/h, e-5, me@home, <think>so</think>, a+b=-7."
    answer.generations.update(output=said)
    for words in ("zebra", "h", "90km/h", "-5", "home", "think", "7", '"then zebra"', "b"):
        assert filtered(run, user, urlencode({"words": words})) == [0], words


def test_an_address_without_meaning_is_no_filter() -> None:
    filters = Filters.of(QueryDict("expert=-1&disagree=maybe&words=a%00b&verdict=x"))
    assert filters.query == "words=ab"
