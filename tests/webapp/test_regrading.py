"""Grading runs again: what an older extraction missed comes back, and nothing else changes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from gpu_worker.fake_engine import FakeEngine
from gpu_worker.loop import Loop
from moe_core.engine import Checkpoint, Prompt
from tests.conftest import MakeSet
from tests.webapp.commands import manage
from webapp.accounts.models import Team, User
from webapp.execution import regrade as regrading
from webapp.execution.advance import advance_run
from webapp.execution.cancel import cancel
from webapp.execution.regrade import regrade
from webapp.execution.regrade_requests import RegradeRefused
from webapp.execution.start import submit_profile, submit_ranking, submit_run, submit_try
from webapp.experts.models import Pool
from webapp.queue import workers
from webapp.runs.models import Answer, Event, Generation, Profile, Run
from webapp.runs.purposes import GRADED

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def woken(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """No message is sent: these tests do the workers' part themselves."""
    settings.GPU_IDLE_SECONDS = 0
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr("webapp.queue.events.wake", lambda *message: sent.append(message))
    monkeypatch.setattr(regrading, "RESPONSES_AT_ONCE", 8)  # several transactions
    return sent


def write(checkpoint: Checkpoint, prompt: Prompt) -> str:
    """One expert is sometimes right and sometimes says nothing, the other is wrong."""
    if "Keywords" in prompt.text:
        return "Keywords: addition, sums"
    if checkpoint.source.endswith("tiny-02"):
        return r"So \boxed{7}."
    return "I do not know." if len(prompt.text) % 3 == 0 else r"So \boxed{14}."


def serve(run: Run) -> Run:
    def stopping() -> bool:
        advance_run(run.pk)
        return False

    with workers.registered_worker() as worker:
        Loop(worker, FakeEngine(write), stopping).run()
    advance_run(run.pk)
    run.refresh_from_db()
    assert run.status == Run.Status.DONE, run.problem
    return run


Make = Callable[..., Run]


@pytest.fixture
def make(team: Team, pool: Pool, question_set: MakeSet) -> Make:
    """A finished run: "profile", "rank", or a method, with a writer."""

    def made(kind: str, writer: str = "vote") -> Run:
        if kind == "profile":
            return serve(submit_profile(team, None, pool, question_set("validation", 6)))
        if kind == "rank":
            return serve(submit_ranking(team, None, Profile.objects.get(), k=2))
        given: dict[str, Any] = {"pool": pool, "questions": question_set(), "method": kind}
        return serve(submit_run(team, None, **given, writer=writer))

    return made


def state(run: Run) -> list[Any]:
    """All that regrading may change, and the counts that must keep in step."""
    run.refresh_from_db()
    kept: list[Any] = [
        list(run.generations.order_by("pk").values_list("stated", "verdict")),
        list(run.answers.order_by("pk").values_list("text", "verdict")),
        (run.correct, run.graded, run.finished, run.unmatched),
    ]
    if run.profile is not None:
        profile = Profile.objects.get(pk=run.profile.pk)
        cells = profile.cells.order_by("expert", "skill")
        kept.append(list(cells.values_list("expert", "skill", "right", "wrong")))
        kept.append(list(profile.ranks.values_list("place", "trials_right", "written_right")))
        kept.append((profile.decision, profile.aggregator_id))
    return kept


def make_old(run: Run) -> None:
    """As an extraction that finds nothing would have left it."""
    run.generations.filter(purpose__in=GRADED).update(stated=None, verdict="no answer")
    if run.kind != Run.Kind.PROFILE:
        run.answers.update(text=None, verdict="no answer")
        Run.objects.filter(pk=run.pk).update(correct=0)


def in_step(run: Run) -> bool:
    run.refresh_from_db()
    answers = run.answers.exclude(verdict__in=["", "ungraded"])
    right = answers.filter(verdict="correct").count()
    return (right, answers.count()) == (run.correct, run.graded)


@pytest.mark.parametrize(
    ("kind", "writer"),
    [("all-experts", "vote"), ("skill-moe", "vote"), ("skill-moe", "weighted"),
     ("skill-moe", "llm")],
)  # fmt: skip
def test_what_was_missed_comes_back(make: Make, kind: str, writer: str) -> None:
    if kind == "skill-moe":
        make("profile")
        make("rank")
    run = make(kind, writer)
    before = state(run)
    make_old(run)
    assert state(run) != before
    told = regrade(run.pk)
    assert state(run) == before and in_step(run)
    assert told["responses"] == run.generations.filter(purpose__in=GRADED).count()
    assert told["stated"] > 0 and told["verdicts"] > 0 and told["answers"] > 0
    event = Event.objects.filter(run=run).last()
    assert event is not None and (event.kind, event.payload) == ("regraded", told)
    assert event.seq == run.event_seq


def test_a_second_time_changes_nothing(make: Make) -> None:
    run = make("all-experts")
    make_old(run)
    regrade(run.pk)
    before = state(run)
    told = regrade(run.pk)
    assert (told["stated"], told["verdicts"], told["answers"]) == (0, 0, 0)
    assert state(run) == before


def test_a_run_as_it_is_stays_so(make: Make) -> None:
    for kind in ("profile", "rank", "skill-moe"):
        run = make(kind)
        before = state(run)
        told = regrade(run.pk)
        assert (told["stated"], told["verdicts"], told["answers"]) == (0, 0, 0), kind
        assert state(run) == before, kind


def test_after_a_crash_the_counts_are_in_step_and_it_can_be_done_again(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make("all-experts")
    before = state(run)
    make_old(run)
    written = regrading._write
    calls: list[int] = []

    def crash(*given: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        written(*given)

    monkeypatch.setattr(regrading, "_write", crash)
    with pytest.raises(KeyboardInterrupt):
        regrade(run.pk)
    assert in_step(run)
    found = run.answers.exclude(text=None).count()
    assert 0 < found < sum(text is not None for text, _ in before[1])
    assert not Event.objects.filter(run=run, kind="regraded").exists()
    monkeypatch.setattr(regrading, "_write", written)
    regrade(run.pk)
    assert state(run) == before


def test_a_profile_is_counted_again(make: Make) -> None:
    run = make("profile")
    before = state(run)
    make_old(run)
    assert run.profile is not None
    run.profile.cells.update(right=0, wrong=6)
    told = regrade(run.pk)
    assert told["rests"] == "The profile was counted again"
    assert state(run) == before


def test_a_profile_that_runs_rest_on_is_fixed(make: Make) -> None:
    run = make("profile")
    ranking = make("rank")
    before = state(run)
    make_old(run)
    assert run.profile is not None
    run.profile.cells.update(right=0, wrong=6)
    told = regrade(run.pk)
    assert told["rests"] == f"The profile stays as it is, because {ranking} rests on it"
    assert state(run)[:3] == before[:3]
    assert set(run.profile.cells.values_list("right", "wrong")) == {(0, 6)}


def test_a_ranking_is_made_again_unless_runs_rest_on_it(make: Make) -> None:
    make("profile")
    ranking = make("rank")
    before = state(ranking)
    make_old(ranking)
    assert ranking.profile is not None
    ranking.profile.ranks.update(trials_right=0)
    Profile.objects.update(decision="", aggregator=None)
    assert regrade(ranking.pk)["rests"] == "The aggregators were ranked again"
    assert state(ranking) == before
    run = make("skill-moe")
    make_old(ranking)
    Profile.objects.update(decision="As decided.")
    told = regrade(ranking.pk)
    assert told["rests"] == f"The ranking stays as it is, because {run} rests on it"
    assert Profile.objects.get().decision == "As decided."


def test_what_is_refused(team: Team, pool: Pool, question_set: MakeSet, make: Make) -> None:
    run = submit_run(team, None, pool=pool, questions=question_set(), method="all-experts")
    with pytest.raises(RegradeRefused, match="still running: wait"):
        regrade(run.pk)
    cancel(run)
    expert = pool.experts.all()[0]
    with pytest.raises(RegradeRefused, match="no answers to grade"):
        regrade(submit_try(team, None, expert, "Well?").pk)
    profiled = make("profile")
    ranking = submit_ranking(team, None, Profile.objects.get())
    with pytest.raises(RegradeRefused, match=f"{ranking} goes by the responses of {profiled}"):
        regrade(profiled.pk)


def test_a_cancelled_run_keeps_its_open_questions(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    run = submit_run(team, None, pool=pool, questions=question_set(), method="all-experts")
    advance_run(run.pk)
    first = Answer.objects.filter(run=run)[0]
    Generation.objects.filter(answer=first).update(
        status="done", output=r"\boxed{1}", stated="2", verdict="correct"
    )
    cancel(run)
    before = state(run)[1:3]
    assert regrade(run.pk)["verdicts"] == 2
    assert state(run)[1:3] == before
    assert set(first.generations.values_list("stated", flat=True)) == {"1"}


def test_the_command(make: Make, team: Team) -> None:
    assert "No run has ended yet." in manage("regrade", "--all")
    run = make("all-experts")
    make_old(run)
    correct = Run.objects.get(pk=run.pk).correct
    printed = manage("regrade", run.pk)
    run.refresh_from_db()
    assert f"Run {run.pk}: Graded again: " in printed
    assert f"{correct} correct before, {run.correct} now." in printed
    assert f"Run {run.pk}: Graded again: nothing changed." in manage("regrade", "--all")
    other = Team.objects.create(name="Others")
    assert "No run has ended yet." in manage("regrade", "--all", "--team", other.name)
    for arguments, message in (
        ([], "Give the numbers of runs, or --all"),
        (["--all", run.pk], "Give the numbers of runs, or --all"),
        ([run.pk + 1], f"There is no run {run.pk + 1}"),
        (["--all", "--team", "X"], "no team called 'X'"),
    ):
        with pytest.raises(CommandError, match=message):
            manage("regrade", *arguments)


def test_one_that_is_refused_does_not_stop_the_others(
    make: Make, team: Team, pool: Pool, question_set: MakeSet
) -> None:
    profiled, run = make("profile"), make("all-experts")
    ranking = submit_ranking(team, None, Profile.objects.get())
    with pytest.raises(CommandError, match=f"{ranking} goes by the responses of {profiled}"):
        manage("regrade", "--all")
    assert Event.objects.filter(run=run, kind="regraded").exists()


def test_the_button(
    signed_in: Client, user: User, make: Make, woken: list[tuple[Any, ...]]
) -> None:
    run = make("all-experts")
    address = run.get_absolute_url()
    assert 'data-over="1"' in signed_in.get(address).content.decode()
    assert signed_in.get(f"{address}/regrade").headers["Location"] == address
    page = signed_in.post(f"{address}/regrade", follow=True).content.decode()
    assert 'form="regrade-form"' in page and "the events will say what changed" in page
    assert 'data-over=""' in page  # it listens
    assert woken[-1] == ("runs.regrade", run.pk)
    make_old(run)
    from webapp.execution.tasks import regrade_run

    regrade_run(run.pk)
    run.refresh_from_db()
    live = signed_in.get(f"{address}/live").content.decode()
    assert f"0 correct before, {run.correct} now" in live

    Run.objects.filter(pk=run.pk).update(status="running")
    del woken[:]
    page = signed_in.post(f"{address}/regrade", follow=True).content.decode()
    assert "is still running" in page and "Grade again" not in page
    assert not woken
    regrade_run(run.pk)  # refused meanwhile: logged

    stranger = User.objects.create_user("stranger", team=Team.objects.create(name="Others"))
    signed_in.force_login(stranger)
    assert signed_in.post(reverse("run-regrade", args=[run.pk])).status_code == 404


def test_a_message_that_nobody_repeats_does_not_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    from webapp.queue import events

    sent: dict[str, Any] = {}
    monkeypatch.setattr(
        "celery.current_app.send_task", lambda task, **how: sent.update({task: how["expires"]})
    )
    events.wake("runs.regrade", 1)
    events.wake("runs.advance", 1)
    assert sent == {"runs.regrade": None, "runs.advance": events.EXPIRES}
