"""Uploading question sets in the browser, and reading them."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.conftest import MakeSet
from tests.files.parquets import as_parquet
from webapp.questions.models import Question, QuestionSet

pytestmark = pytest.mark.django_db

GOOD = [
    {"question": "What is $1+1$?", "gold_answer": "2"},
    {"question": "Which is prime? The options are: (A) 9 (B) 11", "gold_answer": "B"},
]
BAD = [GOOD[0], {"question": "", "gold_answer": "3"}, GOOD[1]]


def upload(client: Client, content: bytes | list[dict[str, str]], **given: object) -> HttpResponse:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    form = {"file": SimpleUploadedFile("Mine.json", data), "kind": "test", **given}
    return client.post("/question-sets/new", form, follow=True)  # type: ignore[return-value]


def test_a_file_becomes_a_set_with_its_name(signed_in: Client) -> None:
    page = upload(signed_in, GOOD).content.decode()
    made = QuestionSet.objects.get()
    assert (made.name, made.size, made.kind) == ("Mine", 2, "test")
    assert "Mine was stored (2 questions), read as JSON" in page
    assert '<code class="tex">1+1</code>' in page
    assert "<li>11</li>" in page


def test_bad_rows_are_named_and_nothing_is_stored(signed_in: Client) -> None:
    answer = upload(signed_in, BAD)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "so nothing was stored" in page
    assert '<td class="n">2</td>' in page
    assert not QuestionSet.objects.exists()


def test_good_rows_are_stored_when_asked(signed_in: Client) -> None:
    page = upload(signed_in, BAD, skip_bad_rows="on").content.decode()
    assert list(Question.objects.values_list("row", flat=True)) == [1, 3]
    assert "1 row of the file left out" in page
    assert '<td class="n">2</td>' in page


def test_what_was_recognised_is_shown(signed_in: Client) -> None:
    rows = [
        {"Question": "?", "Correct Answer": "a", "Incorrect Answer 1": "b", "Note <b>": "x"},
        {"Question": "?", "Correct Answer": "c", "Incorrect Answer 1": "d", "Note <b>": "x"},
    ]
    page = upload(signed_in, as_parquet(rows)).content.decode()
    read_as = "Parquet as in GPQA: question from “Question”, correct from “Correct Answer”"
    assert page.count(read_as) == 2  # in the message, and among the set's facts
    assert "not used: &#x27;Note &lt;b&gt;&#x27;" in page
    assert "The options were shuffled with the seed 0." in page
    assert "shuffled with the seed 0</dd>" in page


def test_columns_may_be_mapped(signed_in: Client) -> None:
    rows = [{"stem": "Which?", "x": "red", "y": "blue", "key": "1"}]
    assert "No column holds the questions" in upload(signed_in, rows).content.decode()
    mapping = '{"question": "stem", "options": ["x", "y"], "answer_index": "key"}'
    page = upload(signed_in, rows, mapping=mapping).content.decode()
    assert "options from “x” + “y”" in page
    assert Question.objects.get().gold == "B"


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("question: stem", "This is no JSON"),
        ("[" * 9_000, "This is no JSON"),
        ('["stem"]', "The mapping is no object"),
        ('{"questions": "stem"}', "known are question, answer"),
        ('{"question": "text"}', "which the file has not. The columns are: &#x27;stem&#x27;."),
    ],
)
def test_a_mapping_that_is_wrong_is_told_at_its_field(
    signed_in: Client, mapping: str, message: str
) -> None:
    answer = upload(signed_in, [{"stem": "Which?"}], mapping=mapping)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert message in page[page.index('id="id_mapping_error"') :]
    assert 'id="id_file_error"' not in page


def test_a_file_that_cannot_be_read(signed_in: Client) -> None:
    answer = upload(signed_in, b"\xff\xfe\x00 not text")
    assert answer.status_code == 422
    assert "Mine.json" in answer.content.decode()
    assert not QuestionSet.objects.exists()


def test_a_name_that_is_taken(signed_in: Client) -> None:
    upload(signed_in, GOOD)
    assert "choose another name" in upload(signed_in, GOOD).content.decode()
    assert QuestionSet.objects.count() == 1


def test_no_file(signed_in: Client) -> None:
    answer = signed_in.post("/question-sets/new", {"kind": "test"})
    assert "This field is required" in answer.content.decode()


def test_pages_of_a_long_set(signed_in: Client, question_set: MakeSet) -> None:
    made = question_set("test", 120)
    keys = list(made.questions.order_by("pk").values_list("pk", flat=True))
    address = made.get_absolute_url()
    first = signed_in.get(address).context["page"]
    assert [row.pk for row in first.rows] == keys[:50]
    assert first.previous == ""
    second = signed_in.get(address + first.next).context["page"]
    assert [row.pk for row in second.rows] == keys[50:100]
    third = signed_in.get(address + second.next).context["page"]
    assert [row.pk for row in third.rows] == keys[100:]
    assert third.next == ""
    back = signed_in.get(address + third.previous).context["page"]
    assert [row.pk for row in back.rows] == keys[50:100]
    again = signed_in.get(address + back.previous).context["page"]
    assert [row.pk for row in again.rows] == keys[:50]
    assert again.previous == ""
    assert signed_in.get(address + "?after=nonsense").context["page"].rows == first.rows
