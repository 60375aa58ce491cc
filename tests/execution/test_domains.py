"""Recruiting by domains: in the product as in a replay of the same data, and not in older runs."""

import json
from pathlib import Path

import pytest

from moe_core.embedder import embed
from moe_core.ours import DOMAIN
from moe_core.replay.playing import recruited
from moe_core.replay.prepared import prepare
from moe_core.replay.recording import read_recording
from moe_core.replay.ways import WAYS
from tests.conftest import MakeSet, Messages
from tests.moe_core.replay.files import write
from tests.recorded.logs import Row, done, take
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_profile, submit_run
from webapp.experts.models import Pool
from webapp.pages.answer.chances import chances
from webapp.pages.answer.waterfalls import why
from webapp.questions.models import QuestionSet
from webapp.runs.models import Answer, Profile, Run

pytestmark = pytest.mark.django_db

K = 2
# Each is right in its domain, the third on every third question.
MODELS = ("org/even", "org/odd", "org/third")


def label(questions: QuestionSet) -> None:
    """Two domains that neither skills nor texts tell apart."""
    for question in questions.questions.all():
        question.category = "odd" if question.row % 2 else "even"
        question.save()


def told(questions: QuestionSet) -> list[Row]:
    return [
        {
            "question_id": question.key,
            "model": model,
            "output": f"So \\boxed{{{question.gold if right else 'nothing'}}}.",
        }
        for question in questions.questions.order_by("row")
        for model, right in zip(
            MODELS, (question.row % 2 == 0, question.row % 2, question.row % 3 == 0), strict=True
        )
    ]


def files(folder: Path, questions: QuestionSet) -> list[Path]:
    asked = [
        {"id": q.key, "question": q.text, "answer": q.gold, "category": q.category}
        for q in questions.questions.order_by("row")
    ]
    return [
        write(folder / f"{questions.kind}.jsonl", asked),
        write(folder / f"{questions.kind}-responses.jsonl", told(questions)),
    ]


def seats_of(run: Run) -> list[tuple[str, ...]]:
    return [
        tuple(answer.generations.order_by("number").values_list("expert__name", flat=True))
        for answer in run.answers.order_by("question__row")
    ]


@pytest.fixture
def sets(team: Team, question_set: MakeSet, nobody_listens: Messages) -> list[QuestionSet]:
    made = [question_set("validation", 40), question_set("test", 8)]
    for questions in made:
        label(questions)
        take(team, questions, told(questions))
    return made


def test_the_product_recruits_as_a_replay_does(
    team: Team, sets: list[QuestionSet], tmp_path: Path
) -> None:
    pool = Pool.objects.get()
    advance_run(submit_profile(team, None, pool, sets[0]).pk)

    def submitted(recruiter: str = "ours") -> Run:
        return submit_run(
            team, None, pool=pool, questions=sets[1], recruiter=recruiter, k=K, stopping="all"
        )

    run = done(submitted())
    older = submitted()
    Run.objects.filter(pk=older.pk).update(knows_domains=False)
    older = done(older)
    elsewhere = done(submitted("knn"))

    validation, test = (read_recording(*files(tmp_path, questions)) for questions in sets)
    prepared = prepare(validation, test, embed)
    for way, of in (("ours", run), ("ours-without-domains", older), ("knn", elsewhere)):
        assert seats_of(of) == list(recruited(WAYS[way], prepared, test, K, 0, False)), way
    first = [of[0] for of in seats_of(run)]
    assert first == ["org/odd" if n % 2 else "org/even" for n in range(1, 9)]
    assert all(DOMAIN not in str(answer.contributions) for answer in older.answers.all())
    assert all("estimate" in str(answer.contributions) for answer in elsewhere.answers.all())
    assert Profile.objects.get().fits.filter(domains=False, ready=True).exists()

    answer = Answer.objects.filter(run=run).order_by("question__row")[0]
    seats = list(answer.generations.order_by("number").values_list("expert", flat=True))
    shown = why(answer, seats, chances(answer, seats))
    assert shown is not None
    titles = {part.title: part.value or 0.0 for part in shown.seated[0].parts}
    assert titles["Domain: odd"] > 5
    assert json.dumps(answer.contributions).count(f'"{DOMAIN}"') == len(MODELS)
