"""A seat that was not asked, wherever seats are shown: with its reason, and neither silent nor
failed."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.api.conftest import Program
from tests.pages.reading import words
from tests.recorded.logs import done
from webapp.accounts.models import Token, User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.exports.columns import NAMES
from webapp.exports.forms import as_jsonl
from webapp.exports.seats import seats
from webapp.pages.comparison.counts import figures
from webapp.pages.comparison.pairs import Narrowing, pairs_shown, rows
from webapp.questions.models import QuestionSet
from webapp.runs.models import Answer, Run

pytestmark = pytest.mark.django_db
WHY = "could not have changed the vote"


@pytest.fixture
def runs(recorded_pool: Pool, test_set: QuestionSet) -> list[Run]:
    """The same seats, all asked and not: of two, the second cannot outvote the first."""
    settings: dict[str, Any] = {
        "pool": recorded_pool,
        "questions": test_set,
        "recruiter": "random",
        "seed": 1,
        "writer": "majority",
        "k": 2,
    }
    return [
        done(submit_run(recorded_pool.team, None, stopping=asks, **settings))
        for asks in ("all", "lossless")
    ]


def test_it_is_told_where_seats_are_shown(runs: list[Run], signed_in: Client, user: User) -> None:
    whole, run = runs
    answer = next(a for a in run.answers.order_by("pk") if a.unasked)
    ((seat, expert),) = answer.unasked
    name = run.experts().get(pk=expert).name

    def shown(address: str) -> str:
        response = signed_in.get(address)
        assert response.status_code == 200
        return words(response.content.decode())

    page = shown(answer.get_absolute_url())
    assert "1 of 2 asked" in page and f"Seat {seat + 1}" in page
    assert f"not asked: it {WHY}" in page
    assert "1 of 2 asked" in shown(reverse("answers", args=[run.pk]))
    assert f"Seats not asked {run.unasked}" in shown(reverse("run", args=[run.pk]))
    assert f"{run.unasked} were not asked" in shown(reverse("run-report", args=[run.pk]))
    assert "not asked" not in shown(whole.answers.earliest("pk").get_absolute_url())

    exported = [
        json.loads(line)
        for line in b"".join(as_jsonl(seats(run, user, owns=True))).split(b"\n")
        if line
    ]
    assert len(exported) == 2 * run.questions and set(exported[0]) <= set(NAMES)
    spared = [row for row in exported if row["status"] == "not asked"]
    assert len(spared) == run.unasked and {row["problem"] for row in spared} == {WHY}
    of_answer = [row for row in exported if row["question_id"] == answer.question.key]
    assert {row["seat"]: row["expert"] for row in of_answer}[seat + 1] == name

    program = Program(Token.create(user)[1])
    _, details = program.get(f"/runs/{run.pk}")
    assert (details["stopping"], details["unasked"]) == ("lossless", run.unasked)
    assert details["generations"]["done"] == details["generations"]["total"]
    _, results = program.get(f"/runs/{run.pk}/results")
    told = results["items"][list(run.answers.order_by("pk")).index(answer)]["seats"]
    assert [one["not_asked"] for one in told] == [None, WHY]
    assert (told[seat]["name"], told[seat]["problem"]) == (name, None)


def test_a_comparison_counts_who_was_recruited(runs: list[Run]) -> None:
    whole, run = runs
    found = figures(whole, run)
    assert (found.seated, found.rerouted) == (run.questions, 0)
    assert all(row.first == row.second for row in found.seats)
    shown = pairs_shown(whole, run, rows(whole, run, Narrowing(show="all")))
    assert len(shown) == run.questions and not any(pair.rerouted for pair in shown)


def test_outcomes_are_those_of_the_seats_that_were_asked(runs: list[Run]) -> None:
    whole, run = runs
    for answer in run.answers.all():
        other = Answer.objects.get(run=whole, question=answer.question)
        assert (answer.text, answer.verdict, answer.outcome) == (
            other.text, other.verdict, other.outcome,
        )  # fmt: skip
        if answer.unasked:
            assert answer.stances == 1
