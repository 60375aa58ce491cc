"""Grading runs again: what an older extraction missed comes back, and nothing else changes."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import MakeSet
from tests.execution.regrading import Make, in_step, make_old, maker, state
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.cancel import cancel
from webapp.execution.grading.regrade import _write, regrade
from webapp.execution.grading.regrade_requests import RegradeRefused
from webapp.execution.start import submit_ranking, submit_run
from webapp.execution.trying import submit_try
from webapp.experts.models import Pool
from webapp.runs.models import Answer, Event, Generation, Profile
from webapp.runs.purposes import GRADED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture(autouse=True)
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several transactions."""
    monkeypatch.setattr("webapp.execution.grading.regrade.RESPONSES_AT_ONCE", 8)


@pytest.fixture
def make(team: Team, pool: Pool, question_set: MakeSet) -> Make:
    return maker(team, pool, question_set)


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
    calls: list[int] = []

    def crash(*given: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        _write(*given)

    monkeypatch.setattr("webapp.execution.grading.regrade._write", crash)
    with pytest.raises(KeyboardInterrupt):
        regrade(run.pk)
    assert in_step(run)
    found = run.answers.exclude(text=None).count()
    assert 0 < found < sum(text is not None for text, _ in before[1])
    assert not Event.objects.filter(run=run, kind="regraded").exists()
    monkeypatch.setattr("webapp.execution.grading.regrade._write", _write)
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


def test_a_profile_is_locked_before_its_run(make: Make) -> None:
    """As by whoever asks for it meanwhile: else the two wait for each other."""
    run = make("profile")
    with CaptureQueriesContext(connection) as queries:
        regrade(run.pk)
    locks = [
        found[1]
        for query in queries.captured_queries
        if (
            found := re.search(
                r'FROM "(runs_profile|runs_run)" .*FOR (NO KEY )?UPDATE', query["sql"]
            )
        )
    ]
    assert locks[-2:] == ["runs_profile", "runs_run"]


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
