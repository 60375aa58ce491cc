"""What it cost: a team's costs for admins, one's own for everybody else."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.pages.reading import words
from webapp.accounts.models import Team, User
from webapp.experts.models import Expert, Pool
from webapp.runs.models import ExpertCost, Run, RunCost

pytestmark = pytest.mark.django_db


def cost(
    team: Team, person: User, expert: Expert, month: int, seconds: float, **told: object
) -> Run:
    run = Run.objects.create(team=team, created_by=person, status="done", method="all-experts")
    created = datetime(2026, month, 3, tzinfo=UTC)
    Run.objects.filter(pk=run.pk).update(created=created, ended=created)
    kept = RunCost.objects.create(run=run, ended=created, wall_seconds=900, waiting_seconds=300)
    given = {"is_endpoint": False, "loading_seconds": 60, "measured_seconds": 0, "joules": 0} | told
    ExpertCost.objects.create(
        cost=kept, expert=expert, generations=2, prompt_tokens=500, tokens=100,
        generating_seconds=seconds, waiting_seconds=10, **given,
    )  # fmt: skip
    return run


@pytest.fixture
def colleague(team: Team) -> User:
    return User.objects.create_user("colleague", password="a password", team=team, role="editor")


@pytest.fixture
def spent(team: Team, user: User, colleague: User, pool: Pool) -> list[Run]:
    first, second = pool.experts.order_by("pk")
    return [
        cost(team, user, first, 3, 3540, measured_seconds=1800, joules=7200),
        cost(team, colleague, second, 3, 7140),
        cost(team, colleague, first, 4, 540, is_endpoint=True, loading_seconds=0),
    ]


def csv_of(client: Client, name: str, query: str = "") -> list[list[str]]:
    text = client.get(f"/costs/tables/{name}.csv?{query}").content.decode()
    return [line.split(",") for line in text.splitlines()[1:]]


def test_an_admin_sees_all_of_the_team(signed_in: Client, spent: list[Run]) -> None:
    page = words(signed_in.get("/costs/").content.decode())
    assert "3 runs" in page and "3 h 0 min" in page and "Of all runs that have ended." in page
    assert "2.0 Wh" in page and "measured in 16.7 %" in page
    assert [row[:2] for row in csv_of(signed_in, "month")] == [["2026-04", "1"], ["2026-03", "2"]]
    assert {row[0] for row in csv_of(signed_in, "person")} == {"admin", "colleague"}
    april, march = csv_of(signed_in, "month")
    assert april[2:9] == ["0", "0", "0", "0", "540", "500", "100"], "an endpoint has no GPU seconds"
    assert march[2:6] == ["120", "10680", "1000", "200"] and march[9] == "600"


def test_filters(signed_in: Client, spent: list[Run], pool: Pool, colleague: User) -> None:
    assert len(csv_of(signed_in, "run", "month=2026-03")) == 2
    assert len(csv_of(signed_in, "run", f"month=2026-03&person={colleague.pk}")) == 1
    expert = pool.experts.order_by("pk")[0]
    assert len(csv_of(signed_in, "run", f"expert={expert.pk}")) == 2
    assert csv_of(signed_in, "month", "month=2026-05") == []
    figure = signed_in.get("/costs/months.json?month=2026-04").json()
    assert [bars["name"] for bars in figure["data"]] == ["endpoints"]
    assert figure["data"][0]["y"] == [9.0] and figure["data"][0]["text"] == ["9 min 0 s"]
    assert figure["layout"]["yaxis"]["title"]["text"] == "minutes", "of hours there is none"
    assert figure["table"] == [["2026-04", "0.0 s", "0.0 s", "9 min 0 s"]]


def test_others_see_their_own(
    client: Client, spent: list[Run], user: User, colleague: User
) -> None:
    client.force_login(colleague)
    page = words(client.get(f"/costs/?person={user.pk}").content.decode())
    assert "2 runs" in page and "that you have started" in page
    assert len(csv_of(client, "run", f"person={user.pk}")) == 2
    assert client.get("/costs/tables/person.csv").status_code == 404


def test_a_run_has_its_own(signed_in: Client, spent: list[Run]) -> None:
    page = words(signed_in.get(f"/runs/{spent[0].pk}/costs").content.decode())
    assert "1 h 0 min" in page and "5 min 0 s" in page and "2.0 Wh" in page


def test_it_costs_no_more_with_more_runs(
    signed_in: Client,
    spent: list[Run],
    user: User,
    pool: Pool,
    django_assert_max_num_queries: "object",
) -> None:
    """Pages sum over runs, in one statement for each table."""
    expert = pool.experts.order_by("pk")[0]
    for _ in range(20):
        cost(spent[0].team, user, expert, 5, 1)
    signed_in.get("/costs/")
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        signed_in.get("/costs/")
