"""Pages of gold answers: correcting with the effect before, versions, undoing, grading again."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.conftest import MakeSet
from tests.findings.working import work
from tests.recorded.logs import done, let_two_agree
from webapp.accounts.models import Role, Team, User
from webapp.execution.golds import again
from webapp.execution.grading.regrade import regrade
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.findings.sets import suspects
from webapp.questions.golds import Correction, Gold, correct, find_right
from webapp.questions.lines import lines
from webapp.questions.models import GoldCorrection, Question, QuestionSet
from webapp.questions.taking import take_questions
from webapp.runs.models import Finding, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(team: Team, recorded_pool: Pool, test_set: QuestionSet) -> Run:
    let_two_agree(test_set)
    return done(
        submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts")
    )


@pytest.fixture
def question(test_set: QuestionSet) -> Question:
    return test_set.questions.all()[0]


def gold_page(question: Question) -> str:
    return reverse("question-set-question-gold", args=[question.question_set_id, question.pk])


def test_a_gold_answer_is_corrected_with_its_effect_before(
    signed_in: Client, run: Run, question: Question, user: User
) -> None:
    shown = signed_in.get(question.get_absolute_url()).content.decode()
    assert gold_page(question) in shown
    page = signed_in.get(gold_page(question))
    assert {one.answer for one in page.context["said"]} >= {question.gold}
    page = signed_in.get(gold_page(question), {"show": "effect", "gold": "no answer at all"})
    text = page.content.decode()
    assert "In 1 run: responses" in text and "wrong from then on" in text
    seen = page.context["seen"]
    given = {"gold": "41", "alternatives": "41.0\n", "seen": seen}
    page = signed_in.post(gold_page(question), given)
    assert page.status_code == 422 and not GoldCorrection.objects.exists(), "why is missing"
    page = signed_in.post(gold_page(question), {**given, "reason": "Counted again.", "review": "7"})
    assert page["Location"] == reverse("question-set-golds", args=[question.question_set_id])
    row = GoldCorrection.objects.get()
    assert (row.gold, row.alternatives, row.reason, row.review) == (
        "41", ["41.0"], "Counted again.", 7
    )  # fmt: skip
    assert row.version.person == user
    stale = signed_in.post(gold_page(question), {**given, "gold": "42", "reason": "Mine."})
    assert stale.status_code == 422
    assert "somebody has corrected its gold answer meanwhile" in stale.content.decode()
    versions = signed_in.get(page["Location"]).content.decode()
    assert "Counted again." in versions and "41 or" in " ".join(versions.split())
    assert "Grade it again" in " ".join(versions.split())
    question.refresh_from_db()
    assert "corrected in version 2" in " ".join(
        signed_in.get(question.get_absolute_url()).content.decode().split()
    )


def test_an_address_may_propose_a_gold_answer(
    signed_in: Client, run: Run, question: Question
) -> None:
    page = signed_in.get(gold_page(question), {"gold": "41", "reason": "3 of 3 say so."})
    assert page.context["gold"] == Gold("41") and "3 of 3 say so." in page.content.decode()
    none = signed_in.get(gold_page(question), {"show": "effect"})
    assert none.context["gold"] == Gold() and "graded no more" in none.content.decode()


def test_a_letter_is_chosen_where_there_are_options(signed_in: Client, question: Question) -> None:
    question.options, question.gold = ["one", "two"], "A"
    question.save()
    page = signed_in.get(gold_page(question), {"gold": "C"})
    assert page.status_code == 422
    page = signed_in.get(gold_page(question), {"gold": "A", "alternatives": "x"})
    assert page.status_code == 422 and "one of A to B" in page.content.decode()
    assert signed_in.get(gold_page(question), {"gold": "B"}).context["gold"] == Gold("B")


def test_versions_are_undone_and_runs_graded_again(
    signed_in: Client, run: Run, question: Question, test_set: QuestionSet
) -> None:
    correct(test_set, [Correction(question.pk, Gold("41"), "So.")], None)
    run_page = signed_in.get(run.get_absolute_url()).content.decode()
    assert "version 1 of 2" in " ".join(run_page.split())
    assert "gold version 1 of 2" in signed_in.get(reverse("runs")).content.decode()
    signed_in.post(reverse("question-set-regrade", args=[test_set.pk]))
    run.refresh_from_db()
    assert run.regrade_due
    again.begin_due()
    regrade(run.pk)
    run_page = " ".join(signed_in.get(run.get_absolute_url()).content.decode().split())
    assert "Accuracy by version of the gold answers" in run_page
    assert "100.0 %" in run_page and "87.5 %" in run_page and "12.5 points" in run_page
    told = signed_in.post(reverse("question-set-regrade", args=[test_set.pk]), follow=True)
    assert "graded by version 2 already" in told.content.decode()
    undo = reverse("question-set-gold-undo", args=[test_set.pk, 2])
    assert "Version 2 is undone" in signed_in.post(undo, follow=True).content.decode()
    assert "undone already" in signed_in.post(undo, follow=True).content.decode()
    question.refresh_from_db()
    assert (question.gold, question.gold_version) != ("41", 2)


def test_a_running_run_is_graded_again_when_it_has_ended(
    signed_in: Client, team: Team, recorded_pool: Pool, test_set: QuestionSet, question: Question
) -> None:
    run = submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts")
    correct(test_set, [Correction(question.pk, Gold("41"), "So.")], None)
    assert "when it has ended" in signed_in.get(run.get_absolute_url()).content.decode()
    signed_in.post(reverse("run-regrade", args=[run.pk]))
    run.refresh_from_db()
    assert run.regrade_due and not run.regrading


def test_pages_show_the_gold_answers_that_a_run_is_graded_by(
    signed_in: Client, run: Run, question: Question, test_set: QuestionSet
) -> None:
    answer = run.answers.get(question=question)
    addresses = [reverse("answers", args=[run.pk]), reverse("answer", args=[run.pk, answer.pk])]
    assert gold_page(question) in signed_in.get(addresses[1]).content.decode()
    correct(test_set, [Correction(question.pk, Gold("4711"), "So.")], None)
    for address in addresses:
        assert "4711" not in signed_in.get(address).content.decode()
    assert "corrected since" in signed_in.get(addresses[1]).content.decode()
    regrade(run.pk)
    for address in addresses:
        assert "4711" in signed_in.get(address).content.decode()


def test_runs_of_different_versions_are_compared_with_a_warning(
    signed_in: Client, team: Team, run: Run, question: Question, recorded_pool: Pool
) -> None:
    test_set = question.question_set
    correct(test_set, [Correction(question.pk, Gold("41"), "So.")], None)
    new = submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts")
    address = reverse("run-compare") + f"?a={run.pk}&b={done(new).pk}"
    assert "graded by different gold answers" in signed_in.get(address).content.decode()
    regrade(run.pk)
    assert "graded by different gold answers" not in signed_in.get(address).content.decode()


def test_a_set_is_exported_with_its_golds_and_can_be_uploaded_again(
    signed_in: Client, team: Team, question_set: MakeSet
) -> None:
    made = question_set("test", 3)
    first, second, third = made.questions.all()
    golds = [Correction(first.pk, Gold("7", ("seven",)), "So."), Correction(second.pk, Gold(), "?")]
    third.options, third.gold = ["one", "two"], "B"
    third.save()
    correct(made, golds, None)
    address = reverse("question-set-lines", args=[made.pk])
    response = signed_in.get(address)
    assert "test-3-v2.jsonl" in response["Content-Disposition"]
    text = "".join(lines(made, 2))
    rows = [json.loads(line) for line in text.splitlines()]
    assert [row["answer"] for row in rows] == [["7", "seven"], "", "B"]
    before = json.loads(next(lines(made, 1)).splitlines()[0])
    assert before["answer"] == first.gold
    taken = take_questions(
        team,
        None,
        SimpleUploadedFile("again.jsonl", text.encode()),
        "again.jsonl",
        name="Again",
        kind="test",
        mapping={"several": "any"},
    )
    kept = ("key", "text", "options", "gold", "alternatives", "category")
    assert list(taken.question_set.questions.values_list(*kept)) == list(
        made.questions.values_list(*kept)
    )


def test_suspects_are_found_and_looked_at(
    signed_in: Client, run: Run, question: Question, test_set: QuestionSet, team: Team
) -> None:
    right = question.gold
    correct(test_set, [Correction(question.pk, Gold("4711"), "A slip.")], None)
    address = reverse("question-set-suspects", args=[test_set.pk])
    part = reverse("question-set-suspects-found", args=[test_set.pk])
    assert "Reading what experts answered" in signed_in.get(address).content.decode()
    assert signed_in.get(part).status_code == 204
    work(Finding.Name.SUSPECTS)
    page = signed_in.get(address)
    assert not page.context["suspects"], "its responses are graded by the version before"
    regrade(run.pk)
    assert signed_in.get(part).status_code == 204, "the run has moved"
    work(Finding.Name.SUSPECTS)
    (suspect,) = signed_in.get(part).context["suspects"]
    assert suspect.question == question and suspect.row["answer"] == right
    assert suspect.row["with_gold"] == 0 and "nobody gives the gold answer" in suspect.words
    assert (suspect.share_right, suspect.row["plurality"], suspect.row["most"]) == (0, right, 2)
    page = signed_in.get(f"{gold_page(question)}?{suspect.query}")
    assert page.context["gold"] == Gold(right)
    stands = reverse("question-set-question-stands", args=[test_set.pk, question.pk])
    signed_in.post(stands)
    page = signed_in.get(address)
    assert not page.context["suspects"] and len(page.context["checked"]) == 1
    signed_in.post(stands, {"again": "1"})
    assert len(signed_in.get(address).context["suspects"]) == 1
    find_right(question, None)
    correct(test_set, [Correction(question.pk, Gold("4712"), "Another slip.")], None)
    regrade(run.pk)
    signed_in.get(address)
    work(Finding.Name.SUSPECTS)
    assert len(signed_in.get(address).context["suspects"]) == 1, "it was found right before that"


def test_who_may_only_see_corrects_nothing(
    client: Client, team: Team, run: Run, question: Question
) -> None:
    client.force_login(User.objects.create_user("viewer", team=team, role=Role.VIEWER))
    assert client.get(gold_page(question)).status_code == 403
    text = client.get(question.get_absolute_url()).content.decode()
    assert gold_page(question) not in text


def test_questions_in_doubt_are_ranked_and_lead_into_review(
    signed_in: Client, run: Run, test_set: QuestionSet
) -> None:
    first, second = test_set.questions.order_by("row")[:2]
    golds = [Correction(one.pk, Gold("4711"), "A slip.") for one in (first, second)]
    correct(test_set, golds, None)
    regrade(run.pk)
    suspects.ask(test_set)
    work(Finding.Name.SUSPECTS)
    address = reverse("question-set-suspects", args=[test_set.pk])
    page = signed_in.get(address)
    assert [head.sorted for head in page.context["heads"]][-1] == "descending"
    for sort, rows in (("number", [1, 2]), ("-number", [2, 1]), ("nonsense", [1, 2])):
        found = signed_in.get(address, {"sort": sort, "doubt": "failed"}).context["suspects"]
        assert [one.question.row for one in found] == rows, sort
    failed = signed_in.get(address, {"doubt": "failed"})
    text = " ".join(failed.content.decode().split())
    assert (
        "2 (25.0 %) were answered by two experts or more, none of whom gives the gold answer."
        in text
    )
    for doubt in ("suspected", "failed"):
        given = {"doubt": doubt}
        rows = signed_in.get(reverse("answers", args=[run.pk]), given).context["page"].rows
        assert [row.question.row for row in rows] == [1, 2]
        review = signed_in.get(reverse("run-review", args=[run.pk]), given)
        assert f"/questions/{rows[0].pk}?" in review["Location"]
        queue = signed_in.get(reverse("queue-new"), {"run": str(run.pk), **given})
        assert queue.context["form"].initial["what"] == "filtered"
    Finding.objects.update(found={"rows": [{"question": first.pk}]})
    assert signed_in.get(address).status_code == 200, "as it was kept before"
