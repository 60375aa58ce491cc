"""Runs that ask no more seats than their answers need, without a GPU."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from moe_core.embedder import embed
from moe_core.replay.playing import polled, recruited, voted
from moe_core.replay.prepared import prepare
from moe_core.replay.recording import read_recording
from moe_core.replay.ways import WAYS
from moe_core.stopping import STOPPING_RULES
from tests.conftest import MakeSet, Messages
from tests.moe_core.replay.files import write
from tests.recorded.logs import Row, done, take
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.errors import RunRefused
from webapp.execution.grading.regrade import regrade
from webapp.execution.resuming.continuing import ContinuingRefused, continue_run
from webapp.execution.start import submit_profile, submit_run
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Answer, Generation, RecordedResponse, Run

pytestmark = pytest.mark.django_db

# How many of five questions each gets right; wrong answers are all alike for two of them.
MODELS = {"org/a": 5, "org/b": 4, "org/c": 3, "org/d": 3, "org/e": 1}
SILENT = "I do not know"


def told(questions: QuestionSet) -> list[Row]:
    rows: list[Row] = []
    for question in questions.questions.order_by("row"):
        for place, (model, right) in enumerate(MODELS.items()):
            turn = (question.row * (place + 2) + question.row // 3) % 5
            said = question.gold if turn < right else f"{10_000 + place % 2}"
            output = SILENT if turn == 4 and place % 2 else f"So \\boxed{{{said}}}."
            rows.append({"question_id": question.key, "model": model, "output": output})
    return rows


def files(folder: Path, questions: QuestionSet) -> list[Path]:
    asked = [
        {"id": q.key, "question": q.text, "answer": q.gold, "category": q.category}
        for q in questions.questions.order_by("row")
    ]
    return [
        write(folder / f"{questions.kind}.jsonl", asked),
        write(folder / f"{questions.kind}-responses.jsonl", told(questions)),
    ]


@pytest.fixture
def sets(team: Team, question_set: MakeSet, nobody_listens: Messages) -> list[QuestionSet]:
    made = [question_set("validation", 20), question_set("test", 10)]
    for questions in made:
        take(team, questions, told(questions))
    return made


@pytest.fixture
def pool(sets: Sequence[QuestionSet]) -> Pool:
    """A profiled pool of five."""
    made = Pool.objects.get()
    advance_run(submit_profile(made.team, None, made, sets[0]).pk)
    return made


def start(pool: Pool, questions: QuestionSet, **chosen: Any) -> Run:
    settings: dict[str, Any] = {"recruiter": "task-top-k", "writer": "majority", "k": 3} | chosen
    return done(submit_run(pool.team, None, pool=pool, questions=questions, **settings))


def answers_of(run: Run) -> list[str | None]:
    return list(run.answers.order_by("question__row").values_list("text", flat=True))


def asked_of(run: Run) -> list[tuple[str, ...]]:
    return [
        tuple(answer.generations.order_by("number").values_list("expert__name", flat=True))
        for answer in run.answers.order_by("question__row")
    ]


def test_the_product_asks_and_answers_as_a_replay_does(
    pool: Pool, sets: list[QuestionSet], tmp_path: Path
) -> None:
    validation, test = (read_recording(*files(tmp_path, questions)) for questions in sets)
    prepared = prepare(validation, test, embed)
    for name, writer, asks in (
        ("ours", "calibrated", "lossless"),
        ("ours-weighted", "weighted", "lossless"),
        ("ours-weighted", "weighted", "two-ahead"),
    ):
        way = WAYS[name]
        run = start(pool, sets[1], recruiter="ours", writer=writer, k=5, stopping=asks)
        seats = recruited(way, prepared, test, 5, 0, False)
        teams = [team for _, team in polled(way, prepared, test, seats, STOPPING_RULES[asks])]
        assert asked_of(run) == teams, name
        assert run.unasked == sum(5 - len(team) for team in teams) > 0
        if asks == "lossless":
            assert answers_of(run) == voted(way, prepared, test, seats), name


def test_the_answers_are_those_of_all_seats(pool: Pool, sets: list[QuestionSet]) -> None:
    for method, chosen in (
        ("skill-moe", {"k": 4}),
        ("all-experts", {"recruiter": ""}),
    ):
        whole = start(pool, sets[1], method=method, stopping="all", **chosen)
        run = start(pool, sets[1], method=method, stopping="lossless", **chosen)
        assert answers_of(run) == answers_of(whole)
        assert (run.correct, run.graded) == (whole.correct, whole.graded)
        assert (whole.unasked, whole.order) == (0, []) and run.unasked > 0
        asked = [row.asked for row in run.progress.all() if row.asked == row.done + row.failed]
        assert sum(asked) + run.unasked == Generation.objects.filter(run=whole).count()
        for answer in run.answers.all():
            left = {seat for seat, _ in answer.unasked}
            there = set(answer.generations.values_list("number", flat=True))
            assert left | there == set(range(run.seats or 0)) and not left & there
            assert answer.stances <= len(there)


def test_it_is_off_where_it_would_change_something(pool: Pool, sets: list[QuestionSet]) -> None:
    def asks(**chosen: Any) -> str:
        settings: dict[str, Any] = {"recruiter": "task-top-k", "writer": "majority"} | chosen
        return submit_run(pool.team, None, pool=pool, questions=sets[1], **settings).stopping

    assert asks() == "lossless"
    assert asks(recruiter="paper") == "all"
    assert asks(method="all-experts", recruiter="") == "all"
    assert asks(k=1) == "all"
    for chosen, said in (
        ({"recruiter": "paper"}, "kept as published"),
        ({"stopping": "soon"}, "choose one of"),
        ({"stopping": "two-ahead", "k": 6}, "at least 2 seats, and at most 5"),
    ):
        with pytest.raises(RunRefused, match=said):
            asks(**({"stopping": "lossless"} | chosen))


def test_a_seat_that_could_change_the_answer_now_is_asked_when_the_run_goes_on(
    pool: Pool, sets: list[QuestionSet]
) -> None:
    """Grading again reads another answer in what the second one wrote."""
    run = start(pool, sets[1])
    with pytest.raises(ContinuingRefused, match="come to its end"):
        continue_run(run)
    answer = next(a for a in run.answers.order_by("pk") if a.unasked and a.verdict == "correct")
    was = Answer.objects.filter(run=run).exclude(pk=answer.pk)
    before = list(was.order_by("pk").values_list("text", "unasked", "outcome"))
    ((seat, expert),) = answer.unasked
    second = answer.generations.order_by("number").last()
    assert second is not None
    Generation.objects.filter(pk=second.pk).update(output="So \\boxed{77}.")
    RecordedResponse.objects.filter(question=answer.question, expert=expert).update(
        output="So \\boxed{77}."
    )

    told = regrade(run.pk)
    assert told["seats_due"] == 1
    answer.refresh_from_db()
    assert answer.seats_due and answer.verdict == "correct"  # of a tie that of the earlier seat
    run.refresh_from_db()
    unasked = run.unasked
    assert continue_run(run) == 1
    run = done(run)
    answer.refresh_from_db()
    assert (answer.text, answer.verdict, answer.unasked) == ("77", "incorrect", [])
    assert answer.generations.filter(number=seat).exists()
    assert not answer.seats_due and run.unasked == unasked - 1
    assert list(was.order_by("pk").values_list("text", "unasked", "outcome")) == before
    assert run.finished == run.questions
