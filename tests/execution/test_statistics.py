"""What Postgres knows of a run by the time that people look at it."""

import json

import pytest
from django.db import connection

from tests.recorded.logs import done
from webapp.accounts.models import Team
from webapp.db import statistics
from webapp.execution import turns
from webapp.execution.start import submit_run
from webapp.questions.models import QuestionSet
from webapp.runs.models import Answer, Generation, Profile, Run

pytestmark = pytest.mark.django_db


def expected_rows(table: str, run: Run) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) SELECT 1 FROM {table} WHERE run_id = {run.pk}")
        (plan,) = cursor.fetchone()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return int(plan[0]["Plan"]["Plan Rows"])


def run_of(team: Team, profile: Profile, questions: QuestionSet) -> Run:
    return submit_run(team, None, pool=profile.pool, questions=questions)


def test_a_run_that_has_ended_is_known_at_once(
    team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    done(run_of(team, recorded_profile, test_set))
    statistics.renew(Answer, Generation)  # as autovacuum knew them before the next run
    later = done(run_of(team, recorded_profile, test_set))
    assert later.answers.count() == 8 and later.generations.count() == 24
    assert 6 <= expected_rows("runs_answer", later) <= 10
    assert 18 <= expected_rows("runs_generation", later) <= 30


def test_a_long_run_is_known_as_it_goes(
    team: Team,
    recorded_profile: Profile,
    test_set: QuestionSet,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    renewed: list[str] = []
    monkeypatch.setattr(statistics, "executed", lambda sql: renewed.append(sql.as_string(None)))
    monkeypatch.setattr(statistics, "_renewed", {})
    run = run_of(team, recorded_profile, test_set)
    Run.objects.filter(pk=run.pk).update(questions=9)  # so that it does not end
    turns.take(run.pk)
    assert [sql.split('"')[1] for sql in renewed] == ["runs_answer", "runs_generation"]
    turns.take(run.pk)
    assert len(renewed) == 2, "not with every message"
    assert not any('"output"' in sql for sql in renewed), "no texts are fetched for it"
