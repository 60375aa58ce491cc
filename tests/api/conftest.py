"""Programs with tokens, and one of each thing that a team can have."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tests.conftest import MakeSet
from webapp.accounts.models import Team, Token, User
from webapp.experts.models import Expert, Pool
from webapp.questions.models import QuestionSet
from webapp.reviews.models import Item, Queue
from webapp.runs.models import Profile, Rerun, Run
from webapp.things.models import Deletion

API = "/api/v1"


@dataclass(frozen=True)
class Program:
    """Sends requests with a token; every answer is a status and JSON, or the bytes of a file."""

    token: str | None

    def get(self, address: str) -> tuple[int, Any]:
        return self.ask("GET", address)

    def post(self, address: str, given: object = None) -> tuple[int, Any]:
        """`given` is sent as JSON."""
        return self._answer(self._client().post(API + address, given, "application/json"))

    def upload(self, address: str, **fields: Any) -> tuple[int, Any]:
        """As multipart/form-data; files are among the fields."""
        return self._answer(self._client().post(API + address, fields))

    def ask(self, method: str, address: str, data: bytes = b"", **options: Any) -> tuple[int, Any]:
        return self._answer(self._client().generic(method, API + address, data, **options))

    def _client(self) -> Client:
        if self.token is None:
            return Client()
        return Client(headers={"Authorization": f"Bearer {self.token}"})

    def _answer(self, response: Any) -> tuple[int, Any]:
        if response.streaming:
            return response.status_code, b"".join(response)
        assert response["Content-Type"] == "application/json" or response.status_code < 400
        return response.status_code, response.json()


@pytest.fixture
def user(team: Team) -> User:
    """An administrator who never signs in: hashing a password takes longer than most tests."""
    return User.objects.create_superuser("admin", team=team)


@pytest.fixture
def program(user: User) -> Program:
    return Program(Token.create(user)[1])


@pytest.fixture
def stranger(db: None) -> Program:
    """Of an administrator in another team."""
    team = Team.objects.create(name="Others")
    return Program(Token.create(User.objects.create_superuser("stranger", team=team))[1])


@dataclass(frozen=True)
class Things:
    """One of each, all of one team."""

    validation: QuestionSet
    test: QuestionSet
    pool: Pool
    profile: Profile
    run: Run
    tried: Run
    recorded: Expert
    item: Item
    deletion: Deletion
    rerun: Rerun

    @property
    def ids(self) -> dict[str, int]:
        """By the names that addresses and bodies have for them."""
        return {
            "question_set": self.test.pk,
            "pool": self.pool.pk,
            "profile": self.profile.pk,
            "run": self.run.pk,
            "tried": self.tried.pk,
            "expert": self.recorded.pk,
            "queue": self.item.queue_id,
            "item": self.item.pk,
            "deletion": self.deletion.pk,
            "rerun": self.rerun.pk,
        }


@pytest.fixture
def things(team: Team, user: User, pool: Pool, question_set: MakeSet) -> Things:
    validation, test = question_set("validation"), question_set("test")
    profile = Profile.objects.create(team=team, pool=pool, question_set=validation, ready=True)
    Run.objects.create(
        team=team,
        kind="profile",
        pool=pool,
        question_set=validation,
        profile=profile,
        status="done",
    )
    run = Run.objects.create(
        team=team,
        pool=pool,
        question_set=test,
        profile=profile,
        method="skill-moe",
        recruiter="paper",
        questions=8,
    )
    recorded = Expert.objects.create(
        name="gpt-recorded", engine="recorded", source="gpt-recorded", team=team
    )
    tried = Run.objects.create(team=team, kind="try", expert=recorded, status="done")
    profile.cells.create(expert=recorded, skill="algebra", right=3, wrong=1)
    answer = profile.runs.get(kind="profile").answers.create(question=validation.questions.all()[0])
    queue = Queue.objects.create(team=team, name="Odd")
    queue.people.set([user])
    item = queue.items.create(answer=answer, place=1)
    deletion = Deletion.objects.create(team=team, kind="run", name="Gone")
    rerun = Rerun.objects.create(of=run, by=recorded, pool=pool)
    return Things(validation, test, pool, profile, run, tried, recorded, item, deletion, rerun)
