"""A run with categories, lost points, hostile names and costs, and its baseline."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.conftest import Messages
from tests.execution.answers import answered
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Answer, Generation, Run, Visit, Worker

HOSTILE = 'x/<script src="evil.example">&_50%'


@pytest.fixture
def run(pool: Pool, test_set: QuestionSet, nobody_listens: Messages) -> Run:
    first = pool.experts.order_by("pk")[0]
    first.name = HOSTILE
    first.save()
    run = answering(pool, test_set, [["14", "14"], ["14", "3"], ["3", "3"]])
    visit = Visit.objects.create(
        worker=Worker.objects.create(host="here", pid=1), expert=first, tokens=60, busy_seconds=30
    )
    start = visit.started
    Visit.objects.filter(pk=visit.pk).update(
        loaded=start + timedelta(seconds=12), ended=start + timedelta(seconds=50), joules=3600
    )
    Generation.objects.filter(run=run, expert=first).update(
        visit=visit, tokens=20, prompt_tokens=5, finished=start + timedelta(seconds=49)
    )
    return run


@pytest.fixture
def baseline(run: Run, pool: Pool, test_set: QuestionSet) -> Run:
    made = answering(pool, test_set, [["3", "3"], ["14", "14"], ["3", "3"]], seed=7)
    Run.objects.filter(pk=made.pk).update(baseline=True)
    return made


def answering(pool: Pool, questions: QuestionSet, stated: list[list[str]], seed: int = 0) -> Run:
    """Three questions are graded: of algebra the first two."""
    run = submit_run(
        pool.team, None, pool=pool, questions=questions, method="all-experts", seed=seed
    )
    run.generations.all().delete()
    for place, texts in enumerate(stated):
        verdict = "correct" if texts[0] == "14" else "incorrect"
        answered(run, texts, verdict, place)
    rows = list(Answer.objects.filter(run=run).order_by("pk")[:3])
    for row, category in zip(rows, ["algebra", "algebra", "law & order"], strict=True):
        row.category = row.question.category = category
        row.save()
        row.question.save()
    right = sum(texts[0] == "14" for texts in stated)
    Run.objects.filter(pk=run.pk).update(
        status="done", ended=timezone.now(), graded=3, correct=right, finished=3
    )
    return Run.objects.select_related("question_set", "pool").get(pk=run.pk)
