"""Question sets in the browser: what is in one, searched and filtered, and who has used it."""

from typing import Any

import pytest
from django.test import Client

from tests.conftest import MakeSet
from webapp.accounts.models import Team, User
from webapp.experts.models import Pool
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import Answer, Profile, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(team: Team) -> QuestionSet:
    """Three questions in two categories, the last one with options."""
    made = QuestionSet.objects.create(team=team, name="Three", kind="test", size=3)
    texts = ("Add $1+1$ to the zebra.", "Add two to three.", "Which one is prime?")
    for row, (text, category) in enumerate(zip(texts, ("zoo", "sums", "sums"), strict=True), 1):
        Question.objects.create(
            question_set=made, row=row, key=f"q-{row}", text=text, category=category, gold="B"
        )
    Question.objects.filter(row=3).update(options=["9 <b>", "11"])
    return made


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
    assert "No question is like that" in page and 'value="gnu"' in page


def test_categories_are_counted(signed_in: Client, three: QuestionSet) -> None:
    page = signed_in.get(three.get_absolute_url() + "?category=zoo").content.decode()
    assert '<option value="sums">sums (2)</option>' in page
    assert '<option value="zoo" selected>zoo (1)</option>' in page


def test_one_question(signed_in: Client, three: QuestionSet) -> None:
    second, last = three.questions.order_by("pk")[1:]
    page = signed_in.get(last.get_absolute_url()).content.decode()
    assert "9 &lt;b&gt;" in page and page.count(">gold</span>") == 1
    assert f'href="{second.get_absolute_url()}"' in page
    found = signed_in.get(last.get_absolute_url() + "?category=sums").context
    assert (found["previous"], found["next"]) == (second.pk, None)
    assert signed_in.get(second.get_absolute_url() + "?words=two").context["previous"] is None


def test_a_question_belongs_to_its_set(
    signed_in: Client, three: QuestionSet, question_set: MakeSet
) -> None:
    other, question = question_set(), three.questions.all()[0]
    for ending in ("", "/used"):
        assert signed_in.get(question.get_absolute_url() + ending).status_code == 200
        address = f"/question-sets/{other.pk}/questions/{question.pk}{ending}"
        assert signed_in.get(address).status_code == 404


def test_other_teams_questions_are_not_there(client: Client, three: QuestionSet) -> None:
    stranger = User.objects.create_user("stranger", team=Team.objects.create(name="Others"))
    client.force_login(stranger)
    question = three.questions.all()[0].get_absolute_url()
    for address in (question, f"{question}/used", f"{three.get_absolute_url()}/used"):
        assert client.get(address).status_code == 404


def test_who_has_used_a_set(signed_in: Client, team: Team, pool: Pool, three: QuestionSet) -> None:
    address = f"{three.get_absolute_url()}/used"
    assert "No run and no profile has used it" in signed_in.get(address).content.decode()
    run = Run.objects.create(
        team=team, pool=pool, question_set=three, method="skill-moe", recruiter="paper"
    )
    Run.objects.create(team=team, pool=pool, question_set=three, method="all-experts")
    skills: list[list[Any]] = [
        [["a & b", "sums", 1.0], ["zoo", "zoo", 1.0]],
        [["a & b", "sums", 1.0]],
        [],
    ]
    for question, seen in zip(three.questions.all(), skills, strict=True):
        Answer.objects.create(run=run, question=question, skills=seen)
    Profile.objects.create(team=team, pool=pool, question_set=three)
    page = signed_in.get(address).content.decode()
    assert f'<a class="chip" href="/runs/{run.pk}/questions?skill=a%20%26%20b">' in page
    assert page.index("a &amp; b <small>2</small>") < page.index("zoo <small>1</small>")
    assert f"Run {run.pk}" in page and "Small on Three" in page

    question = three.questions.all()[0]
    page = signed_in.get(f"{question.get_absolute_url()}/used").content.decode()
    assert f"Run {run.pk}" in page and '<span class="chip">zoo</span>' in page


def test_skills_of_another_teams_run_are_not_shown(
    signed_in: Client, pool: Pool, three: QuestionSet
) -> None:
    others = Team.objects.create(name="Others")
    run = Run.objects.create(team=others, pool=pool, question_set=three, recruiter="paper")
    Answer.objects.create(run=run, question=three.questions.all()[0], skills=[["zoo", "zoo", 1]])
    assert "chip" not in signed_in.get(f"{three.get_absolute_url()}/used").content.decode()


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
