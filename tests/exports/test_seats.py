"""An export loses nothing: every seat of every round, with all that is known of it."""

import csv
import io
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from tests.exports.conftest import Exported
from tests.recorded.logs import done
from tests.reviews.given import reviewed
from webapp.accounts.models import Membership, Team, User
from webapp.execution.start import submit_run
from webapp.exports import forms
from webapp.exports.columns import COLUMNS, NAMES
from webapp.exports.seats import seats
from webapp.questions.models import QuestionSet
from webapp.reviews.making import make
from webapp.reviews.models import Queue
from webapp.runs.models import Generation, Profile, Run

pytestmark = pytest.mark.django_db


def test_every_seat_of_every_round_is_there(run: Run, user: User, exported: Exported) -> None:
    rows = exported(run, user)
    first, others = rows[:5], rows[5:]
    assert [(row["seat"], row["round"], row["stands"]) for row in first] == [
        *((1, 1, False), (2, 1, True), (3, 1, True), (4, 1, True)),
        (1, 2, True),
    ]
    assert len({(row["expert"], row["seat"]) for row in first}) == 4
    assert [row["question_id"] for row in others] == [
        question.key
        for question in run.question_set.questions.all()[1:]  # type: ignore[union-attr]
    ]
    assert all(row["purpose"] is None and row["status"] is None for row in others)


def test_a_row_tells_all_that_is_known(run: Run, user: User, exported: Exported) -> None:
    answer = run.answers.order_by("pk")[0]
    reviewed(answer, user, "disputed", note="Look.")
    row = exported(run, user)[1]
    assert tuple(row) == NAMES
    assert row["final_answer"] == "14" and row["final_verdict"] == "correct"
    assert row["gold"] == answer.question.gold
    assert (row["stated"], row["verdict"], row["output"]) == ("3", "incorrect", "It is 3.")
    assert row["skills"] == [{"skill": "adding", "profiled": "sums", "similarity": 0.9}]
    assert (row["probability"], row["weight"]) == (0.25, 1.0)
    assert (row["status"], row["outcome"]) == ("done", answer.outcome)
    assert row["reviews"][0]["note"] == "Look." and row["reviews"][0]["person"] == "admin"
    assert row["asked"].startswith("20")


def test_as_many_lines_as_generations(
    team: Team, user: User, recorded_profile: Profile, test_set: QuestionSet, exported: Exported
) -> None:
    """Whatever sits twice: the file that can be imported again has one line of it."""
    run = done(submit_run(team, None, pool=recorded_profile.pool, questions=test_set))
    rows = exported(run, user)
    assert len(rows) == Generation.objects.filter(run=run).count() == 24
    assert all(row["weight"] is not None for row in rows)


def test_what_is_to_be_reviewed_blind_tells_nothing(
    run: Run, team: Team, exported: Exported
) -> None:
    other = User.objects.create_user("other", team=team, role="reviewer")
    answer = run.answers.order_by("pk")[0]
    make(Queue(team=team, name="Odd", blind=True), [other], run.answers.filter(pk=answer.pk))
    (row,) = [row for row in exported(run, other) if row["question_id"] == answer.question.key]
    told = {"run", "question_id", "row", "category", "question", "options", "hidden"}
    assert {name for name, value in row.items() if value is not None} <= told
    assert row["hidden"] is True


def test_others_reviews_are_for_those_who_may_read_them(
    run: Run, team: Team, user: User, exported: Exported
) -> None:
    answer = run.answers.order_by("pk")[0]
    reviewed(answer, user, "disputed")
    other = Membership.objects.get(
        user=User.objects.create_user("other", team=team, role="reviewer")
    ).user
    assert exported(run, other)[0]["reviews"]
    blind = make(Queue(team=team, name="Odd", blind=True), [other], run.answers.all())
    assert "reviews" not in {
        name for row in exported(run, other) for name, value in row.items() if value
    }
    blind.delete()


def parts(run: Run, user: User, form: str) -> list[bytes]:
    return list(forms.FORMS[form].write(seats(run, user, owns=True)))


def test_a_spreadsheet_reckons_with_nothing(run: Run, user: User) -> None:
    run.generations.filter(number=1).update(output='=HYPERLINK("http://x")', stated="-3")
    read = csv.DictReader(io.StringIO(b"".join(parts(run, user, "csv")).decode()))
    rows = list(read)
    assert tuple(read.fieldnames or ()) == NAMES
    assert rows[1]["output"] == '\'=HYPERLINK("http://x")'
    assert rows[1]["stated"] == "'-3"
    assert rows[1]["skills"].startswith('[{"skill": "adding"')


def test_parquet_is_what_the_lines_are(
    run: Run, user: User, exported: Exported, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent a row group at a time, so that memory does not grow with the run."""
    monkeypatch.setattr(forms, "GROUP_ROWS", 1)
    monkeypatch.setattr("webapp.exports.seats.ANSWERS", 2)
    sent = parts(run, user, "parquet")
    file = parquet.ParquetFile(pyarrow.BufferReader(b"".join(sent)))
    assert file.num_row_groups == 4 and len(sent) >= 4
    table: list[dict[str, Any]] = file.read().to_pylist()
    lines = exported(run, user)
    assert [row["output"] for row in table] == [row["output"] for row in lines]
    assert [row["finished"] for row in table] == [row["finished"] for row in lines]
    assert table[0]["asked"].isoformat() == lines[0]["asked"]
    assert [field.name for field in file.schema_arrow] == [column.name for column in COLUMNS]


def test_a_batch_reads_a_bounded_number_of_times(
    run: Run, user: User, django_assert_max_num_queries: Any
) -> None:
    """However many seats its questions have."""
    with django_assert_max_num_queries(12):
        assert len(list(seats(run, user, owns=True))) == 1
