"""A set's leaderboard, as programs read it."""

import pytest

from tests.api.conftest import Program
from tests.findings.working import work
from tests.recorded.logs import done
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Finding

pytestmark = pytest.mark.django_db


def test_runs_and_experts_are_ranked(
    program: Program, team: Team, recorded_pool: Pool, test_set: QuestionSet
) -> None:
    run = done(submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts"))
    address = f"/question-sets/{test_set.pk}/leaderboard"
    assert program.get(address)[1]["ready"] is False
    work(Finding.Name.LEADERBOARD)
    status, told = program.get(address)
    assert (status, told["ready"], told["questions"]) == (200, True, test_set.size)
    assert sum(item["run"] == run.pk for item in told["items"]) == 1
    best = told["items"][0]
    assert best["low"] < best["accuracy"] <= best["high"] + 1e-9 and best["best_rank"] == 1
    assert {item["expert"] for item in told["items"]} > {None}
    assert all(item["to_baseline"] is None for item in told["items"])
