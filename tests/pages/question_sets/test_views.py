"""One question, a set's benchmark, and whose they are."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import MakeSet
from tests.pages.reading import flat
from webapp.accounts.models import Team, User
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


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


OPEN = [{"problem": "1 + 1?", "answer": "2"}, {"problem": "1 + 2?", "answer": "3"}]


def test_the_pages(signed_in: Client, team: Team, pool: Pool) -> None:
    file = SimpleUploadedFile("mine.json", json.dumps(OPEN).encode())
    upload = signed_in.post("/question-sets/new", {"file": file}, follow=True).context["upload"]
    form = {"name": "mine", "kind": "test", "benchmark": "aime"}
    address = f"{upload.get_absolute_url()}/store"
    page = flat(signed_in.post(address, form, follow=True).content.decode())
    assert "AIME: asked in the wording" in page
    assert "Qwen2.5-7B annotates, R1-Distill-Qwen-7B aggregates" in page
    made = QuestionSet.objects.get()
    assert "<td>AIME</td>" in signed_in.get("/question-sets/").content.decode()

    change = f"/question-sets/{made.pk}/benchmark"
    page = flat(signed_in.post(change, {"benchmark": "gpqa"}, follow=True).content.decode())
    assert "The benchmark of mine is GPQA." in page and "is it the right benchmark?" in page
    page = flat(signed_in.post(change, {"benchmark": "x"}, follow=True).content.decode())
    assert "Choose one of the benchmarks" in page
    page = flat(signed_in.post(change, {"benchmark": ""}, follow=True).content.decode())
    assert "mine is of no benchmark" in page and "asked in the product" in page

    Run.objects.create(team=team, pool=pool, question_set=made, method="all-experts")
    page = flat(signed_in.post(change, {"benchmark": "aime"}, follow=True).content.decode())
    assert "Runs rest on its wording" in page and "Change the benchmark" not in page
    made.refresh_from_db()
    assert made.benchmark == ""

    others = QuestionSet.objects.create(team=Team.objects.create(name="Others"), name="theirs")
    assert signed_in.post(f"/question-sets/{others.pk}/benchmark").status_code == 404
