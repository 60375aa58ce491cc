"""A run's seats as files, from its pages."""

import csv
import io
import json

import pytest
from django.test import Client

from tests.conftest import Messages
from tests.execution.answers import answered
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(pool: Pool, test_set: QuestionSet, nobody_listens: Messages) -> Run:
    run = submit_run(pool.team, None, pool=pool, questions=test_set, method="all-experts")
    run.generations.all().delete()
    answered(run, ["14", "3", "14", "14"], "correct")
    answered(run, ["3", "3", "3"], "incorrect", 1)
    return run


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response).decode()


def test_all_of_a_run(signed_in: Client, run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(read(signed_in, f"/runs/{run.pk}/seats.csv"))))
    assert len(rows) == 4 + 3 + 6
    assert [row["seat"] for row in rows[:4]] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("query", "seats"), [("verdict=incorrect", 3), ("verdict=correct", 4), ("words=nothing", 0)]
)
def test_the_filters_in_force_are_those_of_the_list(
    signed_in: Client, run: Run, query: str, seats: int
) -> None:
    text = read(signed_in, f"/runs/{run.pk}/seats.jsonl?{query}")
    rows = [json.loads(line) for line in text.splitlines()]
    assert len(rows) == seats
    page = signed_in.get(f"/runs/{run.pk}/questions?verdict=incorrect").content.decode()
    assert f"/runs/{run.pk}/seats.csv?verdict=incorrect" in page


def test_the_page_of_a_run_says_how_a_notebook_reads_it(signed_in: Client, run: Run) -> None:
    page = signed_in.get(f"/runs/{run.pk}").content.decode()
    assert f"http://testserver/api/v1/runs/{run.pk}/seats" in page
    assert "storage_options=" in page and f"/runs/{run.pk}/seats.parquet" in page


def test_no_other_form(signed_in: Client, run: Run) -> None:
    assert signed_in.get(f"/runs/{run.pk}/seats.exe").status_code == 404
