"""A run's responses as a file of recorded ones."""

import json
from pathlib import Path

import pytest

from tests.recorded.logs import done
from webapp.accounts.models import Team, User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.exports import responses
from webapp.questions.models import QuestionSet
from webapp.recorded.taking import take_responses
from webapp.reviews.making import make
from webapp.reviews.models import Queue
from webapp.runs.models import Profile

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["log.jsonl", "log.parquet"])
def test_an_exported_run_is_such_a_file(
    team: Team, recorded_pool: Pool, test_set: QuestionSet, tmp_path: Path, name: str
) -> None:
    run = done(submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts"))
    file = tmp_path / name
    assert responses.write(run, file) == 24
    assert list(tmp_path.iterdir()) == [file]
    taken = take_responses(team, None, file, name, question_set=test_set, pool="Again")
    assert (taken.experts, taken.responses) == (3, 24)
    again = done(submit_run(team, None, pool=taken.pool, questions=test_set, method="all-experts"))
    assert (again.correct, again.graded) == (run.correct, run.graded)


def test_two_seats_of_one_expert_are_one_row(
    team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    run = done(submit_run(team, None, pool=recorded_profile.pool, questions=test_set))
    exported = [json.loads(line) for line in "".join(responses.lines(run, None)).splitlines()]
    assert len(exported) == 8
    first = test_set.questions.first()
    assert first is not None
    assert exported[0] == {
        "question_id": first.key,
        "model": "org/right",
        "output": f"So \\boxed{{{first.gold}}}.",
        "pred": first.gold,
    }


def test_what_is_to_be_reviewed_blind_is_left_out(
    team: Team, recorded_pool: Pool, test_set: QuestionSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where that is all of a batch: the file goes on behind it."""
    monkeypatch.setattr(responses, "BATCH", 3)
    run = done(submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts"))
    other = User.objects.create_user("other", team=team, role="reviewer")
    first = run.answers.order_by("pk")[0]
    make(Queue(team=team, name="Odd", blind=True), [other], run.answers.filter(pk=first.pk))

    def keys(reader: User | None) -> set[str]:
        parts = list(responses.lines(run, reader))
        assert all(parts), "an empty part would end the download"
        return {json.loads(line)["question_id"] for line in "".join(parts).splitlines()}

    assert keys(None) - keys(other) == {first.question.key}
    assert len(keys(None)) == 8
