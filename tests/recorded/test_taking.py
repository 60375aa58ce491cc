"""Files of recorded responses: imported or refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.conftest import MakeSet, Messages
from tests.recorded.logs import MODELS, Row, rows, take
from webapp.accounts.models import Team
from webapp.experts.models import Expert, Pool
from webapp.files.errors import FileRefused
from webapp.questions.models import QuestionSet
from webapp.recorded.taking import take_responses
from webapp.runs.models import Profile, RecordedResponse

pytestmark = pytest.mark.django_db

BAD: dict[str, tuple[Row, str]] = {
    "an unknown question": ({"question_id": "no such"}, "has no question 'no such'"),
    "twice": ({}, "has answered question"),
    "no model": ({"model": ""}, "model is missing"),
    "no question": ({"question_id": None}, "question_id is missing"),
    "a long model": ({"model": "m" * 101}, "101 characters"),
    "an output that is no text": ({"model": "new", "output": {"a": "b"}}, "no text"),
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


def test_a_log_that_has_grown_adds_what_is_new(
    team: Team, recorded_pool: Pool, validation: QuestionSet
) -> None:
    given = rows(validation)
    RecordedResponse.objects.filter(expert__source="org/silent").delete()
    given[0]["output"] = "Now I say 12."
    told = take(team, validation, given)
    assert (told.responses, told.unchanged, told.changed) == (12, 23, 1)
    assert any("left as they are" in w and "org/right" in w for w in told.warnings)
    first = validation.questions.first()
    kept = RecordedResponse.objects.get(question=first, expert__source="org/right")
    assert kept.output.startswith("So ")


def test_what_was_stored_is_not_replaced(
    team: Team, recorded_pool: Pool, validation: QuestionSet
) -> None:
    told = take(team, validation, rows(validation))
    assert (told.responses, told.unchanged, told.changed) == (0, 36, 0)
    again = take(team, validation, rows(validation), pool="Second log")
    assert again.pool != recorded_pool and again.responses == 36
    names = set(again.pool.experts.values_list("name", flat=True))
    assert names == {f"{model} (Second log)" for model in MODELS}


def test_a_profiled_pool_takes_no_new_models(
    team: Team, recorded_profile: Profile, question_set: MakeSet
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


def test_the_models_become_experts_of_the_team(
    team: Team, validation: QuestionSet, nobody_listens: Messages
) -> None:
    taken = take(team, validation, rows(validation))
    assert (taken.experts, taken.responses, taken.bad_rows) == (3, 36, 0)
    experts = list(taken.pool.experts.all())
    assert [expert.name for expert in experts] == sorted(MODELS)
    assert all(e.is_recorded and e.team == team and not e.missing() for e in experts)
    assert taken.pool.annotator is None and taken.pool.candidates() == []
    assert any("“pred” is not used" in warning for warning in taken.warnings)
    assert ("runs.embed_questions", validation.pk, taken.pool.embedder) in nobody_listens
