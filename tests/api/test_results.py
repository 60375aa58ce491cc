"""Events and results of a run, page by page."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Program, Things
from webapp.accounts.models import User
from webapp.queue import events
from webapp.runs.models import Answer, Event, Generation, Run

pytestmark = pytest.mark.django_db


def answer_all(things: Things) -> list[Answer]:
    """Every question of the run, two seats of one expert and one of another each."""
    first, second = things.pool.experts.order_by("pk")
    answers = [
        Answer.objects.create(
            run=things.run,
            question=question,
            asked=True,
            text="7",
            verdict="correct",
            skills=[["sums", "addition", 0.8123]],
            probabilities={str(first.pk): 0.9},
        )
        for question in things.test.questions.order_by("row")
    ]
    for answer in answers:
        for number, expert in enumerate((second, first, second)):
            Generation.objects.create(
                run=things.run, answer=answer, expert=expert, engine_key=expert.engine_key,
                purpose="respond", stage=1, number=number, prompt="?", temperature=0.7,
                max_tokens=9, seed=0, status="done", output="So 7.", stated="7", verdict="correct",
            )  # fmt: skip
    return answers


def test_results_tell_who_was_recruited_and_what_came_out(program: Program, things: Things) -> None:
    answer_all(things)
    first, second = things.pool.experts.order_by("pk")
    status, said = program.get(f"/runs/{things.run.pk}/results")
    assert (status, len(said["items"]), said["next"]) == (200, 8, None)
    question = things.test.questions.order_by("row")[0]

    def seat(expert: Any) -> dict[str, Any]:
        return {"expert": expert.pk, "name": expert.name, "stated": "7",
                "same_as": None, "rule": "",
                "verdict": "correct", "problem": None, "finish_reason": "",
                "not_asked": None}  # fmt: skip

    assert said["items"][0] == {
        "question_id": question.key,
        "row": 1,
        "answer": "7",
        "verdict": "correct",
        "gold": question.gold,
        "as_spelled": False,
        "skills": [{"skill": "sums", "profiled": "addition", "similarity": 0.8123}],
        "unmatched": False,
        "seats": [seat(second), seat(first), seat(second)],
        "contributions": {},
    }


def test_of_several_rounds_the_last_counts(program: Program, things: Things) -> None:
    answer = answer_all(things)[0]
    again = answer.generations.get(purpose="respond", number=1)
    again.pk, again.round, again.stated, again.verdict = None, 1, "8", "incorrect"
    again.save()
    Answer.objects.filter(pk=answer.pk).update(contributions={"1": {"skills": 0.5}})
    result = program.get(f"/runs/{things.run.pk}/results?limit=1")[1]["items"][0]
    assert [seat["stated"] for seat in result["seats"]] == ["7", "8", "7"]
    assert result["contributions"] == {"1": {"skills": 0.5}}


def test_a_last_round_that_states_nothing_takes_nothing_back(
    program: Program, things: Things, client: Client, user: User
) -> None:
    """Silent or failed, the seat stands by the round before, here as on the results page."""
    answer = answer_all(things)[0]
    Run.objects.filter(pk=things.run.pk).update(method="debate")
    for number, status, verdict in ((0, "done", "no answer"), (1, "failed", "")):
        again = answer.generations.get(purpose="respond", number=number)
        again.pk, again.round, again.status = None, 1, status
        again.stated, again.verdict, again.problem = None, verdict, "out of memory"
        again.save()
    result = program.get(f"/runs/{things.run.pk}/results?limit=1")[1]["items"][0]
    told = [(seat["expert"], seat["stated"], seat["verdict"]) for seat in result["seats"]]
    first, second = things.pool.experts.order_by("pk")
    assert told == [(expert.pk, "7", "correct") for expert in (second, first, second)]
    assert [seat["problem"] for seat in result["seats"]] == [None] * 3
    client.force_login(user)
    page = client.get(f"/runs/{things.run.pk}/questions")
    shown = page.context["seats"][answer.pk]
    assert [(seat.expert_id, seat.stated, seat.verdict) for seat in shown] == told


def test_results_of_questions_that_went_wrong(program: Program, things: Things) -> None:
    answer = answer_all(things)[0]
    Answer.objects.filter(pk=answer.pk).update(text=None, verdict="no answer", uniform=True)
    answer.question.gold = ""
    answer.question.save()
    Generation.objects.filter(answer=answer, number=0).update(
        status="failed", problem="out of memory", stated=None, verdict=""
    )
    Generation.objects.filter(answer=answer, number=1).update(
        stated=None, verdict="no answer", problem="not a failure"
    )
    result = program.get(f"/runs/{things.run.pk}/results?limit=1")[1]["items"][0]
    assert (result["answer"], result["verdict"], result["gold"]) == (None, "no answer", None)
    assert result["unmatched"] is True
    failed, silent, _ = result["seats"]
    assert (failed["problem"], failed["stated"], failed["verdict"]) == ("out of memory", None, None)
    assert (silent["problem"], silent["stated"], silent["verdict"]) == (None, None, "no answer")


def test_results_of_answers_that_mean_the_same(program: Program, things: Things) -> None:
    answer = answer_all(things)[0]
    Generation.objects.filter(answer=answer, number=1).update(stated="14/2", same_as="7")
    Generation.objects.filter(answer=answer, number=2).update(verdict="too costly")
    Answer.objects.filter(pk=answer.pk).update(comparison="costly")
    result = program.get(f"/runs/{things.run.pk}/results?limit=1")[1]["items"][0]
    told = [(seat["stated"], seat["same_as"], seat["verdict"]) for seat in result["seats"]]
    assert told == [
        ("7", None, "correct"),
        ("14/2", "7", "correct"),
        ("7", None, "too costly"),
    ]
    assert result["as_spelled"] is True
    assert program.get(f"/runs/{things.run.pk}")[1]["same_by"] == "value"


def test_results_of_questions_that_are_not_done(program: Program, things: Things) -> None:
    question = things.test.questions.order_by("row")[0]
    Answer.objects.create(run=things.run, question=question)
    [result] = program.get(f"/runs/{things.run.pk}/results")[1]["items"]
    assert (result["answer"], result["verdict"], result["skills"]) == (None, None, [])
    assert result["seats"] == []


def test_results_of_a_profile_are_every_experts(program: Program, things: Things) -> None:
    answer_all(things)
    Generation.objects.update(purpose="profile")
    result = program.get(f"/runs/{things.run.pk}/results?limit=1")[1]["items"][0]
    assert len(result["seats"]) == 3


def test_only_responses_hold_seats(program: Program, things: Things) -> None:
    answer = answer_all(things)[0]
    Generation.objects.filter(answer=answer, number=0).update(purpose="annotate")
    Generation.objects.filter(answer=answer, number=1).update(purpose="aggregate")
    result = program.get(f"/runs/{things.run.pk}/results?limit=1")[1]["items"][0]
    assert len(result["seats"]) == 1


def test_results_in_pages(program: Program, things: Things) -> None:
    answer_all(things)
    rows, cursor, asked = [], 0, 0
    while cursor is not None:
        said = program.get(f"/runs/{things.run.pk}/results?limit=3&cursor={cursor}")[1]
        rows += [result["row"] for result in said["items"]]
        cursor, asked = said["next"], asked + 1
    assert rows == list(range(1, 9))
    assert asked == 3
    beyond = program.get(f"/runs/{things.run.pk}/results?cursor={2**63 - 1}")
    assert beyond == (200, {"items": [], "next": None})


def test_a_page_takes_six_queries_whatever_its_size(program: Program, things: Things) -> None:
    answer_all(things)
    program.get("/runs")  # notes that the token was used
    for limit in (1, 8):
        with CaptureQueriesContext(connection) as queries:
            program.get(f"/runs/{things.run.pk}/results?limit={limit}")
        # Token, membership, run, rows, seats.
        assert len(queries) == 6, [query["sql"] for query in queries]
        assert not any('"prompt"' in query["sql"] for query in queries)


def test_events_with_their_payload_and_in_words(program: Program, things: Things) -> None:
    with transaction.atomic():
        events.append(things.run.pk, Event.Kind.SUBMITTED)
        events.append(things.run.pk, Event.Kind.LOADING, expert="tiny-01")
        events.append(things.run.pk, Event.Kind.GRADED, correct=2)
    status, said = program.get(f"/runs/{things.run.pk}/events")
    assert status == 200
    assert [(e["seq"], e["kind"], e["text"], e["payload"]) for e in said["items"]] == [
        (1, "submitted", "Submitted", {}),
        (2, "loading", "Loading tiny-01", {"expert": "tiny-01"}),
        (3, "graded", "Graded 2 responses: 2 correct", {"correct": 2}),
    ]
    assert said["next"] == 3
    assert [e["seq"] for e in program.get(f"/runs/{things.run.pk}/events?after=1")[1]["items"]] == [
        2,
        3,
    ]
    nothing_since = program.get(f"/runs/{things.run.pk}/events?after=3")
    assert nothing_since == (200, {"items": [], "next": 3})
    with transaction.atomic():
        events.append(things.run.pk, Event.Kind.DONE)
    assert program.get(f"/runs/{things.run.pk}/events?after=3")[1]["next"] == 4


def test_many_events_come_in_pages(program: Program, things: Things) -> None:
    with transaction.atomic():
        for _ in range(700):
            events.append(things.run.pk, Event.Kind.ADVANCED, stages={"done": 1})
    seen: list[int] = []
    after = 0
    while True:
        said = program.get(f"/runs/{things.run.pk}/events?after={after}")[1]
        if not said["items"]:
            break
        assert len(said["items"]) <= 300
        seen += [event["seq"] for event in said["items"]]
        after = said["next"]
    assert seen == list(range(1, 701))


@pytest.mark.parametrize("after", ["-1", "x", str(10**30), ""])
def test_events_after_what_cannot_be(program: Program, things: Things, after: str) -> None:
    status, said = program.get(f"/runs/{things.run.pk}/events?after={after}")
    assert (status, said["errors"][0]["field"]) == (422, "after")
    assert program.get(f"/runs/{things.run.pk}/events?after={2**63 - 1}")[0] == 200
