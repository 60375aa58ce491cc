"""The run that pages are timed on is one that the pages can show."""

import pytest
from django.test import Client

from benchmarks.big_run import make_run, make_set, make_team, settle


@pytest.mark.django_db(transaction=True)
def test_its_pages_open(client: Client) -> None:
    team, person, pool = make_team()
    run = make_run(team, person, pool, make_set(team, 50))
    settle()
    client.force_login(person)
    for page in ("", "/questions", "/questions?words=therefore", "/lost", "/flow.json"):
        assert client.get(f"/runs/{run.pk}{page}").status_code == 200, page
