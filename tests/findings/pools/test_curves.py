"""Accuracy against generations: worked out once, kept, and a point of it started with."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.api.conftest import Program
from tests.conftest import MakeSet
from tests.findings.pools.test_ways import profiled
from tests.findings.working import work
from tests.pages.reading import flat
from webapp.accounts.models import Team, Token, User
from webapp.findings.pools import curves
from webapp.questions.models import QuestionSet
from webapp.runs.models import Finding, Profile, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def profile(team: Team, question_set: MakeSet, test_set: QuestionSet) -> Profile:
    return profiled(team, question_set("validation", 24), test_set)


def test_a_point_fills_in_a_new_run(
    signed_in: Client,
    profile: Profile,
    test_set: QuestionSet,
    user: User,
) -> None:
    chosen = {"pool": str(profile.pool_id), "question_set": str(test_set.pk)}
    before = flat(signed_in.get("/runs/new", chosen).text)
    assert "What more seats are worth here is being worked out" in before
    assert signed_in.get("/runs/curve", chosen).status_code == 204
    work(Finding.Name.CURVE)
    page = signed_in.get("/runs/curve", chosen).text
    assert "cross-validated on 24 questions of the profile" in flat(page)
    drawn = signed_in.get("/runs/curve.json", chosen).json()
    assert [of["name"] for of in drawn["data"]] == [
        *("joint", "joint, until two ahead", "calibrated", "calibrated, until two ahead"),
    ]
    assert drawn["data"][0]["y"] == [100.0] * 3, "one of the three is always right"
    writer, seats, generations, right, *_ = drawn["table"][0]
    assert (writer, seats["text"], generations, right) == (*("joint", "1 seat", "1.00", "100.0 %"),)
    ahead = next(row for row in drawn["table"] if "two ahead" in row[0])
    given = {name: value for name, (value,) in parse_qs(urlsplit(ahead[1]["href"]).query).items()}
    assert given == chosen | {
        "method": "skill-moe",
        "recruiter": "ours",
        "writer": "joint",
        "k": "3",
        "stopping": "two-ahead",
    }
    filled = signed_in.get(ahead[1]["href"]).context
    assert filled["offers"].chosen == "", "they are settings of one's own"
    values = {name: str(filled["form"][name].value()) for name in given}
    assert values == given
    sent = signed_in.post("/runs/new", given | {"seed": 0, "offer": ""})
    assert sent.status_code == 302
    run = Run.objects.latest("pk")
    assert (run.writer, run.recruiter, run.k, run.stopping) == ("joint", "ours", 3, "two-ahead")
    status, told = Program(Token.create(user)[1]).get(f"/pools/{profile.pool_id}/curve")
    assert (status, told["ready"], told["questions"]) == (200, True, 24)
    one = told["points"][0]
    assert (one["title"], one["writer"], one["right"], one["k"]) == ("1 seat", "joint", 24, 1)


def test_it_is_found_anew_when_the_profile_is_graded_again(profile: Profile) -> None:
    kept = curves.ask(profile)
    assert kept is not None and not kept.ready
    Finding.objects.update(ready=True)
    Run.objects.filter(kind="profile").update(event_seq=99)
    moved = curves.ask(profile)
    assert moved is not None and not moved.ready
    Profile.objects.update(ready=False)
    assert curves.ask(Profile.objects.get()) is None


def test_without_a_profile_there_is_no_curve(
    signed_in: Client,
    user: User,
    profile: Profile,
) -> None:
    Profile.objects.update(ready=False)
    chosen = {"pool": profile.pool_id}
    assert 'id="curve-title"' not in signed_in.get("/runs/new", chosen).text
    assert signed_in.get("/runs/curve.json", chosen).status_code == 404
    assert Program(Token.create(user)[1]).get(f"/pools/{profile.pool_id}/curve")[0] == 404
