"""What two runs come to: seats, categories, skills, and the verdict in words."""

from collections import Counter

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.pages.comparison.conftest import address
from webapp.pages.comparison import counts
from webapp.pages.comparison.counts import PairCounts, figures
from webapp.pages.comparison.pairs import State
from webapp.pages.comparison.words import headline, in_words
from webapp.runs.models import Generation, Run

pytestmark = pytest.mark.django_db


def test_seats(signed_in: Client, runs: list[Run]) -> None:
    """The order of seats is no difference; two seats for one expert are one."""
    context = signed_in.get(address(runs, show="all")).context
    found = context["figures"]
    assert (found.seated, found.rerouted) == (3, 2)
    seats = [(row.expert, row.first, row.second, row.more) for row in found.seats]
    assert seats == [("tiny-01", 4, 3, -1), ("tiny-02", 2, 4, 2)][::-1]
    assert [pair.rerouted for pair in context["pairs"][:4]] == [False, True, True, True]
    assert context["pairs"][1].sides[1].seats == ["tiny-02", "tiny-02"]


def test_seats_of_later_rounds_are_no_seats_of_their_own(runs: list[Run]) -> None:
    before = figures(*runs)
    Generation.objects.filter(run=runs[1], number=0).update(round=1)
    runs[1].method = "debate"
    runs[1].event_seq += 1
    runs[1].save()
    assert sum(row.second for row in before.seats) == 7
    assert sum(row.second for row in figures(*runs).seats) == 3


def test_by_category_and_skill(signed_in: Client, runs: list[Run]) -> None:
    first, second = runs
    questions = [answer.question for answer in first.answers.order_by("pk")]
    for place, question in enumerate(questions):
        question.category = "a & b" if place < 4 else ""
        question.save()
    for answer in second.answers.order_by("pk")[1:3]:
        answer.skills = [["sums", "addition", 0.9], ["x", "y", 0.5]]
        answer.save()
    found = figures(first, second)
    (category,) = found.categories
    assert (category.name, category.tested) == ("a & b", 4)
    assert [share.right for share in category.shares] == [2, 3]
    assert (category.net, category.points) == (1, 25)
    (skill,) = found.skills
    assert (skill.name, skill.tested, skill.net) == ("addition", 2, 0)
    page = signed_in.get(address(runs)).content.decode()
    assert f"{address(runs).replace('&', '&amp;')}&amp;category=a%20%26%20b#questions" in page
    narrowed = signed_in.get(address(runs, category="a%20%26%20b", show="gained")).context
    assert [n for _, _, n, _ in narrowed["tabs"]] == [3, 2, 1, 0, 1, 0, 0, 4]
    assert len(narrowed["pairs"]) == 2
    narrowed = signed_in.get(address(runs, skill="addition")).context
    assert [pair.state for pair in narrowed["pairs"]] == ["lost", "gained"]
    assert signed_in.get(address(runs, skill="y", show="all")).context["pairs"] == []


def test_the_largest_differences_come_first(
    runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MOST", 2)
    for place, answer in enumerate(runs[0].answers.order_by("pk")):
        answer.skills = [["", f"skill {min(place, 5) // 2}", 0.9]]
        answer.save()
    found = figures(*runs)
    assert [(of.name, of.net) for of in found.skills] == [("skill 1", 2), ("skill 0", -1)]


def test_the_verdict_in_words(runs: list[Run]) -> None:
    first, second = runs

    def told(gained: int, lost: int, right: int = 0) -> str:
        counts = {State.GAINED: gained, State.LOST: lost, State.RIGHT: right}
        return in_words(first, second, PairCounts("", Counter(counts)))

    assert told(0, 0) == "No question has been graded in both runs yet: there is nothing to test."
    assert told(3, 3, 1) == "Both runs are right on the same number of 7 questions: tied."
    assert told(30, 5, 1000).endswith(f"in fewer than 0.1 % of comparisons: {second} is better.")
    assert told(1, 9).startswith(f"{first} is right on 8 more of 10 questions than {second}.")
    assert told(1, 9).endswith(f"in 2.1 % of comparisons: {first} is better.")


def test_the_verdict_in_a_line(runs: list[Run]) -> None:
    first, second = runs

    def told(gained: int, lost: int, right: int) -> str:
        counts = {State.GAINED: gained, State.LOST: lost, State.RIGHT: right}
        return headline(first, second, PairCounts("", Counter(counts)))

    assert told(0, 0, 0) == "Nothing to test yet"
    assert told(30, 5, 965) == f"{second} is better by 2.5 points (1.4 to 3.7)"
    assert told(5, 30, 965) == f"{first} is better by 2.5 points (1.4 to 3.7)"
    assert told(6, 4, 90) == "They cannot be told apart (+2.0 points, \N{MINUS SIGN}4.0 to +8.0)"


def test_it_is_counted_once(
    signed_in: Client, runs: list[Run], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in.get(address(runs))
    with django_assert_max_num_queries(14) as queries:
        signed_in.get(address(runs))
    assert not [q for q in queries.captured_queries if "GROUPING SETS" in q["sql"]]
