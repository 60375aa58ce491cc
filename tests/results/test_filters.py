"""A run's answers under the filters of an address."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client

from tests.execution.answers import RIGHT, answered
from tests.pages.results.looking import page_of, rows_of
from tests.reviews.given import reviewed
from webapp.accounts.models import User
from webapp.questions.models import Question
from webapp.results.filters import Filters, neighbours
from webapp.runs.models import Answer, Run

pytestmark = pytest.mark.django_db


def filtered(run: Run, person: User, address: str) -> list[int]:
    places = {pk: n for n, pk in enumerate(run.answers.order_by("pk").values_list("pk", flat=True))}
    found = Filters.of(QueryDict(address)).answers(run, person)
    return sorted(places[pk] for pk in found.values_list("pk", flat=True))


def test_filters(run: Run, user: User) -> None:
    first = answered(run, [RIGHT, RIGHT], "correct", 0)
    second = answered(run, ["seventeen", RIGHT], "incorrect", 1)
    first.skills = [["sums", "addition", 0.9]]
    first.save()
    reviewed(second, user, "disputed")
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


def test_questions_are_found_by_number_id_and_words(run: Run, user: User) -> None:
    answered(run, ["seventeen"], "incorrect", 1)
    third = run.answers.order_by("pk")[2].question
    Question.objects.filter(pk=third.pk).update(text="Seventeen zebras", key="12-odd")
    for address, places in {
        "words=seventeen": [1, 2],
        "words=zebras": [2],
        "words=seventeen+-zebras": [2],
        "number=3": [2],
        "number=12": [],
        "number=12-o": [2],
        "number=99999999999999999": [],
        "number=3&words=seventeen": [2],
        "number=1&words=seventeen": [],
        "number=2": [1],
    }.items():
        assert filtered(run, user, address) == places, address


def test_words_between_signs_are_found(run: Run, user: User) -> None:
    answer = answered(run, [RIGHT], "correct")
    said = "If x<y then zebra and w>0; 90km/h, e-5, me@home, <think>so</think>, a+b=-4711."
    answer.generations.update(output=said)
    for words in ("zebra", "h", "90km/h", "-5", "home", "think", "4711", '"then zebra"', "b"):
        assert filtered(run, user, urlencode({"words": words})) == [0], words


def test_an_address_without_meaning_is_no_filter() -> None:
    filters = Filters.of(QueryDict("expert=-1&disagree=maybe&words=a%00b&verdict=x"))
    assert filters.query == "words=ab"


def test_more_filters(signed_in: Client, run: Run, judged: list[Answer], user: User) -> None:
    keys = [answer.pk for answer in judged]
    reviewed(judged[2], user, "disputed")
    assert rows_of(signed_in, run, "outcome=lost") == keys[2:]
    assert rows_of(signed_in, run, "outcome=lost&review=undisputed") == keys[3:]
    assert rows_of(signed_in, run, "review=disputed") == [keys[2]]
    everything = rows_of(signed_in, run, "")
    assert len(everything) == 8
    assert rows_of(signed_in, run, "words=%3F!") == [], "signs alone are no words"
    for nonsense in ("after=x&before=", "outcome=lose", "verdict=<script>", "skill="):
        assert rows_of(signed_in, run, nonsense) == everything, nonsense
    assert rows_of(signed_in, run, "after=999999999999") == []
    assert "There are no more questions" in page_of(signed_in, run, "after=999999999999")
