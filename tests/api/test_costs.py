"""What it cost, for programs."""

import pytest

from tests.api.conftest import Program
from tests.pages.costs.test_views import cost
from webapp.accounts.models import Team, Token, User
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def expert(pool: Pool) -> Expert:
    found = pool.experts.order_by("pk").first()
    assert found is not None
    return found


@pytest.fixture
def run(team: Team, user: User, expert: Expert) -> Run:
    return cost(team, user, expert, 3, 540, measured_seconds=300, joules=1800)


def test_a_runs_costs(run: Run, program: Program, expert: Expert) -> None:
    status, told = program.get(f"/runs/{run.pk}/costs")
    assert status == 200
    assert (told["wall_seconds"], told["waiting_seconds"]) == (900, 300)
    (of,) = told["experts"]
    assert (of["expert"], of["name"]) == (expert.pk, expert.name)
    assert (of["loading_seconds"], of["generating_seconds"], of["watt_hours"]) == (60, 540, 0.5)
    assert (of["tokens_read"], of["tokens_written"], of["endpoint_seconds"]) == (500, 100, 0)


def test_a_teams_costs_are_summed(run: Run, program: Program, team: Team, expert: Expert) -> None:
    other = User.objects.create_user("other", team=team, role="editor")
    cost(team, other, expert, 4, 40)
    months = program.get("/costs")[1]["items"]
    assert [(row["month"], row["generating_seconds"]) for row in months] == [
        *(("2026-03", 540), ("2026-04", 40)),
    ]
    assert [row["runs"] for row in program.get("/costs?by=expert")[1]["items"]] == [2]
    assert len(program.get("/costs?by=person&month=2026-04")[1]["items"]) == 1
    own = Program(Token.create(other)[1])
    assert [row["month"] for row in own.get("/costs")[1]["items"]] == ["2026-04"]
    assert [row["person"] for row in own.get("/costs?by=person")[1]["items"]] == [other.pk]


@pytest.mark.parametrize("query", ["by=run", "month=2026-13", "month=x", "person=a"])
def test_what_cannot_be_asked(program: Program, query: str) -> None:
    status, said = program.get(f"/costs?{query}")
    assert status == 422
    assert query.partition("=")[0] in said["errors"][0]["field"]
