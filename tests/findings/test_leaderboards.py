"""Who does how well on a set: runs and single experts, with ties."""

import pytest

from tests.conftest import MakeSet, Messages
from tests.findings.working import work
from tests.pages.comparison.conftest import RIGHT, WRONG, judged
from tests.recorded.logs import MODELS, done, rows, take
from webapp.accounts.models import Team, User
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.findings import asking
from webapp.findings.sets.leaderboards import Entry, ask, shown
from webapp.keeping.archiving import archive
from webapp.keeping.baselines import set_baseline
from webapp.questions.models import QuestionSet
from webapp.runs.models import Finding, Run

pytestmark = pytest.mark.django_db
SIZE = 40


@pytest.fixture
def questions(question_set: MakeSet, nobody_listens: Messages) -> QuestionSet:
    return question_set(size=SIZE)


def ran(pool: Pool, questions: QuestionSet, right: int, **settings: object) -> Run:
    told = {"method": "all-experts", **settings}
    run = submit_run(pool.team, None, pool=pool, questions=questions, **told)  # type: ignore[arg-type]
    judged(run, [RIGHT] * right + [WRONG] * (SIZE - right))
    run.graded = SIZE
    run.save()
    return run


def board_of(questions: QuestionSet) -> list[Entry]:
    ask(questions)
    work(Finding.Name.LEADERBOARD)
    board = ask(questions)
    assert board.ready and not board.problem, board.problem
    return shown(board)


def test_runs_share_places_where_they_cannot_be_told_apart(
    team: Team, user: User, pool: Pool, questions: QuestionSet
) -> None:
    small = Pool.objects.create(team=team, name="Smaller")
    small.experts.set(pool.experts.all()[:1])
    best, near = ran(pool, questions, 36), ran(small, questions, 35)
    far = ran(pool, questions, 12, left_out=[pool.experts.all()[0].pk])
    set_baseline(far, user)
    entries = board_of(questions)
    assert [entry.run for entry in entries] == [best, near, far]
    assert [str(entry.rank) for entry in entries] == ["1\N{EN DASH}2", "1\N{EN DASH}2", "3"]
    assert [entry.share.right for entry in entries] == [36, 35, 12]
    assert [entry.row["difference"] for entry in entries] == [60, 57.5, None]
    assert entries[0].row["better"] == "second"
    assert [entry.name for entry in entries] == [
        "with tiny-01, tiny-02", "with tiny-01", "with tiny-02",
    ]  # fmt: skip


def test_of_runs_that_were_started_alike_the_newest_counts(
    user: User, pool: Pool, questions: QuestionSet
) -> None:
    first, second = ran(pool, questions, 38), ran(pool, questions, 20, seed=4)
    (entry,) = board_of(questions)
    assert (entry.run, entry.row["runs"]) == (second, 2), "the best of many would be so by luck"
    set_baseline(first, user)
    (entry,) = board_of(questions)
    assert entry.run == first


def test_it_is_made_once_and_again_when_something_moves(
    team: Team, user: User, pool: Pool, questions: QuestionSet, nobody_listens: Messages
) -> None:
    run = ran(pool, questions, 30)
    board = ask(questions)
    assert not board.ready
    work(Finding.Name.LEADERBOARD)
    assert ask(questions).ready and nobody_listens.count((asking.TASK, board.pk)) == 1
    archive(run, user)
    assert not ask(questions).ready
    work(Finding.Name.LEADERBOARD)
    assert shown(ask(questions)) == []
    assert asking.waiting() == []


def test_experts_who_have_answered_all_of_it(
    team: Team, question_set: MakeSet, nobody_listens: Messages
) -> None:
    """What is recorded is read where no run has played it, and a run's grading comes first."""
    questions = question_set()
    given = rows(questions)
    take(team, questions, given)
    entries = board_of(questions)
    assert {entry.name for entry in entries} == set(MODELS) and entries[0].name == MODELS[0]
    assert [entry.share.right for entry in entries] == [8, 0, 0]
    pool = Pool.objects.get(name="Logs")
    run = done(
        submit_run(team, None, pool=pool, questions=questions, method="all-experts", left_out=[])
    )
    entries = board_of(questions)
    assert {entry.run for entry in entries} == {run, None}
    assert len(entries) == 4
    silent = Expert.objects.get(source="org/silent")
    silent.recorded.filter(question=questions.questions.all()[0]).delete()
    silent.generations.all().delete()
    run.event_seq += 1
    run.save()
    assert "org/silent" not in [entry.name for entry in board_of(questions)], "it lacks one of 8"


def test_runs_by_older_golds_are_left_out(pool: Pool, questions: QuestionSet) -> None:
    run = ran(pool, questions, 30)
    QuestionSet.objects.filter(pk=questions.pk).update(version=2)
    questions.refresh_from_db()
    assert board_of(questions) == []
    assert ask(questions).found["outdated"] == [run.pk]
