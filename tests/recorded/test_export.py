"""A run's responses as a file of recorded ones."""

import json
from pathlib import Path

import pytest

from tests.recorded.logs import done
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.recorded import export
from webapp.recorded.taking import take_responses
from webapp.runs.models import Profile

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["log.jsonl", "log.parquet"])
def test_an_exported_run_is_such_a_file(
    team: Team, recorded_pool: Pool, test_set: QuestionSet, tmp_path: Path, name: str
) -> None:
    run = done(submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts"))
    file = tmp_path / name
    assert export.write(run, file) == 24
    assert list(tmp_path.iterdir()) == [file]
    taken = take_responses(team, None, file, name, question_set=test_set, pool="Again")
    assert (taken.experts, taken.responses) == (3, 24)
    again = done(submit_run(team, None, pool=taken.pool, questions=test_set, method="all-experts"))
    assert (again.correct, again.graded) == (run.correct, run.graded)


def test_two_seats_of_one_expert_are_one_row(
    team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    run = done(submit_run(team, None, pool=recorded_profile.pool, questions=test_set))
    exported = [json.loads(line) for line in "".join(export.lines(run)).splitlines()]
    assert len(exported) == 8
    first = test_set.questions.first()
    assert first is not None
    assert exported[0] == {
        "question_id": first.key,
        "model": "org/right",
        "output": f"So \\boxed{{{first.gold}}}.",
        "pred": first.gold,
    }
