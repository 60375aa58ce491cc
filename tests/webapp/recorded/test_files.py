"""Files of recorded responses: imported, refused, exported."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.conftest import MakeSet
from tests.webapp.recorded.logs import MODELS, Row, done, rows, take
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.files.errors import FileRefused
from webapp.questions.models import QuestionSet
from webapp.recorded import export
from webapp.recorded.taking import take_responses
from webapp.runs.models import Profile, RecordedResponse

pytestmark = pytest.mark.django_db


BAD: dict[str, tuple[Row, str]] = {
    "an unknown question": ({"question_id": "no such"}, "has no question 'no such'"),
    "twice": ({}, "has answered question"),
    "no model": ({"model": ""}, "model is missing"),
    "no question": ({"question_id": None}, "question_id is missing"),
    "a long model": ({"model": "m" * 101}, "101 characters"),
    "an output that is no text": ({"model": "new", "output": ["a"]}, "no text"),
}


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=list(BAD))
def test_a_bad_row_is_named(team: Team, validation: QuestionSet, change: Row, message: str) -> None:
    given = rows(validation)
    given.insert(4, given[0] | change)
    with pytest.raises(FileRefused) as refused:
        take(team, validation, given)
    assert [error.row for error in refused.value.errors] == [5]
    assert message in refused.value.errors[0].message
    assert not RecordedResponse.objects.exists()
    assert not Pool.objects.exists() and not Expert.objects.exists()
    taken = take(team, validation, given, skip_bad_rows=True)
    assert (taken.responses, taken.bad_rows, [e.row for e in taken.errors]) == (36, 1, [5])


def test_gaps_are_told(team: Team, validation: QuestionSet) -> None:
    taken = take(team, validation, rows(validation)[:-1])
    assert any("org/silent has no response to 1 of the 12" in warning for warning in taken.warnings)


def test_what_was_stored_is_not_replaced(team: Team, pool: Pool, validation: QuestionSet) -> None:
    with pytest.raises(FileRefused, match="36 of the responses are there already"):
        take(team, validation, rows(validation))
    again = take(team, validation, rows(validation), pool="Second log")
    assert again.pool != pool and again.responses == 36
    names = set(again.pool.experts.values_list("name", flat=True))
    assert names == {f"{model} (Second log)" for model in MODELS}


def test_a_profiled_pool_takes_no_new_models(
    team: Team, profile: Profile, question_set: MakeSet
) -> None:
    other = question_set("test", 3)
    strange = [row | {"model": "org/new"} for row in rows(other)[::3]]
    with pytest.raises(FileRefused, match="org/new is not in Logs"):
        take(team, other, strange)
    assert take(team, other, rows(other)).responses == 9  # the models that it has


def test_outputs_may_hold_anything(team: Team, validation: QuestionSet) -> None:
    given = rows(validation)[:1]
    given[0]["output"] = "a\0b \ud800 c"
    take(team, validation, given)
    assert RecordedResponse.objects.get().output == "a\ufffdb ? c"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b'{"a": 1}\n{"a": 2}\n', "No column holds the question_id"),
        (b"PK\3\4", "zip"),
    ],
)
def test_a_file_that_holds_no_responses(
    team: Team, validation: QuestionSet, content: bytes, message: str
) -> None:
    with pytest.raises(FileRefused, match=message):
        take_responses(
            team, None, SimpleUploadedFile("x", content), "x", question_set=validation, pool="Logs"
        )
    assert not Pool.objects.exists()


@pytest.mark.parametrize("name", ["log.jsonl", "log.parquet"])
def test_an_exported_run_is_such_a_file(
    team: Team, pool: Pool, test_set: QuestionSet, tmp_path: Path, name: str
) -> None:
    run = done(submit_run(team, None, pool=pool, questions=test_set, method="all-experts"))
    file = tmp_path / name
    assert export.write(run, file) == 24
    assert list(tmp_path.iterdir()) == [file]
    taken = take_responses(team, None, file, name, question_set=test_set, pool="Again")
    assert (taken.experts, taken.responses) == (3, 24)
    again = done(submit_run(team, None, pool=taken.pool, questions=test_set, method="all-experts"))
    assert (again.correct, again.graded) == (run.correct, run.graded)


def test_two_seats_of_one_expert_are_one_row(
    team: Team, profile: Profile, test_set: QuestionSet
) -> None:
    run = done(submit_run(team, None, pool=profile.pool, questions=test_set))
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
