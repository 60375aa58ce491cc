"""A run's seats as notebooks read them."""

from urllib.parse import urlencode

import pyarrow
import pytest
from django.test import Client
from pyarrow import parquet

from tests.api.conftest import API, Program
from tests.conftest import Messages
from tests.execution.answers import answered
from webapp.accounts.models import User
from webapp.audit.actions import Action
from webapp.audit.models import Entry
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(pool: Pool, test_set: QuestionSet, nobody_listens: Messages) -> Run:
    run = submit_run(pool.team, None, pool=pool, questions=test_set, method="all-experts")
    run.generations.all().delete()
    answered(run, ["14", "3", "14"], "correct")
    return run


def test_parquet_with_a_token_as_pandas_asks_for_it(run: Run, program: Program) -> None:
    """pandas.read_parquet of an http address sends one GET with the `storage_options` as headers,
    and reads the whole answer (pandas/io/common.py)."""
    status, content = program.get(f"/runs/{run.pk}/seats?form=parquet")
    assert status == 200
    table = parquet.read_table(pyarrow.BufferReader(content))
    assert table.num_rows == 10 and table.column("stated").to_pylist()[:3] == ["14", "3", "14"]
    assert Entry.objects.filter(action=Action.RUN_EXPORTED).get().details == {
        "form": "parquet",
        "filters": "",
    }


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({"verdict": "correct"}, 3),
        ({"verdict": "open"}, 7),
        ({"verdict": "correct", "disagree": "yes"}, 3),
        ({"words": "nowhere"}, 0),
        ({"number": "1"}, 3),
        ({"expert": "1000000"}, 0),
    ],
)
def test_under_the_filters_of_the_page(
    run: Run, program: Program, asked: dict[str, str], rows: int
) -> None:
    status, content = program.get(f"/runs/{run.pk}/seats?form=jsonl&{urlencode(asked)}")
    assert status == 200 and len(content.splitlines()) == rows
    told = Entry.objects.filter(action=Action.RUN_EXPORTED).get().details
    assert told["filters"] == urlencode(asked)
    page = Client()
    page.force_login(User.objects.get(username="admin"))
    same = page.get(f"/runs/{run.pk}/seats.jsonl", asked | {"sort": "-number"})
    assert b"".join(same) == content, "and its order is that of the questions"


def test_filters_that_mean_nothing_are_refused(run: Run, program: Program) -> None:
    for name in ("verdict", "expert", "cut"):
        status, said = program.get(f"/runs/{run.pk}/seats?{name}=nonsense")
        assert (status, said["errors"][0]["field"]) == (422, name)


def test_head_tells_the_kind_and_sends_nothing(run: Run, program: Program) -> None:
    client = Client(headers={"Authorization": f"Bearer {program.token}"})
    response = client.head(f"{API}/runs/{run.pk}/seats?form=csv")
    assert (response.status_code, response.content) == (200, b"")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert client.head(f"{API}/runs/{run.pk}").status_code == 200
    assert Client().head(f"{API}/runs/{run.pk}/seats").status_code == 401


def test_a_form_that_is_none(run: Run, program: Program) -> None:
    status, said = program.get(f"/runs/{run.pk}/seats?form=xlsx")
    assert (status, said["errors"][0]["field"]) == (422, "form")
