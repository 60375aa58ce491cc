"""Queues from making one to its agreement, as its people see it."""

import json
import re
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from tests.conftest import MakeSet, Messages
from tests.reviews.conftest import finished
from tests.reviews.given import reviewed
from webapp.accounts.models import Role, Team, User
from webapp.experts.models import Pool
from webapp.reviews.models import Handout, Queue, Review
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(pool: Pool, question_set: MakeSet, nobody_listens: Messages) -> Run:
    return finished(pool, question_set, 40)


@pytest.fixture
def people(team: Team) -> list[User]:
    return [User.objects.create_user(f"r{n}", team=team, role=Role.REVIEWER) for n in range(2)]


def file_of(client: Client, address: str) -> list[dict[str, Any]]:
    async def whole() -> bytes:
        return b"".join([part async for part in answered.streaming_content])

    answered: Any = client.get(address)
    return [json.loads(line) for line in async_to_sync(whole)().splitlines()]


def signed_in_as(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def given(run: Run, reviewers: list[User], **more: object) -> dict[str, object]:
    return {
        "name": "Losses",
        "runs": [run.pk],
        "what": "disagreed",
        "minutes": 30,
        "wanted": 2,
        "people": [person.pk for person in reviewers],
        **more,
    }


@pytest.fixture
def queue(signed_in: Client, run: Run, people: list[User]) -> Queue:
    answered = signed_in.post("/queues/new", given(run, people, instructions="Look *twice*."))
    assert answered.status_code == 302, answered.context["form"].errors
    return Queue.objects.get()


def item_address(client: Client, queue: Queue) -> str:
    return str(client.post(f"/queues/{queue.pk}/next")["Location"])


def test_from_a_filter_to_agreement(signed_in: Client, queue: Queue, people: list[User]) -> None:
    assert (queue.items.count(), queue.source) == (
        8,
        f"{queue.items.all()[0].answer.run}: Experts disagree",
    )
    ada, grace = map(signed_in_as, people)
    for client, verdicts in ((ada, ["right"]), (grace, ["disputed", "extraction"])):
        address = item_address(client, queue)
        page = client.get(address).content.decode()
        assert "Look <em>twice</em>." in page and "0 reviewed by you, 8 to go" in page
        for n in range(8):
            said = ["right"] if n < 6 else verdicts
            answered = client.post(address, {"verdicts": said, "note": f"{n}", "seen": 0})
            assert answered.status_code == 302
            address = answered["Location"]
        assert address == f"/queues/{queue.pk}", "nothing is left"
    page = signed_in.get(f"/queues/{queue.pk}").content.decode()
    assert "8 of 8 items done" in page and "16 of 16 reviews" in page
    part = signed_in.get(f"/queues/{queue.pk}/agreement").content.decode()
    assert "0.75" in part and "Items that divide people" in part
    assert part.count("Question ") == 2
    divided = re.search(r'href="(/runs/\d+/questions/\d+)#reviews"', part)
    assert divided
    assert signed_in.post(f"{divided[1]}/ruling", {"verdicts": "settled"}).status_code == 302
    part = signed_in.get(f"/queues/{queue.pk}/agreement").content.decode()
    assert part.count("Question ") == 1, "what is ruled on divides nobody"
    rows = file_of(signed_in, f"/queues/{queue.pk}/reviews.jsonl")
    assert len(rows) == 17 and sum(row["ruling"] for row in rows) == 1
    assert {"r0", "r1"} <= {row["person"] for row in rows}
    assert len(file_of(signed_in, f"/runs/{rows[0]['run']}/reviews.jsonl")) == 17


def test_an_item_is_skipped_and_the_last_one_opened_again(queue: Queue, people: list[User]) -> None:
    client = signed_in_as(people[0])
    first = item_address(client, queue)
    second = client.post(f"{first}/skip")["Location"]
    assert second != first
    third = client.post(second, {"verdicts": "right"})["Location"]
    page = client.get(third).content.decode()
    assert "Back to the last: Right" in page and f'href="{second}"' in page
    again = client.get(second).content.decode()
    assert "Change your verdict" in again
    assert client.post(second, {"verdicts": "disputed"}).status_code == 302
    assert Review.objects.get().verdicts == ["disputed"]
    assert Handout.objects.exclude(done=None).count() == 1, "it counts once"
    assert client.post(f"{third}/keep").status_code == 204


def test_what_is_wrong_is_told_and_kept(queue: Queue, people: list[User]) -> None:
    client = signed_in_as(people[0])
    here = item_address(client, queue)
    wrong = client.post(here, {"note": "Much text."})
    page = wrong.content.decode()
    assert wrong.status_code == 422 and "Choose a verdict." in page and "Much text." in page
    client.post(here, {"verdicts": "right", "seen": 0})
    stale = client.post(here, {"verdicts": "disputed", "seen": 0})
    assert stale.status_code == 409 and "has changed since you opened it" in stale.content.decode()
    assert Review.objects.get().verdicts == ["right"]


def test_a_blind_queue_hides_until_ones_own_word(
    signed_in: Client, run: Run, people: list[User], pool: Pool
) -> None:
    signed_in.post("/queues/new", given(run, people, blind="on", what="all", numbers="1"))
    queue = Queue.objects.get()
    answer = queue.items.get().answer
    answer.question.options, answer.question.gold = ["one", "two"], "B"
    answer.question.save()
    other, reader = people
    reviewed(answer, other, "disputed", note="I think not.")
    client = signed_in_as(reader)
    on_page = f"/runs/{run.pk}/questions/{answer.pk}"
    here = item_address(client, queue)
    for page in (client.get(here).content.decode(), client.get(on_page).content.decode()):
        assert "I think not." not in page and ">gold<" not in page
        assert not any(expert.name in page for expert in pool.experts.all())
    assert "Your review first" in client.get(on_page).content.decode()
    assert "Your review first" in client.get(f"{on_page}?pane=1").content.decode()
    listed = client.get(f"/runs/{run.pk}/questions").content.decode()
    assert "Gold disputed</div>" not in listed and f"waits for you in {queue}" in listed
    assert file_of(client, f"/runs/{run.pk}/reviews.jsonl") == []
    assert "I think not." not in client.get("/").content.decode()
    for filters in ("verdict=correct", "said=disputed", "review=disputed"):
        found = client.get(f"/runs/{run.pk}/questions?{filters}").context["page"].rows
        assert answer not in found, filters
    client.post(here, {"verdicts": "right"})
    assert "I think not." in client.get(on_page).content.decode()
    assert "I think not." in client.get("/").content.decode()
    assert ">gold<" in client.get(here).content.decode()


def test_pairs(signed_in: Client, run: Run, people: list[User], pool: Pool) -> None:
    second = Run.objects.create(
        team=run.team, question_set=run.question_set, pool=pool, method="all-experts"
    )
    for answer in list(run.answers.filter(question__row__lte=4)):
        answer.pk, answer.run, answer.text = None, second, "another"
        answer.save()
    address = f"/queues/new?first={run.pk}&second={second.pk}"
    assert f"{run}</a> and" in signed_in.get(address).content.decode()
    asked = {"name": "Which", "minutes": 30, "wanted": 2, "people": [p.pk for p in people]}
    assert signed_in.post(address, asked).status_code == 302
    queue = Queue.objects.get()
    assert (queue.kind, queue.items.count()) == ("pairs", 4)
    for person in people:
        client = signed_in_as(person)
        here = item_address(client, queue)
        while here != f"/queues/{queue.pk}":
            page = client.get(here).content.decode()
            text = page.partition('id="side-1"')[2].partition('id="side-2"')[0]
            shown = "first" if "another" in text else "second"
            here = client.post(here, {"choice": shown})["Location"]
    assert set(Handout.objects.values_list("choice", flat=True)) == {"second"}, "whichever side"
    part = signed_in.get(f"/queues/{queue.pk}/agreement").content.decode()
    assert "Same word" in part and "1.00" in part
    rows = file_of(signed_in, f"/queues/{queue.pk}/reviews.jsonl")
    assert len(rows) == 8 and rows[0]["second_run"] == second.pk
    assert signed_in.get(f"/queues/new?first={run.pk}", follow=True).status_code == 200


def test_under_the_filters_one_came_with(signed_in: Client, run: Run, people: list[User]) -> None:
    listed = signed_in.get(f"/runs/{run.pk}/questions?outcome=broken").content.decode()
    address = f"/queues/new?run={run.pk}&outcome=broken"
    assert address.replace("&", "&amp;") in listed
    assert "Those under the filters" in signed_in.get(address).content.decode()
    signed_in.post(address, given(run, people, what="filtered"))
    assert Queue.objects.get().items.count() == 4


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"what": "overturned", "numbers": "1"}, "No finished answer is like that"),
        ({"numbers": "one"}, "is no number"),
        ({"wanted": 6}, "less than or equal to 5"),
        ({"people": []}, "This field is required"),
        ({"people": [10**6]}, "is not one of the available choices"),
        ({"deadline": "soon"}, "Enter a valid date/time"),
        ({"minutes": 0}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_a_queue(
    signed_in: Client, run: Run, people: list[User], more: dict[str, object], told: str
) -> None:
    page = signed_in.post("/queues/new", given(run, people, **more))
    assert page.status_code == 422 and told in page.content.decode()
    assert not Queue.objects.exists()


def test_who_is_not_asked_is_told(signed_in: Client, queue: Queue) -> None:
    page = signed_in.post(f"/queues/{queue.pk}/next", follow=True).content.decode()
    assert "You are not asked in the queue Losses" in page
    asked = {"name": "Losses", "minutes": 5, "people": [User.objects.get(username="admin").pk]}
    assert signed_in.post(f"/queues/{queue.pk}/edit", asked).status_code == 302
    assert "/items/" in item_address(signed_in, queue)
    signed_in.post(f"/queues/{queue.pk}/close", {"closed": "1"})
    assert item_address(signed_in, queue) == f"/queues/{queue.pk}"
    assert "closed" in signed_in.get("/queues/").content.decode()
    signed_in.post(f"/queues/{queue.pk}/close", {"closed": "0"})
    assert "/items/" in item_address(signed_in, queue)


def test_the_named_person_settles(queue: Queue, people: list[User], team: Team) -> None:
    judge = User.objects.create_user("judge", team=team, role=Role.REVIEWER)
    Queue.objects.update(adjudicator=judge)
    answer = queue.items.all()[0].answer
    for person, verdict in zip(people, ("right", "disputed"), strict=True):
        reviewed(answer, person, verdict)
    here = f"/runs/{answer.run_id}/questions/{answer.pk}"
    assert "Settle it by a ruling" not in signed_in_as(people[0]).get(here).content.decode()
    refused = signed_in_as(people[0]).post(f"{here}/ruling", {"verdicts": "right"}, follow=True)
    assert "Somebody else settles this answer" in refused.content.decode()
    assert "Settle it by a ruling" in signed_in_as(judge).get(here).content.decode()
    signed_in_as(judge).post(f"{here}/ruling", {"verdicts": "right"})
    assert Review.objects.get(is_ruling=True).person == judge


def test_the_teams_verdicts(signed_in: Client, team: Team) -> None:
    assert "Aggregation failed" in signed_in.get("/team/verdicts").content.decode()
    made = {"title": "Unsafe", "description": "", "meaning": "other"}
    assert signed_in.post("/team/verdicts", made).status_code == 302
    page = signed_in.post("/team/verdicts", made)
    assert page.status_code == 422 and "already" in page.content.decode()
    kind = team.verdict_kinds.get(key="unsafe")
    signed_in.post(f"/team/verdicts/{kind.pk}", made | {"title": "Harmful"})
    signed_in.post(f"/team/verdicts/{kind.pk}/retire", {"retired": "1"})
    kind.refresh_from_db()
    assert (kind.title, kind.retired) == ("Harmful", True)
    signed_in.post(f"/team/verdicts/{kind.pk}/retire", {"retired": "0"})
    kind.refresh_from_db()
    assert not kind.retired
