"""From a file to a question set in the browser: uploaded, looked at, stored or not."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.files.parquets import as_parquet
from tests.pages.question_sets.uploading import BAD, GOOD, STEMS, files, read_again, store, upload
from tests.pages.reading import flat
from webapp.accounts.models import Team, User
from webapp.questions.models import Question, QuestionSet, Upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    for path in files():  # of other tests
        path.unlink()
    yield
    for path in files():
        path.unlink()


def test_a_file_is_looked_at_before_it_is_stored(signed_in: Client, user: User) -> None:
    answer = upload(signed_in, GOOD)
    kept = Upload.objects.get()
    assert answer.redirect_chain == [(kept.get_absolute_url(), 302)]
    assert (kept.person, kept.filename, kept.size) == (user, "Mine.json", len(json.dumps(GOOD)))
    assert not QuestionSet.objects.exists() and not Question.objects.exists()
    page = answer.content.decode()
    assert '<code class="tex">1+1</code>' in page  # as it would be stored
    assert page.count(">gold</span>") == 1
    assert "question from “question”, answer from “gold_answer”" in page
    assert 'value="Mine"' in page

    page = store(signed_in).content.decode()
    made = QuestionSet.objects.get()
    assert (made.name, made.size, made.kind, made.created_by) == ("Mine", 2, "test", user)
    assert made.sha256 == kept.sha256
    assert "Mine was stored (2 questions), read as JSON" in page
    assert "<summary>2 options</summary>" in page
    assert not Upload.objects.exists() and not files()


def test_bad_rows_are_named_and_nothing_is_stored_until_asked(signed_in: Client) -> None:
    page = flat(upload(signed_in, BAD).content.decode())
    assert "1 row cannot be taken" in page
    assert '<td class="n">2</td><td>The question is empty.</td>' in page
    answer = store(signed_in)
    assert answer.status_code == 422
    assert "1 row of the file cannot be taken, so nothing was stored" in answer.content.decode()
    assert not QuestionSet.objects.exists() and Upload.objects.exists()

    page = store(signed_in, skip_bad_rows="on").content.decode()
    assert list(Question.objects.values_list("row", flat=True)) == [1, 3]
    assert "1 row of the file left out" in page
    assert '<td class="n">2</td>' in page


def test_all_problems_can_be_had_as_a_file(signed_in: Client) -> None:
    content = "question\n" + "q\n\x20,too many\n" * 2000
    page = flat(upload(signed_in, content.encode(), "mine.csv").content.decode())
    assert "2,000 rows cannot be taken; the first 50 are listed" in page
    address = f"{Upload.objects.get().get_absolute_url()}/problems.csv"
    answer: Any = signed_in.get(address)
    with pytest.warns(match="consume asynchronous iterators"):  # no server reads it like that
        lines = b"".join(answer).decode().splitlines()
    assert len(lines) == 2001
    assert lines[0] == "row,problem"
    assert lines[-1].startswith("4000,") and "2 cells" in lines[-1]


def test_what_was_recognised_is_shown(signed_in: Client) -> None:
    rows = [
        {"Question": "?", "Correct Answer": "a", "Incorrect Answer 1": "b", "Note <b>": "x"},
        {"Question": "?", "Correct Answer": "c", "Incorrect Answer 1": "d", "Note <b>": "x"},
    ]
    page = upload(signed_in, as_parquet(rows)).content.decode()
    read_as = "Parquet as in GPQA: question from “Question”, correct from “Correct Answer”"
    assert read_as in page and "GPQA, as the columns tell" in page
    assert "not used: &#x27;Note &lt;b&gt;&#x27;" in page
    assert "The options were shuffled with the seed 0." in page
    page = store(signed_in).content.decode()
    assert page.count(read_as) == 2  # in the message, and among the set's facts
    assert "shuffled with the seed 0</dd>" in page
    assert QuestionSet.objects.get().benchmark == "gpqa"


def test_columns_that_are_not_recognised_are_chosen(signed_in: Client) -> None:
    answer = upload(signed_in, STEMS)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "No column holds the questions" in page and "Store it" not in page
    assert "The first rows of the file" in page and "<td>Which?</td>" in page
    chosen = {"question": "0", "options": ["1", "2"], "answer_index": "3"}
    page = read_again(signed_in, chosen).content.decode()
    assert "One thing to decide first" in page and "Store it" not in page
    page = read_again(signed_in, chosen | {"written": "index from 0"}).content.decode()
    assert "options from “x” + “y”" in page
    assert '<option value="3" selected>key</option>' in page
    store(signed_in)
    assert Question.objects.get().gold == "B"


def test_what_was_recognised_may_be_switched_off(signed_in: Client) -> None:
    upload(signed_in, GOOD)
    page = read_again(signed_in, {"question": "0"}).content.decode()
    assert "not used: &#x27;gold_answer&#x27;" in page
    store(signed_in)
    assert Question.objects.get(row=1).gold == ""


def test_reading_again_as_recognised_changes_nothing(signed_in: Client) -> None:
    """A list of one column is a column for each, and not one column that holds a list."""
    rows = [{"Question": "?", "Correct Answer": "a", "Incorrect Answer 1": "b"}] * 2
    before = upload(signed_in, rows).context["report"]
    chosen = {"question": "0", "correct": "1", "incorrect": ["2"]}
    assert read_again(signed_in, chosen).context["report"] == before


@pytest.mark.parametrize(
    ("chosen", "status", "message"),
    [
        ({}, 422, "This field is required"),
        ({"question": "9"}, 422, "Select a valid choice"),
        ({"question": "0", "id": "0"}, 200, "twice: one column has one meaning"),
        ({"question": "0", "correct": "1"}, 200, "map both"),
    ],
)
def test_a_mapping_that_is_wrong(
    signed_in: Client, chosen: dict[str, str], status: int, message: str
) -> None:
    upload(signed_in, STEMS)
    answer = read_again(signed_in, chosen)
    assert answer.status_code == status
    assert message in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The submitted file is empty"),
        (b"question,answer\n", "has no rows: add at least one"),
        (b"\xff\xfe\x00 not text", "This is UTF-16 text: save the table as"),
        (b"question\nna\xefve", "Line 2 is not UTF-8"),
    ],
)
def test_a_file_that_no_mapping_helps(signed_in: Client, content: bytes, message: str) -> None:
    answer = upload(signed_in, content)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert message in page[page.index('id="id_file_error"') :]
    assert not Upload.objects.exists() and not files()


def test_a_file_that_is_too_large(signed_in: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100
    page = upload(signed_in, GOOD).content.decode()
    assert "SKILLMOE_UPLOAD_LIMIT_MB" in page and not Upload.objects.exists()


def test_a_file_without_a_good_row(signed_in: Client) -> None:
    page = upload(signed_in, [{"question": ""}]).content.decode()
    assert "No row can be taken" in page and "Store it" not in page
    answer = store(signed_in, skip_bad_rows="on")
    assert answer.status_code == 422
    assert not QuestionSet.objects.exists()


def test_the_same_file_again_is_recognised(signed_in: Client) -> None:
    upload(signed_in, GOOD)
    store(signed_in)
    made = QuestionSet.objects.get()
    page = upload(signed_in, GOOD, "other.json").content.decode()
    assert "This file is already here" in page
    assert f'<a href="{made.get_absolute_url()}">Mine</a>' in page
    upload(signed_in, GOOD)
    assert "choose another name" in store(signed_in).content.decode()
    page = upload(signed_in, GOOD).content.decode()
    assert 'value="Mine 2"' in page
    store(signed_in, name="Mine 2")
    assert QuestionSet.objects.count() == 2


def test_another_teams_file_is_not_told_of(signed_in: Client) -> None:
    upload(signed_in, GOOD)
    store(signed_in)
    QuestionSet.objects.update(team=Team.objects.create(name="Others"))
    assert "already here" not in upload(signed_in, GOOD).content.decode()


def test_no_file(signed_in: Client) -> None:
    answer = signed_in.post("/question-sets/new", {})
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()


def test_discarding(signed_in: Client) -> None:
    upload(signed_in, GOOD)
    address = Upload.objects.get().get_absolute_url()
    assert address in signed_in.get("/question-sets/new").content.decode()
    assert len(files()) == 1
    page = signed_in.post(f"{address}/discard", follow=True).content.decode()
    assert "Mine.json was discarded" in page and address not in page
    assert not files()
    assert signed_in.get(address).status_code == 404


def test_other_teams_uploads_are_not_there(client: Client, signed_in: Client) -> None:
    upload(signed_in, GOOD)
    kept = Upload.objects.get()
    stranger = User.objects.create_user("stranger", team=Team.objects.create(name="Others"))
    client.force_login(stranger)
    address = kept.get_absolute_url()
    for ending in ("", "/problems.csv"):
        assert client.get(address + ending).status_code == 404
    for ending in ("/read", "/store", "/discard"):
        assert client.post(address + ending).status_code == 404
    assert address not in client.get("/question-sets/new").content.decode()
    assert Upload.objects.exists()
