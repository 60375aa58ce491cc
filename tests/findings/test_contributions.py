"""What each expert adds to runs, as a worker finds it, and keeps it."""

import pytest

from tests.conftest import Messages
from tests.recorded.logs import done, let_two_agree
from webapp.accounts.models import Team
from webapp.execution import plans
from webapp.execution.grading.regrade import regrade
from webapp.execution.start import submit_run
from webapp.findings import asking, contributions
from webapp.findings.contributions import Told
from webapp.findings.finders import FINDERS
from webapp.questions.models import QuestionSet
from webapp.runs.models import Finding, Profile, RecordedResponse, Run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plans_anew() -> None:
    """The ids of rolled back runs come again."""
    plans.plan_of.cache_clear()
    plans.profile_behind.cache_clear()


def found(run: Run) -> tuple[Finding, dict[str, Told]]:
    finding = contributions.ask(run)
    assert finding is not None
    assert not asking.find(finding.pk, FINDERS)
    finding.refresh_from_db()
    assert finding.ready and not finding.problem, finding.problem
    return finding, {one.expert.source: one for one in contributions.told(finding)}


def start(profile: Profile, questions: QuestionSet, **how: object) -> Run:
    return done(submit_run(profile.team, None, pool=profile.pool, questions=questions, **how))  # type: ignore[arg-type]


def test_of_three_one_is_right_one_wrong_one_silent(
    recorded_profile: Profile, test_set: QuestionSet
) -> None:
    run = start(recorded_profile, test_set, method="all-experts")
    finding, by = found(run)
    right, wrong, silent = (by[f"org/{name}"] for name in ("right", "wrong", "silent"))
    # One against one: of equals the earlier seat.
    assert finding.found["questions"] == 8 and finding.found["differing"] == 0
    assert (right.row["seats"], right.seated.right, right.row["unique"]) == (8, 8, 8)
    assert right.row["unique_in_pool"] == 8 and finding.found["pool_questions"] == 8
    assert (right.saved, right.broken) == (run.correct, 0)
    assert (wrong.saved, wrong.broken) == (0, 8 - run.correct)
    assert (silent.saved, silent.broken, silent.change.difference) == (0, 0, 0)
    assert all(one.row["recruited_again"] for one in by.values())


@pytest.mark.parametrize("writer", ["weighted", "calibrated"])
def test_who_comes_next_takes_the_seat(
    recorded_profile: Profile, test_set: QuestionSet, writer: str
) -> None:
    """Of recorded experts it is known what they answer: a seat of its own is read for each."""
    run = start(recorded_profile, test_set, recruiter="ours", k=1, writer=writer)
    assert run.correct == 8
    _, by = found(run)
    right = by["org/right"]
    assert right.row["seats"] == 8 and right.row["recruited_again"]
    assert (right.saved, right.change.difference) == (8, -100)
    assert by["org/wrong"].row["seats"] == 0 and by["org/wrong"].change.difference == 0


def test_the_second_right_one_loses_nothing(
    recorded_profile: Profile, test_set: QuestionSet
) -> None:
    let_two_agree(test_set)
    run = start(recorded_profile, test_set, recruiter="task-top-k", k=1, writer="majority")
    _, by = found(run)
    assert by["org/right"].row["recruited_again"]
    # The next by validation is as silent, or as wrong, as before; all three sit in turn.
    assert by["org/right"].saved in (0, 8)
    assert by["org/right"].row["unique_in_pool"] == 0


def test_seats_stay_empty_where_nobody_knows_what_others_answer(
    recorded_profile: Profile, test_set: QuestionSet
) -> None:
    run = start(recorded_profile, test_set, recruiter="task-top-k", k=1, writer="majority")
    RecordedResponse.objects.filter(question__question_set=test_set).exclude(
        expert__source="org/right"
    ).delete()
    finding, by = found(run)
    assert not by["org/right"].row["recruited_again"] and by["org/right"].saved == 8
    assert by["org/right"].row["unique_in_pool"] is None
    assert finding.found["pool_questions"] == 0


def test_it_is_found_again_when_a_run_moves(
    team: Team, recorded_profile: Profile, test_set: QuestionSet, nobody_listens: Messages
) -> None:
    run = start(recorded_profile, test_set, method="all-experts")
    finding, _ = found(run)
    nobody_listens.clear()
    assert contributions.ask(run) == finding and not nobody_listens, "it holds"
    start(recorded_profile, test_set, recruiter="ours", k=2)
    nobody_listens.clear()
    again = contributions.ask(run)
    assert again is not None and not again.ready
    assert nobody_listens == [(asking.TASK, finding.pk)]
    found(run)
    regrade(run.pk)
    run.refresh_from_db()
    again = contributions.ask(run)
    assert again is not None and not again.ready
    Run.objects.filter(pk=run.pk).update(status=Run.Status.RUNNING)
    run.refresh_from_db()
    assert contributions.ask(run) is None


def test_what_cannot_be_found_says_so(
    recorded_profile: Profile, test_set: QuestionSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(recorded_profile, test_set, method="all-experts")
    finding = contributions.ask(run)
    assert finding is not None

    def broken(*_: object) -> None:
        raise ValueError("no")

    assert not asking.find(finding.pk, {finding.name: broken})  # type: ignore[dict-item]
    finding.refresh_from_db()
    assert finding.ready and "ValueError: no" in finding.problem
