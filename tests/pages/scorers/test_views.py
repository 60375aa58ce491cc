"""Choosing a scorer on the pages of a set and of a run."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from moe_core.scorers import SCORERS
from moe_core.values import FOUND, Scoring
from tests.conftest import Messages
from tests.execution.odd_runs import PATTERN, odd_run_of
from webapp.accounts.models import Team, User
from webapp.execution.start import submit_ranking
from webapp.experts.models import Expert
from webapp.questions.models import QuestionSet
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db
CHOSEN = {"scorer": "regex", "pattern": PATTERN}


@pytest.fixture
def odd_run(team: Team, validation: QuestionSet, test_set: QuestionSet) -> Run:
    return odd_run_of(team, validation, test_set)


def test_a_set_offers_every_scorer(signed_in: Client, test_set: QuestionSet) -> None:
    page = signed_in.get(f"/question-sets/{test_set.pk}").content.decode()
    assert f'href="/question-sets/{test_set.pk}/scorer"' in page and "automatic" in page
    page = signed_in.get(f"/question-sets/{test_set.pk}/scorer").content.decode()
    for scorer in SCORERS.values():
        assert scorer.title in page and f'value="{scorer.name}"' in page
    assert "Effect of" not in page


def test_the_effect_is_seen_and_then_stored(signed_in: Client, odd_run: Run) -> None:
    questions = odd_run.question_set
    assert questions is not None
    address = f"/question-sets/{questions.pk}/scorer"
    page = signed_in.get(f"{address}?{urlencode(CHOSEN)}").content.decode()
    assert "0 → 8" in page and str(odd_run) in page and "RESULT=5 and so on." in page
    questions.refresh_from_db()
    assert questions.scoring == FOUND, "nothing is stored by looking"
    assert signed_in.post(address, CHOSEN).status_code == 302
    questions.refresh_from_db()
    assert questions.scoring == Scoring("regex", PATTERN)
    page = signed_in.get(odd_run.get_absolute_url()).content.decode()
    assert "The question set's is now" in page and f"/runs/{odd_run.pk}/scorer?scorer=regex" in page


def test_a_run_is_graded_again_by_it(
    signed_in: Client, odd_run: Run, nobody_listens: Messages
) -> None:
    address = f"/runs/{odd_run.pk}/scorer"
    assert "0 → 8" in signed_in.get(f"{address}?{urlencode(CHOSEN)}").content.decode()
    response = signed_in.post(address, CHOSEN)
    assert response["Location"] == f"/runs/{odd_run.pk}"
    assert nobody_listens == [("runs.regrade", odd_run.pk)]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"scorer": "regex", "pattern": "("}, "missing )"),
        ({"scorer": "regex"}, "Give the pattern"),
        ({"scorer": "letter", "pattern": "x"}, "leave it empty"),
        ({"scorer": "nonsense"}, "not one of the available choices"),
        ({"scorer": "regex", "pattern": "x" * 501}, "at most 500 characters"),
        ({"scorer": "regex", "pattern": "a\0"}, "Null characters"),
    ],
)
def test_what_cannot_be_is_refused(
    signed_in: Client, test_set: QuestionSet, given: dict[str, str], says: str
) -> None:
    address = f"/question-sets/{test_set.pk}/scorer"
    for response in (signed_in.get(address, given), signed_in.post(address, given)):
        assert response.status_code == 422
        assert says in response.content.decode()
    test_set.refresh_from_db()
    assert test_set.scoring == FOUND


def test_a_running_run_is_not_graded_again(
    signed_in: Client, odd_run: Run, nobody_listens: Messages
) -> None:
    Run.objects.filter(pk=odd_run.pk).update(status=Run.Status.RUNNING)
    response = signed_in.post(f"/runs/{odd_run.pk}/scorer", CHOSEN, follow=True)
    assert "is still running" in response.content.decode() and not nobody_listens


def test_tries_and_rankings_have_none_of_their_own(
    signed_in: Client, odd_run: Run, team: Team
) -> None:
    for kind in (Run.Kind.TRY, Run.Kind.RANK):
        Run.objects.filter(pk=odd_run.pk).update(kind=kind)
        assert signed_in.get(f"/runs/{odd_run.pk}/scorer").status_code == 404


def test_another_team_finds_nothing(client: Client, odd_run: Run, test_set: QuestionSet) -> None:
    client.force_login(User.objects.create_user("eve", team=Team.objects.create(name="Other")))
    for address in (f"/runs/{odd_run.pk}/scorer", f"/question-sets/{test_set.pk}/scorer"):
        assert client.get(address).status_code == 404
        assert client.post(address, CHOSEN).status_code == 404


def test_outputs_are_shown_as_text(signed_in: Client, odd_run: Run) -> None:
    odd_run.generations.update(output="<b>RESULT=5</b>")
    page = signed_in.get(f"/runs/{odd_run.pk}/scorer?{urlencode(CHOSEN)}").content.decode()
    assert "&lt;b&gt;RESULT=5" in page and "<b>RESULT" not in page


def test_a_ranking_is_graded_as_its_profiles_run(
    odd_run: Run, validation: QuestionSet, team: Team
) -> None:
    profile = odd_run.pool.profiles.get()  # type: ignore[union-attr]
    profiled = profile.runs.get(kind=Run.Kind.PROFILE)
    Run.objects.filter(pk=profiled.pk).update(**CHOSEN)
    writer = Expert.objects.create(name="writer", source="nowhere/writer")
    odd_run.pool.aggregators.add(writer)  # type: ignore[union-attr]
    assert submit_ranking(team, None, profile).scoring == Scoring("regex", PATTERN)
