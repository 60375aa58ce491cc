"""What is in a question set: searched, filtered, page by page."""

import pytest
from django.test import Client

from tests.conftest import MakeSet
from tests.pages.reading import flat
from webapp.questions.models import Question, QuestionSet

pytestmark = pytest.mark.django_db


def rows(client: Client, address: str) -> list[int]:
    return [question.row for question in client.get(address).context["page"].rows]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3]),
        ("?words=add", [1, 2]),
        ("?words=ADD+-zebra", [1]),
        ("?words=%22two+to%22", [2]),
        ("?words=q-3", [3]),
        ("?words=q-", [1, 2, 3]),
        ("?category=sums", [2, 3]),
        ("?category=sums&words=prime", [3]),
        ("?category=zoo&words=prime", []),
        ("?words=%00&category=+", [1, 2, 3]),
        ("?words=%25", []),
    ],
)
def test_searching(signed_in: Client, three: QuestionSet, query: str, found: list[int]) -> None:
    assert rows(signed_in, three.get_absolute_url() + query) == found


def test_an_empty_search_says_so(signed_in: Client, three: QuestionSet) -> None:
    page = signed_in.get(three.get_absolute_url() + "?words=gnu").content.decode()
    assert "No question matches" in page and 'value="gnu"' in page


def test_categories_are_counted(signed_in: Client, three: QuestionSet) -> None:
    page = flat(signed_in.get(three.get_absolute_url() + "?category=zoo").content.decode())
    assert '<option value="sums">sums (2)</option>' in page
    assert '<option value="zoo" selected>zoo (1)</option>' in page


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


def test_words_are_found_on_every_page_and_far_apart(
    signed_in: Client, question_set: MakeSet
) -> None:
    made = question_set("test", 130)
    made.questions.filter(row__gt=4).update(text="A zebra.")
    keys = list(made.questions.filter(row__gt=4).order_by("pk").values_list("pk", flat=True))
    Question.objects.filter(pk=keys[-1]).update(id=keys[-1] + 300_000, text="A zebra and a gnu.")
    keys[-1] += 300_000
    address = made.get_absolute_url()
    first = signed_in.get(address + "?words=zebra").context["page"]
    assert [row.pk for row in first.rows] == keys[:50] and first.previous == ""
    second = signed_in.get(address + first.next).context["page"]
    third = signed_in.get(address + second.next).context["page"]
    assert [row.pk for row in third.rows] == keys[100:] and third.next == ""
    back = signed_in.get(address + third.previous).context["page"]
    assert [row.pk for row in back.rows] == keys[50:100]
    far = signed_in.get(address + "?words=gnu").context["page"]
    assert [row.pk for row in far.rows] == keys[-1:] and not far.next and not far.previous
    one = signed_in.get(f"{address}/questions/{keys[3]}?words=zebra").context
    assert (one["previous"], one["next"]) == (keys[2], keys[4])
    last = signed_in.get(f"{address}/questions/{keys[-1]}?words=zebra").context
    assert (last["previous"], last["next"]) == (keys[-2], None)
