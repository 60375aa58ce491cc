"""One question of a run, read in the browser."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import MakeSet
from tests.pages.serving import serve
from webapp.accounts.models import Team
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Answer, Generation, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens", "empty_cache")]


def test_reading_an_answer(signed_in: Client, run: Run) -> None:
    serve(run)
    answers = list(Answer.objects.filter(run=run).order_by("pk"))
    address = f"{run.get_absolute_url()}/questions/{answers[1].pk}"
    page = signed_in.get(address).content.decode()
    for shown in (
        "recruiter reads no skills",
        "Seat 1",
        "Seat 2",
        "<summary>Thinking</summary>",
        r'<code class="tex">\boxed{14}</code>',
        '<code class="tex">x&lt;1</code>',
        "Runs on into another question",
        "I cannot say &lt;b&gt;it&lt;/b&gt;.",
        "after it was asked",
        'states <strong dir="auto">nothing</strong>',
        "Read as 14: a box.",
        "Read as nothing: no rule found an answer.",
        "The final answer is by the majority vote",
        "50.0 %",
    ):
        assert shown in page
    assert f"{run.get_absolute_url()}/questions/{answers[0].pk}" in page
    assert f"{run.get_absolute_url()}/questions/{answers[2].pk}" in page


def test_what_is_folded_is_fetched_when_it_is_opened(signed_in: Client, run: Run) -> None:
    serve(run)
    row = Generation.objects.filter(run=run, expert__name="tiny-01")[0]
    address = f"{run.get_absolute_url()}/questions/{row.answer_id}"
    page = signed_in.get(address).content.decode()
    assert "Digits first." not in page and "another?" not in page
    for part, shown in {
        "thinking": "<p>Digits first.</p>",
        "rest": '<pre dir="auto">Question: another?</pre>',
        "written": "Digits first.&lt;/think&gt;Then *all*:",
    }.items():
        output = f"{address}/outputs/{row.pk}/{part}"
        assert f'hx-get="{output}"' in page
        assert shown in signed_in.get(output).content.decode()
    assert signed_in.get(f"{address}/outputs/{row.pk}/all").status_code == 404
    other = Generation.objects.filter(run=run).exclude(answer=row.answer_id)[0]
    assert signed_in.get(f"{address}/outputs/{other.pk}/written").status_code == 404


def test_of_a_long_output_both_ends_are_shown(signed_in: Client, run: Run) -> None:
    serve(run)
    row = Generation.objects.filter(run=run, expert__name="tiny-02")[0]
    row.output = "first word " + "and so on " * 10_000 + "last word"
    row.save()
    address = f"{run.get_absolute_url()}/questions/{row.answer_id}"
    page = signed_in.get(address).content.decode()
    assert '<pre dir="auto">first word' in page and "last word</pre>" in page
    assert "It has 100,020 characters." in " ".join(page.split())
    assert page.count("and so on") < 2_100
    whole = signed_in.get(f"{address}/outputs/{row.pk}/written").content.decode()
    assert whole.count("and so on") == 10_000


def test_what_spoke_for_each_expert(signed_in: Client, run: Run) -> None:
    serve(run)
    first, second = Expert.objects.filter(name__startswith="tiny").order_by("name")
    answer = Answer.objects.filter(run=run).order_by("pk")[0]
    address = f"{run.get_absolute_url()}/questions/{answer.pk}"
    assert "Why these experts" not in signed_in.get(address).content.decode()
    answer.contributions = {
        str(first.pk): {"<i>skills</i>": 0.25, "strength": -1.5},
        str(second.pk): {"strength": 2.0},
    }
    answer.save()
    page = signed_in.get(address).content.decode()
    for shown in (
        "Why these experts",
        "&lt;i&gt;skills&lt;/i&gt;",
        "+25.0",
        "\N{MINUS SIGN}150.0",
        "+200.0",
    ):
        assert shown in page


def test_neighbours_keep_the_filter(signed_in: Client, run: Run) -> None:
    serve(run)
    pks = list(Answer.objects.filter(run=run).order_by("pk").values_list("pk", flat=True))
    Answer.objects.filter(pk__in=[pks[0], pks[3], pks[6]]).update(verdict="no answer")
    Answer.objects.exclude(pk__in=[pks[0], pks[3], pks[6]]).update(verdict="correct")
    address = f"{run.get_absolute_url()}/questions/{pks[3]}"
    context = signed_in.get(address, {"verdict": "no answer"}).context
    assert (context["previous"], context["next"]) == (pks[0], pks[6])


def test_a_seat_whose_generation_failed(signed_in: Client, run: Run) -> None:
    serve(run)
    row = Generation.objects.filter(run=run)[0]
    Generation.objects.filter(pk=row.pk).update(status="failed", problem="its engine died")
    page = signed_in.get(f"{run.get_absolute_url()}/questions/{row.answer_id}").content.decode()
    assert "its engine died" in page


def test_an_answer_belongs_to_its_run(
    signed_in: Client, team: Team, pool: Pool, question_set: MakeSet
) -> None:
    questions = question_set()
    first, second = (
        Run.objects.create(team=team, pool=pool, question_set=questions, method="all-experts")
        for _ in range(2)
    )
    answer = Answer.objects.create(run=first, question=questions.questions.all()[0])
    assert signed_in.get(reverse("answer", args=[first.pk, answer.pk])).status_code == 200
    assert signed_in.get(reverse("answer", args=[second.pk, answer.pk])).status_code == 404
