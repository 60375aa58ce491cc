"""What most tests start from: a team with a person, two experts, a pool, two question sets."""

import gc
import json
import secrets
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as product
from django.core.cache import caches
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from moe_core import embedder
from tests import servers
from tests.recorded.logs import done, rows, take, take_newcomer
from tests.remembering import Remembering
from tests.small_hub import SmallHub, serving
from webapp.accounts.models import Team, User
from webapp.accounts.sessions import seen
from webapp.db.memory import cache
from webapp.db.rows import executed
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_profile, submit_run
from webapp.experts.models import Expert, Pool
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import Profile, Run

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "demo"
Messages = list[tuple[Any, ...]]

# Beside other tests a pause says nothing about how inputs are made, nor about what is tested.
hypothesis.settings.register_profile(
    "busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("busy")

product.WHITENOISE_AUTOREFRESH = True  # else every client of every test lists all static files


@pytest.fixture(scope="session", autouse=True)
def each_text_is_embedded_once() -> Iterator[None]:
    model = Remembering(embedder._model)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedder, "_model", lambda: model)
        yield


@pytest.fixture(scope="module", autouse=True)
def what_is_there_is_not_walked_through() -> None:
    """By the collector, again and again: it takes a fifth of a second after thousands of tests."""
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The tests' database begins as a copy of the product's, where that one is migrated."""
    if servers.migrated:
        connection.settings_dict["TEST"]["TEMPLATE"] = connection.settings_dict["NAME"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tables are emptied between tests that commit; the log would refuse that."""
    with django_db_blocker.unblock():
        executed("DROP TRIGGER entries_stay_together ON audit_entry")


@pytest.fixture(autouse=True)
def the_tests_own_transaction_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told to the log is told in a transaction of the product's own."""

    def in_transaction() -> bool:
        return any(
            not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks
        )

    monkeypatch.setattr("webapp.audit.recording.in_transaction", in_transaction)


@pytest.fixture
def nobody_listens(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Messages:
    """No message is sent, but kept here: these tests do the workers' part themselves."""
    settings.GPU_IDLE_SECONDS = 0
    kept: Messages = []
    monkeypatch.setattr("webapp.queue.events.wake", lambda *message: kept.append(message))
    return kept


@pytest.fixture(autouse=True)
def quick_to_sign_in(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost nothing to check, and attempts are counted for each test by itself."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(caches["default"], "key_prefix", secrets.token_hex(4))


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(name="Team")


@pytest.fixture
def user(team: Team) -> User:
    return User.objects.create_superuser("admin", password="a password", team=team)


@pytest.fixture
def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    cache.set(seen(client.session.session_key), True)  # as after signing in, some pages ago
    return client


def demo_expert(name: str) -> Expert:
    """One of the project's own checkpoints."""
    entry, _ = Expert.objects.get_or_create(
        name=name,
        defaults={
            "source": str(DEMO / "experts" / name),
            "max_model_len": 1024,
            "max_new_tokens": 120,
            "caution": "A toy.",
        },
    )
    return entry


@pytest.fixture
def pool(team: Team) -> Pool:
    """Two experts that have skills in common, with the demo's annotator and aggregator."""
    made = Pool.objects.create(team=team, name="Small", annotator=demo_expert("annotator"))
    made.experts.set([demo_expert("tiny-01"), demo_expert("tiny-02")])
    made.aggregators.set([demo_expert("aggregator")])
    return made


MakeSet = Callable[..., QuestionSet]


@pytest.fixture
def question_set(team: Team) -> MakeSet:
    """Makes a set of the first `size` demo questions of a kind."""

    def make(kind: str = "test", size: int = 8) -> QuestionSet:
        lines = (DEMO / "questions" / f"{kind}.jsonl").read_text().splitlines()[:size]
        made = QuestionSet.objects.create(team=team, name=f"{kind} {size}", kind=kind, size=size)
        rows = [json.loads(line) for line in lines]
        Question.objects.bulk_create(
            Question(
                question_set=made,
                row=place,
                key=row["id"],
                text=row["question"],
                gold=row["answer"],
                category=row["category"],
            )
            for place, row in enumerate(rows, start=1)
        )
        return made

    return make


@pytest.fixture
def validation(question_set: MakeSet) -> QuestionSet:
    return question_set("validation", 12)


@pytest.fixture
def test_set(question_set: MakeSet) -> QuestionSet:
    return question_set("test", 8)


@pytest.fixture
def recorded_pool(
    team: Team, validation: QuestionSet, test_set: QuestionSet, nobody_listens: Messages
) -> Pool:
    """Three recorded experts that have answered both sets."""
    take(team, validation, rows(validation))
    return take(team, test_set, rows(test_set)).pool


@pytest.fixture
def recorded_profile(team: Team, recorded_pool: Pool, validation: QuestionSet) -> Profile:
    run = submit_profile(team, None, recorded_pool, validation)
    advance_run(run.pk)
    made = Profile.objects.get()
    assert made.ready
    return made


@pytest.fixture
def ours_run(team: Team, recorded_profile: Profile, test_set: QuestionSet) -> Run:
    """Of the three experts one is always right, one always wrong, one says nothing."""
    run = submit_run(
        *(team, None),
        pool=recorded_profile.pool,
        questions=test_set,
        recruiter="ours",
        k=2,
        stopping="all",
    )
    return done(run)


@pytest.fixture
def newcomer(
    team: Team, validation: QuestionSet, test_set: QuestionSet, nobody_listens: Messages
) -> Expert:
    """A recorded expert that is in none of the others' pools, and has answered both sets."""
    take_newcomer(team, validation)
    return take_newcomer(team, test_set)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHub]:
    """A hub with the demo's first model, whose weights nobody asks for; the real client asks it."""
    from huggingface_hub import constants  # takes a third of a second

    tiny = DEMO / "experts" / "tiny-01"
    files = {name: (tiny / name).read_bytes() for name in ("config.json", "tokenizer_config.json")}
    files |= {"README.md": b"---\nlicense: apache-2.0\n---\nText.", "model.safetensors": b""}
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    _, slash, rest = constants.HUGGINGFACE_CO_URL_TEMPLATE.partition("/{")
    with serving(SmallHub(files, {"license": "apache-2.0"}, 172_000)) as small:
        monkeypatch.setattr(constants, "ENDPOINT", small.address)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", small.address + slash + rest)
        yield small


def processes_with(text: str) -> list[str]:
    """Command lines of living processes that hold `text`."""
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if text in line]
