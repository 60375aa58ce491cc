"""Two runs side by side in the browser, and what cannot be compared."""

import pytest
from django.test import Client

from tests.conftest import MakeSet
from tests.pages.comparison.conftest import address
from tests.pages.reading import flat
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


def test_what_the_page_says(signed_in: Client, runs: list[Run]) -> None:
    first, second = runs
    page = flat(signed_in.get(address(runs, show="all")).content.decode())
    for shown in (
        f"{second} against {first}",
        f"{second} is right on 1 more of 5 questions than {first}.",
        "in 100 % of comparisons: that is too often to tell them apart, so they are tied.",
        ">They cannot be told apart (+20.0 points, \N{MINUS SIGN}40.0 to +80.0)</h2>",
        f"{second}: seed 2",
        "2 questions without a verdict in one of the runs, 1 without a gold answer",
        "+20.0 points",
        "no answer of Run",
        "other seats",
        f"/runs/{first.pk}/questions/{first.answers.order_by('pk')[0].pk}",
        f"/runs/{second.pk}/questions/{second.answers.order_by('pk')[0].pk}",
    ):
        assert shown in page, shown


def test_ticked_runs(signed_in: Client, runs: list[Run]) -> None:
    first, second = runs
    answer = signed_in.get(f"/runs/compare?run={second.pk}&run={first.pk}")
    assert answer.headers["Location"] == address(runs)
    for ticked in (
        "", f"?run={first.pk}", f"?run={first.pk}&run={first.pk}", f"?a={first.pk}",
        f"?run={first.pk}&run=x", f"?run={first.pk}&run={second.pk}&run=7",
    ):  # fmt: skip
        refused = signed_in.get(f"/runs/compare{ticked}")
        assert refused.status_code == 422, ticked
        assert "tick them in the list" in refused.content.decode()


def test_what_cannot_be_compared(
    signed_in: Client, runs: list[Run], pool: Pool, question_set: MakeSet
) -> None:
    other = submit_run(
        pool.team, None, pool=pool, questions=question_set(size=4), method="all-experts"
    )
    refused = signed_in.get(address([runs[0], other]))
    assert refused.status_code == 422
    assert f"{runs[0]} answers test 8, {other} answers test 4" in refused.content.decode()
    refused = signed_in.get(address([runs[0], runs[0]]))
    assert "choose two different runs" in refused.content.decode()
    profiling = Run.objects.create(team=pool.team, kind=Run.Kind.PROFILE)
    refused = signed_in.get(address([profiling, runs[0]]))
    assert f"{profiling} answers no questions" in refused.content.decode()


def test_other_teams_runs_do_not_exist(signed_in: Client, runs: list[Run]) -> None:
    runs[1].team = Team.objects.create(name="Others")
    runs[1].save()
    assert signed_in.get(address(runs)).status_code == 404
    assert signed_in.get(address(runs[::-1])).status_code == 404
    assert signed_in.get(f"/runs/compare?a={runs[0].pk}&b=-1").status_code == 404
    assert signed_in.get(f"/runs/compare?a={runs[0].pk}&b={10**30}").status_code == 404


def test_runs_of_which_nothing_is_done_yet(signed_in: Client, runs: list[Run], pool: Pool) -> None:
    assert runs[0].question_set is not None
    fresh = [
        submit_run(pool.team, None, pool=pool, questions=runs[0].question_set, method="all-experts")
        for _ in range(2)
    ]
    page = signed_in.get(address(fresh)).content.decode()
    for shown in ("Nothing to test yet", "Nobody has been recruited yet", "were started alike"):
        assert shown in page


def test_a_run_offers_others_on_its_set(
    signed_in: Client, runs: list[Run], pool: Pool, question_set: MakeSet
) -> None:
    other = submit_run(
        pool.team, None, pool=pool, questions=question_set(size=4), method="all-experts"
    )
    page = signed_in.get(runs[1].get_absolute_url()).content.decode()
    assert f'<option value="{runs[0].pk}">' in page
    assert f'<option value="{other.pk}">' not in page
    assert f'<option value="{runs[1].pk}">' not in page
    assert "Compare with" not in signed_in.get(other.get_absolute_url()).content.decode()
