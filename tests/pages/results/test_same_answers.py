"""What pages and API say of answers that count as the same, or are too costly to compare."""

import pytest
from django.test import Client

from tests.conftest import MakeSet
from tests.execution.test_hostile_answers import submitted
from tests.hostile import REFUSED
from tests.recorded.logs import done
from webapp.accounts.models import Team
from webapp.db.memory import cache
from webapp.runs.models import Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]

BEFORE = "were compared as they are spelled"


@pytest.fixture
def run(team: Team, question_set: MakeSet) -> Run:
    """Of one question, whose answers are one in three spellings; and one that costs too much."""
    cache.clear()
    questions = question_set("test", 1)
    questions.questions.update(gold="1/2")
    return done(submitted(team, questions, [r"\dfrac{1}{2}", "0.5", "x+1", REFUSED[0]]))


def text(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_an_answer_says_as_what_each_response_counts(signed_in: Client, run: Run) -> None:
    page = text(signed_in, f"/runs/{run.pk}/questions/{run.answers.get().pk}")
    assert r"counts as \dfrac{1}{2}" in page
    assert page.count("counts as ") == 1, "not where the spelling is its own"
    assert "were too costly to compare: those count as they are spelled" in page
    assert BEFORE not in page


def test_too_costly_is_found(signed_in: Client, run: Run) -> None:
    pages = [
        text(signed_in, f"/runs/{run.pk}/questions{query}")
        for query in ("", "?spelled=yes", "?verdict=too+costly")
    ]
    assert all("Compared as spelled" in page for page in pages)
    assert ["No question of this run is like that" in page for page in pages] == [0, 0, 1]
    assert "?verdict=too+costly" not in pages[0], "no answer is"
    run.answers.update(verdict="too costly")
    cache.clear()
    assert "?verdict=too+costly" in text(signed_in, f"/runs/{run.pk}/questions")
    lost = text(signed_in, f"/runs/{run.pk}/lost")
    assert "?spelled=yes" in lost and "1 question</a> had answers" in lost


def test_a_run_of_before_says_how_it_counted(signed_in: Client, run: Run) -> None:
    answer = run.answers.get().pk
    for part in ("", "/lost", "/questions", f"/questions/{answer}"):
        assert BEFORE not in text(signed_in, f"/runs/{run.pk}{part}")
    assert "those that mean the same" in text(signed_in, f"/runs/{run.pk}")
    Run.objects.filter(pk=run.pk).update(same_by="spelling")
    for part in ("/lost", "/questions", f"/questions/{answer}"):
        assert BEFORE in text(signed_in, f"/runs/{run.pk}{part}")
    assert "those that are spelled alike; grade the run again" in text(signed_in, f"/runs/{run.pk}")
