"""Responses in which no answer could be read: when a run warns of them, and where."""

from html import unescape

import pytest
from django.test import Client

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from tests.api.conftest import Program
from tests.conftest import MakeSet
from tests.execution.serving import serve
from tests.pages.reading import words
from webapp.accounts.models import Team, Token, User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.progress.unread import Unread, unread, warnings_of
from webapp.runs.models import Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def run(team: Team, pool: Pool, question_set: MakeSet) -> Run:
    questions = question_set("test", 12)
    return submit_run(team, None, pool=pool, questions=questions, method="all-experts")


def silent(checkpoint: Checkpoint, prompt: Prompt) -> str:
    """One of the two experts states nothing."""
    if checkpoint.source.endswith("tiny-02"):
        return "I would rather <b>not</b> say."
    return r"So \boxed{42}."


def test_a_run_that_is_largely_unread_says_so(run: Run, signed_in: Client) -> None:
    serve(run, FakeEngine(silent))
    found = unread(run)
    assert found is not None and (found.count, found.read_or_not, found.cut_off) == (12, 24, 0)
    assert found.experts == [("tiny-02", 12)] and len(found.examples) == 3 and found.usual is None
    page = unescape(words(signed_in.get(run.get_absolute_url()).content.decode()))
    assert "In 12 of 24 responses no answer could be read (50.0 %)" in page
    assert "I would rather <b>not</b> say." in page and "Read them again" in page
    assert warnings_of(run) == [found.sentence]


def test_one_that_is_read_says_nothing(run: Run, signed_in: Client) -> None:
    serve(run, FakeEngine(lambda checkpoint, prompt: r"\boxed{1}"))
    assert unread(run) is None and warnings_of(run) == []
    assert "could be read" not in unescape(
        words(signed_in.get(run.get_absolute_url()).content.decode())
    )


def test_programs_are_told(run: Run, team: Team) -> None:
    serve(run, FakeEngine(silent))
    user = User.objects.create_user("program", password="a password", team=team)
    status, said = Program(Token.create(user)[1]).get(f"/runs/{run.pk}")
    assert status == 200
    (warning,) = said["warnings"]
    assert warning.startswith("In 12 of 24 responses")


@pytest.mark.parametrize(
    ("count", "of", "usual", "is_warned"),
    [
        (2, 10, None, False),  # one or two
        (3, 10, None, True),
        (50, 1000, None, False),  # five percent
        (51, 1000, None, True),
        (40, 1000, 1.0, True),  # four times what validation had
        (40, 1000, 3.0, False),
        (3, 100, 1.4, False),  # may be chance
        (40, 1000, 0.0, True),
        (12, 1000, 0.0, False),  # may be chance
        (0, 0, None, False),
    ],
)
def test_when_it_is_no_accident(count: int, of: int, usual: float | None, is_warned: bool) -> None:
    assert Unread(count, of, 0, usual, [], []).is_warned is is_warned
