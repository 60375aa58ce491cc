"""Families of a profile: counted by the worker, kept while its run stands still."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from moe_core import domains
from tests.conftest import MakeSet, Messages
from tests.findings.working import work
from tests.pages.profiles.made import RIGHT, WRONG, built
from webapp.experts.models import Pool
from webapp.findings import asking, families, tasks
from webapp.questions.models import Question, QuestionVector
from webapp.runs.models import Finding, Profile, Run

pytestmark = pytest.mark.django_db
N = 12
# The first expert knows chemistry, the second law; "proofs" is needed in both, more often in law.
CHEMISTRY = [(["bonds", "proofs"], RIGHT, WRONG)] * 2 + [(["bonds"], RIGHT, WRONG)] * 6
LAW = [(["torts", "proofs"], WRONG, RIGHT)] * 4


@pytest.fixture
def profile(pool: Pool, question_set: MakeSet, nobody_listens: Messages) -> Profile:
    question_set("validation", N)
    return built(pool, question_set, [*CHEMISTRY, *LAW])


@pytest.fixture
def labelled(profile: Profile) -> Profile:
    for place, question in enumerate(profile.question_set.questions.order_by("row")):
        question.category = "chemistry" if place < len(CHEMISTRY) else "law"
        question.save()
    return profile


def found_of(profile: Profile) -> families.Found:
    families.ask(profile)
    work(Finding.Name.FAMILIES)
    kept = Finding.objects.get(profile=profile, name=Finding.Name.FAMILIES)
    assert kept.ready and not kept.problem, kept.problem
    found: families.Found = kept.found
    return found


def test_families_are_categories_and_pool_their_questions(labelled: Profile) -> None:
    first, second = labelled.pool.experts.order_by("name")
    found = found_of(labelled)
    assert found["labelled"] and [group["name"] for group in found["families"]] == [
        "chemistry",
        "law",
    ]
    chemistry, law = found["families"]
    assert chemistry["cells"] == {str(first.pk): [8, 8], str(second.pk): [0, 8]}
    assert (chemistry["leaders"], chemistry["tied"]) == ([first.pk], []), "eight to none tells"
    assert (law["leaders"], law["tied"]) == ([second.pk], [first.pk]), "four to none does not"
    assert found["whole"]["cells"][str(first.pk)] == [8, 12]
    assert found["skills"]["proofs"] == {
        "family": "law", "questions": 6, "leaders": [second.pk], "tied": [first.pk],
    }  # fmt: skip
    assert found["skills"]["bonds"]["family"] == "chemistry"
    members = Finding.objects.get().details
    answers = labelled.runs.get().answers.filter(question__category="law")
    assert sorted(members["law"]) == sorted(answers.values_list("pk", flat=True))


def test_what_has_no_gold_answer_or_failed_tells_nothing(labelled: Profile) -> None:
    first, second = labelled.pool.experts.order_by("name")
    rows = labelled.runs.get().generations.filter(expert=first).order_by("pk")
    rows.filter(pk=rows[0].pk).update(verdict="ungraded")
    rows.filter(pk=rows[1].pk).update(status="failed", verdict="")
    chemistry = found_of(labelled)["families"][0]
    assert chemistry["questions"] == 8
    assert chemistry["cells"] == {str(first.pk): [6, 6], str(second.pk): [0, 8]}


def test_without_categories_texts_make_families_once_they_are_embedded(
    profile: Profile, monkeypatch: pytest.MonkeyPatch, nobody_listens: Messages
) -> None:
    Question.objects.update(category="")
    monkeypatch.setattr(domains, "OF_EACH", 4)
    found = found_of(profile)
    assert not found["grouped"] and not found["families"] and found["skills"]["bonds"]["leaders"]
    for place, question in enumerate(profile.question_set.questions.order_by("row")):
        vector = np.eye(4, dtype=np.float32)[0 if place < len(CHEMISTRY) else 1]
        QuestionVector.objects.create(
            question=question,
            embedder=profile.pool.embedder,
            vector=vector.tobytes(),
        )
    nobody_listens.clear()
    found = found_of(profile)
    assert nobody_listens == [(asking.TASK, Finding.objects.get().pk)]
    assert found["grouped"] and not found["labelled"]
    assert [(group["name"], group["questions"]) for group in found["families"]] == [
        ("bonds and proofs", 8),
        ("torts and proofs", 4),
    ]


def test_one_family_of_all_is_none(profile: Profile) -> None:
    Question.objects.update(category="everything")
    for question in profile.question_set.questions.all():
        vector = np.eye(4, dtype=np.float32)[0].tobytes()
        QuestionVector.objects.create(
            question=question, embedder=profile.pool.embedder, vector=vector
        )
    found = found_of(profile)
    assert found["grouped"] and not found["families"]
    assert found["skills"]["torts"]["family"] == ""


def test_what_is_found_holds_until_its_run_moves(
    labelled: Profile, nobody_listens: Messages
) -> None:
    found_of(labelled)
    nobody_listens.clear()
    kept = families.ask(labelled)
    assert kept and kept.ready and not nobody_listens
    Run.objects.filter(profile=labelled).update(event_seq=77)
    kept = families.ask(labelled)
    assert kept and not kept.ready and nobody_listens == [(asking.TASK, kept.pk)]


def test_the_beat_asks_for_those_that_nobody_opened(
    labelled: Profile, nobody_listens: Messages
) -> None:
    def asked() -> bool:
        nobody_listens.clear()
        tasks.find_all()
        kept = Finding.objects.get(name=Finding.Name.FAMILIES)
        assert kept.profile == labelled
        return (asking.TASK, kept.pk) in nobody_listens

    assert asked()
    assert not asked(), "its message may still come"
    late = timezone.now() - asking.LATE - timedelta(seconds=1)
    Finding.objects.update(asked=late)
    assert asked()
    tasks.find(Finding.objects.get(name=Finding.Name.FAMILIES).pk)
    assert Finding.objects.get(name=Finding.Name.FAMILIES).ready


def test_a_profile_that_is_not_ready_has_none(labelled: Profile) -> None:
    labelled.ready = False
    assert families.ask(labelled) is None
    labelled.ready = True
    Run.objects.filter(profile=labelled).update(profile=None)
    assert families.ask(labelled) is None


def test_what_goes_wrong_is_said(labelled: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    families.ask(labelled)
    monkeypatch.setattr(families, "lead", None)
    work(Finding.Name.FAMILIES)
    kept = families.ask(labelled)
    assert kept and kept.ready and "It could not be found: TypeError" in kept.problem
