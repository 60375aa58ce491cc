"""Tries by the API: asked, read along, cancelled."""

import pytest

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Partial
from tests.api.conftest import Program
from tests.pages.serving import serve
from webapp.accounts.models import Team
from webapp.experts.models import Expert
from webapp.queue import claims, workers
from webapp.runs.models import Run, Visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def expert(team: Team) -> Expert:
    return Expert.objects.create(name="some", source="somebody/some")


def test_a_try_from_beginning_to_end(program: Program, expert: Expert) -> None:
    asked = {"question": "What is 12 + 30?", "max_new_tokens": 64}
    status, said = program.post(f"/experts/{expert.pk}/tries", asked)
    assert status == 201
    assert (said["state"], said["waits"]) == ("waiting", "Its expert is the next to be loaded.")
    assert (said["expert"], said["max_new_tokens"], said["output"]) == (expert.pk, 64, "")
    assert said["prompt"].startswith("What is 12 + 30?") and not said["thinking_off"]
    address = f"/tries/{said['id']}"
    with workers.registered_worker() as worker:
        visit = Visit.objects.create(worker=worker, expert=expert)
        assert program.get(address)[1]["state"] == "loading"
        (prompt,) = claims.claim(worker, visit, 0).prompts
        assert program.get(address)[1]["state"] == "reading"
        claims.write_partials(worker, [Partial(prompt.id, "So \\box", 3)])
        part = program.get(address)[1]
        assert (part["state"], part["output"], part["tokens"]) == ("writing", "So \\box", 3)
        assert part["tokens_per_second"] > 0 and part["ended"] is None
    run = Run.objects.get(pk=said["id"])
    serve(run, FakeEngine(lambda *_: "So \\boxed{42}."))
    done = program.get(address)[1]
    assert (done["state"], done["output"]) == ("done", "So \\boxed{42}.")
    assert (done["finish_reason"], done["ending"]) == ("stop", "It ended by itself.")
    assert done["ended"] and not done["problem"]
    assert program.get(f"/runs/{run.pk}")[1]["kind"] == "try"
    (listed,) = program.get(f"/experts/{expert.pk}/tries")[1]["items"]
    assert listed == {name: done[name] for name in ("id", "expert", "created", "ended")}


def test_a_try_that_is_cut_off(program: Program, expert: Expert) -> None:
    run = asked_for(program, expert)
    serve(run)
    run.generations.update(finish_reason="length", tokens=64)
    said = program.get(f"/tries/{run.pk}")[1]
    assert said["ending"] == "Cut off at the limit of 64 tokens."
    assert said["advice"] == "Ask again with more."
    run.generations.update(tokens=50)
    said = program.get(f"/tries/{run.pk}")[1]
    assert "context was full" in said["ending"] and "context length" in said["advice"]


def test_a_try_that_fails(program: Program, expert: Expert) -> None:
    run = asked_for(program, expert)
    serve(run, FakeEngine(lambda *_: "", broken={expert.source}))
    said = program.get(f"/tries/{run.pk}")[1]
    assert (said["state"], said["problem"]) == ("failed", "some does not load: no such checkpoint")
    assert "settings" in said["advice"]


def test_a_try_that_is_cancelled(program: Program, expert: Expert) -> None:
    run = asked_for(program, expert)
    with workers.registered_worker() as worker:
        (prompt,) = claims.claim(
            worker, Visit.objects.create(worker=worker, expert=expert), 0
        ).prompts
        claims.write_partials(worker, [Partial(prompt.id, "So", 1)])
    status, said = program.post(f"/tries/{run.pk}/cancel")
    assert (status, said["state"], said["output"]) == (200, "cancelled", "So")
    assert said["ending"] == "Cancelled after 1 token."
    assert program.post(f"/tries/{run.pk}/cancel")[1] == said
    unasked = asked_for(program, expert)
    said = program.post(f"/tries/{unasked.pk}/cancel")[1]
    assert (said["state"], said["prompt"], said["ending"]) == ("cancelled", "", "Cancelled.")


def asked_for(program: Program, expert: Expert) -> Run:
    asked = {"question": "What?", "max_new_tokens": 64}
    return Run.objects.get(pk=program.post(f"/experts/{expert.pk}/tries", asked)[1]["id"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "question"),
        ({"question": ""}, "question"),
        ({"question": "What?", "max_new_tokens": 0}, "max_new_tokens"),
        ({"question": "What?", "max_new_tokens": 10**6}, "max_new_tokens"),
        ({"question": "What?", "thinking": "off"}, "thinking"),
    ],
)
def test_what_cannot_be_asked(
    program: Program, expert: Expert, given: dict[str, object], field: str
) -> None:
    status, said = program.post(f"/experts/{expert.pk}/tries", given)
    assert (status, said["errors"][0]["field"]) == (422, field)


def test_thinking_is_turned_off_where_it_can_be(program: Program, expert: Expert) -> None:
    off = {"question": "What?", "thinking": False}
    status, said = program.post(f"/experts/{expert.pk}/tries", off)
    assert status == 422 and "no known switch" in said["message"]
    expert.chat_template_options = {"enable_thinking": True}
    expert.save()
    status, said = program.post(f"/experts/{expert.pk}/tries", off)
    assert (status, said["thinking_off"], said["max_new_tokens"]) == (201, True, 4096)
