"""Profiles and runs: started, followed and cancelled as on the pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.api.conftest import Program, Things
from tests.conftest import MakeSet, demo_expert
from webapp.accounts.models import Team, User
from webapp.experts.models import Pool
from webapp.questions.models import Question
from webapp.queue import workers
from webapp.runs.models import Answer, Generation, Profile, Progress, Run, Visit

pytestmark = pytest.mark.django_db


def test_building_a_profile(program: Program, things: Things, user: User) -> None:
    given = {"pool": things.pool.pk, "question_set": things.validation.pk}
    status, said = program.post("/profiles", given)
    assert status == 201
    run = Run.objects.get(pk=said["run"])
    assert (run.kind, run.profile_id, run.created_by) == ("profile", said["id"], user)
    status, found = program.get(f"/profiles/{said['id']}")
    assert status == 200
    assert found.pop("created")
    assert found == given | {
        "id": said["id"],
        "run": run.pk,
        "questions": 8,
        "asked_fewer": {},
        "ready": False,
        "version": 1,
        "made_from": None,
        "proposed": False,
        "ranked": False,
        "aggregator": None,
        "decision": "",
        "skills": None,
        "name": "Small on validation 8",
        "archived": None,
    }
    newest_first = [item["id"] for item in program.get("/profiles")[1]["items"]]
    assert newest_first == [said["id"], things.profile.pk]


def test_a_profile_needs_gold_answers(program: Program, things: Things) -> None:
    Question.objects.update(gold="")
    given = {"pool": things.pool.pk, "question_set": things.validation.pk}
    status, said = program.post("/profiles", given)
    assert (status, "no gold answers" in said["message"]) == (422, True)
    assert Profile.objects.count() == 1


def test_a_ranked_profile_names_its_run_and_aggregator(
    program: Program, things: Things, team: Team
) -> None:
    Run.objects.create(team=team, kind="rank", pool=things.pool, profile=things.profile)
    things.profile.ranked = True
    things.profile.aggregator = demo_expert("aggregator")
    things.profile.decision = "It beat the vote."
    things.profile.save()
    found = program.get(f"/profiles/{things.profile.pk}")[1]
    build = Run.objects.get(kind="profile")
    assert (found["run"], found["ranked"], found["decision"]) == (
        build.pk,
        True,
        "It beat the vote.",
    )
    assert found["aggregator"] == demo_expert("aggregator").pk


def test_starting_a_run_with_what_is_usual(program: Program, things: Things, user: User) -> None:
    given = {"question_set": things.test.pk, "pool": things.pool.pk, "writer": "vote"}
    status, said = program.post("/runs", given)
    assert (status, set(said)) == (201, {"id", "warnings"})
    run = Run.objects.get(pk=said["id"])
    assert (run.method, run.k, run.seed, run.profile) == ("skill-moe", 3, 0, things.profile)
    assert (run.recruiter, run.writer) == ("paper", "majority")
    assert (run.created_by, run.questions, run.status) == (user, 8, "running")


def test_starting_a_run_with_everything_said(program: Program, things: Things) -> None:
    given = {
        "question_set": things.test.pk,
        "pool": things.pool.pk,
        "profile": things.profile.pk,
        "method": "skill-moe",
        "k": 64,
        "seed": 2**31 - 1,
        "recruiter": "paper-top-k",
        "writer": "weighted",
        "left_out": [demo_expert("tiny-01").pk],
    }
    status, said = program.post("/runs", given)
    assert status == 201
    found = program.get(f"/runs/{said['id']}")[1]
    assert given.items() <= found.items()
    assert found["aggregator"] is None


def test_a_run_that_cannot_start_says_why(
    program: Program, things: Things, question_set: MakeSet
) -> None:
    given = {"question_set": things.test.pk, "pool": things.pool.pk}
    status, said = program.post("/runs", given)
    assert (status, "Rank the pool's aggregators first" in said["message"]) == (422, True)
    assert said["errors"] == []
    things.profile.ready = False
    things.profile.save()
    status, said = program.post("/runs", given | {"profile": things.profile.pk})
    assert (status, "still being built" in said["message"]) == (422, True)
    assert Run.objects.count() == 3


def test_leaving_out_what_is_not_in_the_pool(program: Program, things: Things) -> None:
    given = {"question_set": things.test.pk, "pool": things.pool.pk, "method": "all-experts"}
    status, said = program.post("/runs", given | {"left_out": [10**9]})
    assert (status, said["errors"][0]["field"]) == (404, "left_out")
    status, said = program.post("/runs", given | {"left_out": [demo_expert("annotator").pk]})
    assert (status, "is not in" in said["message"]) == (422, True)
    assert Run.objects.count() == 3


def test_a_profile_of_another_team_is_not_there(
    stranger: Program, things: Things, question_set: MakeSet
) -> None:
    team = Team.objects.get(name="Others")
    pool = Pool.objects.create(team=team, name="Theirs", annotator=demo_expert("annotator"))
    pool.experts.set([demo_expert("tiny-01")])
    things.test.team = team
    things.test.save()
    given = {"question_set": things.test.pk, "pool": pool.pk, "profile": things.profile.pk}
    status, said = stranger.post("/runs", given)
    assert (status, said["errors"][0]["field"]) == (404, "profile")


def test_a_run_that_goes_on(program: Program, things: Things) -> None:
    expert = things.pool.experts.all()[0]
    Progress.objects.create(
        run=things.run, purpose="annotate", expert=expert, asked=40, done=30, failed=2
    )
    Run.objects.filter(pk=things.run.pk).update(finished=4, graded=4, correct=3, unmatched=1)
    status, found = program.get(f"/runs/{things.run.pk}")
    assert status == 200
    assert (found["done"], found["total"], found["status"]) == (4, 8, "running")
    assert (found["correct"], found["graded"], found["accuracy"]) == (3, 4, 75.0)
    assert (found["unmatched"], found["problem"], found["ended"]) == (1, "", None)
    assert found["generations"] == {"done": 32, "failed": 2, "total": 40 + 3 * 8}
    assert (found["wall_seconds"], found["lower_bound_seconds"]) == (None, None)


def test_what_a_run_cost(program: Program, things: Things) -> None:
    expert = things.pool.experts.all()[0]
    now = timezone.now()
    with workers.registered_worker() as worker:
        visit = Visit.objects.create(
            worker_id=worker.id, expert=expert, loaded=now, busy_seconds=2.0, tokens=10
        )
    Visit.objects.update(started=now - timedelta(seconds=3))
    Generation.objects.create(
        run=things.run, expert=expert, engine_key=expert.engine_key, purpose="respond", stage=1,
        number=0, prompt="?", temperature=0, max_tokens=1, seed=0, status="done", visit=visit,
        tokens=10, finished=now,
    )  # fmt: skip
    Progress.objects.create(run=things.run, purpose="respond", expert=expert, asked=1, done=1)
    Run.objects.filter(pk=things.run.pk).update(
        status="done", created=now - timedelta(seconds=10), ended=now
    )
    found = program.get(f"/runs/{things.run.pk}")[1]
    assert found["stages"] == {"respond": {"loads": 1, "distinct_experts": 1}}
    assert (found["wall_seconds"], found["lower_bound_seconds"]) == (10.0, 5.0)
    assert found["generations"] == {"done": 1, "failed": 0, "total": 1}


def test_a_try_is_a_run_too(program: Program, things: Things, team: Team) -> None:
    expert = things.pool.experts.all()[0]
    tried = Run.objects.create(team=team, kind="try", expert=expert)
    status, found = program.get(f"/runs/{tried.pk}")
    assert (status, found["kind"], found["expert"]) == (200, "try", expert.pk)
    assert (found["pool"], found["question_set"], found["total"]) == (None, None, 0)
    assert program.get(f"/runs/{tried.pk}/results")[1]["items"] == []


def test_grading_again(
    program: Program, stranger: Program, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[tuple[object, ...]] = []
    monkeypatch.setattr("webapp.queue.events.wake", lambda *message: woken.append(message))
    address = f"/runs/{things.run.pk}/regrade"
    status, said = program.post(address)
    assert (status, "still running" in said["message"]) == (422, True)
    assert stranger.post(address)[0] == 404
    assert not woken
    Run.objects.filter(pk=things.run.pk).update(status="done")
    status, said = program.post(address)
    assert (status, said["id"], said["status"]) == (200, things.run.pk, "done")
    assert woken == [("runs.regrade", things.run.pk)]


def test_cancelling(program: Program, things: Things) -> None:
    status, said = program.post(f"/runs/{things.run.pk}/cancel")
    assert (status, said["status"]) == (200, "cancelled")
    assert said["ended"]
    again = program.post(f"/runs/{things.run.pk}/cancel")
    assert again == (200, said)
    events = program.get(f"/runs/{things.run.pk}/events")[1]["items"]
    assert [event["kind"] for event in events] == ["cancelled"]


def pages(program: Program, address: str) -> list[list[Any]]:
    """All pages of a list, a few rows each."""
    found, cursor = [], 0
    while cursor is not None:
        status, said = program.get(f"{address}?limit=3&cursor={cursor}")
        assert status == 200
        found.append(said["items"])
        cursor = said["next"]
    return found


@pytest.mark.parametrize("count", [1, 3, 7])
def test_lists_in_pages(program: Program, team: Team, count: int) -> None:
    made = [Run.objects.create(team=team, method="all-experts").pk for _ in range(count)]
    found = pages(program, "/runs")
    assert [run["id"] for page in found for run in page] == made[::-1]
    assert len(found) == (count + 2) // 3
    experts = [demo_expert(f"tiny-{n:02}").pk for n in range(count)]
    assert [expert["id"] for page in pages(program, "/experts") for expert in page] == experts


def test_an_empty_list(program: Program) -> None:
    assert program.get("/runs") == (200, {"items": [], "next": None})


@pytest.mark.parametrize("address", ["/runs", "/pools", "/profiles", "/experts", "/question-sets"])
def test_a_list_takes_no_more_queries_for_more_rows(
    program: Program, team: Team, address: str, question_set: MakeSet
) -> None:
    questions = question_set("validation")

    def add(n: int) -> None:
        pool = Pool.objects.create(team=team, name=f"P{n}")
        pool.experts.set([demo_expert(f"tiny-{m:02}") for m in range(n % 5)])
        profile = Profile.objects.create(team=team, pool=pool, question_set=questions)
        Run.objects.create(team=team, kind="profile", pool=pool, profile=profile)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert program.get(address)[0] == 200
        return len(captured)

    add(4)
    program.get("/question-mappings")  # notes that the token was used
    few = queries()
    for n in range(5, 15):
        add(n)
    assert queries() == few <= 7


def test_a_profile_tells_which_skills_were_found(program: Program, things: Things) -> None:
    build = Run.objects.get(profile=things.profile, kind="profile")
    build.answers.all().delete()
    named = [["sums", "sums", 1.0], ["x = 4", "x = 4", 1.0]]
    Answer.objects.bulk_create(
        Answer(run=build, question=question, asked=True, skills=[] if place else named)
        for place, question in enumerate(things.validation.questions.all())
    )
    found = program.get(f"/profiles/{things.profile.pk}")[1]["skills"]
    questions = things.validation.size
    warning = found.pop("warning")
    assert warning.startswith(f"Only 1 of {questions} validation questions have a skill")
    assert found == {
        "questions": questions, "with_skill": 1, "skills": 2, "thin": 2, "merged": 0,
        "doubtful": ["x = 4"],
    }  # fmt: skip
    assert program.get("/profiles")[1]["items"][0]["skills"] == found | {"warning": warning}
    given = {"pool": things.pool.pk, "question_set": things.test.pk, "writer": "majority"}
    assert warning in program.post("/runs", given)[1]["warnings"]


def test_what_was_cut_off_is_told(program: Program, things: Things) -> None:
    assert program.get(f"/runs/{things.run.pk}")[1]["cut_off"] == []
    expert = demo_expert("tiny-01")
    things.run.progress.create(
        purpose="respond", expert=expert, asked=8, done=8, tokens=80, cut_off=4
    )
    assert program.get(f"/runs/{things.run.pk}")[1]["cut_off"] == [
        {
            "purpose": "respond",
            "expert": expert.pk,
            "count": 4,
            "outputs": 8,
            "raise_limit": "context length",
        }
    ]
