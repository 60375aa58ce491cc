"""Answers that no algebra ends with: they stop no run, and no run of anybody else."""

import os
import signal
import threading
import time

import psutil
import pytest
from django.db import connection

from moe_core.grading import by_rules
from tests.conftest import MakeSet, Messages
from tests.execution.test_same_answers import outcomes
from tests.hostile import KILLED, REFUSED
from tests.recorded.logs import done, take
from webapp.accounts.models import Team
from webapp.execution import turns
from webapp.execution.advance import advance_run
from webapp.execution.grading.regrade import regrade
from webapp.execution.start import submit_run
from webapp.execution.tasks import advance, advance_all, go_on
from webapp.grading import comparing
from webapp.grading.comparer import comparer
from webapp.questions.models import QuestionSet
from webapp.runs.models import Generation, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture(autouse=True)
def anew() -> None:
    comparing.forget()
    turns._sent.clear()


def submitted(team: Team, questions: QuestionSet, stated: list[str], name: str = "Logs") -> Run:
    """A recorded run whose questions are answered so, each text by an expert of its own."""
    given = [
        {"question_id": question.key, "model": f"{name}/{place}", "output": rf"\boxed{{{text}}}"}
        for question in questions.questions.all()
        for place, text in enumerate(stated)
    ]
    pool = take(team, questions, given, pool=name).pool
    return submit_run(team, None, pool=pool, questions=questions, method="all-experts")


def test_what_is_refused_as_response_costs_nothing(team: Team, question_set: MakeSet) -> None:
    refused = [text for text in REFUSED if by_rules("14", text) is None]
    assert len(refused) >= len(REFUSED) - 1  # brackets around 1 are told by a rule
    run = submitted(team, question_set("test", 3), refused)
    began = time.monotonic()
    done(run)
    assert time.monotonic() - began < 20
    verdicts = set(Generation.objects.filter(run=run).values_list("verdict", flat=True))
    assert verdicts == {"too costly"}
    assert outcomes(run) == {(refused[0], "too costly", "too costly", len(refused), "costly")}
    run.refresh_from_db()
    assert (run.graded, run.correct) == (3, 0), "it counts as not correct"


def test_what_is_refused_as_gold_costs_nothing(team: Team, question_set: MakeSet) -> None:
    questions = question_set("test", 3)
    first, second, third = questions.questions.order_by("pk")
    for question, gold in zip((first, second, third), REFUSED, strict=False):
        question.gold = gold
        question.save()
    run = done(submitted(team, questions, ["14", REFUSED[0], REFUSED[0]]))
    assert dict(run.answers.values_list("question__key", "verdict")) == {
        first.key: "correct",  # spelled as the gold answer is
        second.key: "too costly",
        third.key: "too costly",
    }


@pytest.mark.slow
def test_what_is_ended_is_marked_and_tried_again_by_people_alone(
    team: Team, question_set: MakeSet
) -> None:
    run = done(submitted(team, question_set("test", 1), ["x+1", KILLED[0], KILLED[0]]))
    assert outcomes(run) == {(KILLED[0], "too costly", "too costly", 2, "costly")}
    rows = Generation.objects.filter(run=run).order_by("number")
    assert [row.verdict for row in rows] == ["incorrect", "too costly", "too costly"]
    began = time.process_time()
    advance_run(run.pk)
    assert time.process_time() - began < 1
    # As if algebra had become better: what is easy now is compared.
    rows.filter(verdict="too costly").update(output=r"So \boxed{7+x}.")
    told = regrade(run.pk)
    assert (told["stated"], told["verdicts"]) == (2, 2)
    assert outcomes(run) == {("7+x", "incorrect", "none right", 2, "done")}


@pytest.mark.slow
def test_another_run_ends_meanwhile(
    team: Team, question_set: MakeSet, nobody_listens: Messages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is one process: it takes a run's turns as messages come, one after the other."""
    monkeypatch.setattr("webapp.execution.turns.SECONDS", 1.0)
    poison = [text.replace("99999999", str(99999000 + n)) for n in range(4) for text in KILLED[:2]]
    slow = submitted(team, question_set("test", 4), poison, name="Poison")
    other = submitted(team, question_set("validation", 4), ["1/2", "0.5"], name="Other")
    began = time.monotonic()
    advance(slow.pk)
    messages = [message for message in nobody_listens if message[0] == turns.TASK]
    assert messages == [(turns.TASK, slow.pk)], "it sends itself one message, and lets others go on"
    advance(slow.pk)  # what else says "look" meanwhile is no turn
    advance(other.pk)
    for _ in range(10):  # on a busy machine it takes some turns, too
        go_on(other.pk)
    other.refresh_from_db()
    assert other.status == Run.Status.DONE
    assert time.monotonic() - began < 180
    slow.refresh_from_db()
    assert slow.status == Run.Status.RUNNING
    graded = slow.generations.exclude(verdict="").count()
    go_on(slow.pk)
    assert slow.generations.exclude(verdict="").count() > graded
    advance_all()  # nor is a message needed
    assert slow.generations.exclude(verdict="").count() > graded + 1


@pytest.mark.slow
def test_a_run_that_is_graded_again_lets_others_go_on(
    team: Team, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.execution.turns.SECONDS", 0.5)
    slow = done(submitted(team, question_set("test", 1), KILLED[:2], name="Poison"))
    other = submitted(team, question_set("validation", 2), ["7"], name="Other")
    regrade(slow.pk, turns.Meanwhile())
    other.refresh_from_db()
    assert other.status == Run.Status.DONE


def test_whoever_is_killed_in_mid_work_the_run_goes_on(team: Team, question_set: MakeSet) -> None:
    run = submitted(team, question_set("test", 2), ["x+1", "1+x", KILLED[0]])
    assert comparing.same("1/2", "0.5")
    host = psutil.Process(comparer().pid)
    stopped = threading.Event()

    def kill() -> None:
        """The children, and then the process itself, as it works."""
        while not stopped.wait(0.3):
            for child in host.children():
                child.kill()
                break
        os.kill(host.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    time.sleep(0.5)
    stopped.set()
    done(run)
    killer.join()
    stances = {(text, verdict, n) for text, verdict, _, n, _ in outcomes(run)}
    assert stances == {("x+1", "incorrect", 2)}


def test_comparing_holds_no_lock(team: Team, question_set: MakeSet) -> None:
    """A transaction that compares would keep others from cancelling the run."""
    run = submitted(team, question_set("test", 2), ["x+1", "1+x"])
    held = []
    compared = comparing._by_algebra

    def watching(one: str, other: str) -> object:
        # One level is the test's own.
        held.append(len(connection.savepoint_ids))
        return compared(one, other)

    comparing._by_algebra = watching  # type: ignore[assignment]
    try:
        done(run)
    finally:
        comparing._by_algebra = compared
    assert held and set(held) == {0}
