"""A run again with another expert: what is made at once, and what starts by itself."""

import pytest
from django.core.exceptions import ValidationError

from tests.conftest import Messages, demo_expert
from tests.recorded.logs import take_newcomer
from webapp.accounts.models import Team, User
from webapp.audit.actions import Action
from webapp.audit.models import Entry
from webapp.comments.models import Notice
from webapp.execution.advance import advance_run
from webapp.execution.cancel import cancel
from webapp.execution.errors import RunRefused
from webapp.execution.resuming.continuing import continue_run
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.experts.variants import Replacement
from webapp.planning import reruns, tasks
from webapp.questions.models import QuestionSet
from webapp.runs.models import AggregatorRank, Profile, Rerun, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def rerun(ours_run: Run, newcomer: Expert, user: User) -> Rerun:
    return reruns.begin(ours_run, Replacement(Expert.objects.get(name="org/wrong"), newcomer), user)


def now(rerun: Rerun) -> Rerun:
    return Rerun.objects.select_related("run", "profiling", "ranking").get(pk=rerun.pk)


def profiled(rerun: Rerun) -> Rerun:
    assert rerun.profiling is not None
    advance_run(rerun.profiling.pk)
    return now(rerun)


def test_it_starts_when_the_profile_is_ready(
    rerun: Rerun, ours_run: Run, newcomer: Expert, nobody_listens: Messages
) -> None:
    waits = rerun.waits_for
    assert waits is not None and waits.kind == Run.Kind.PROFILE and waits.reuses
    assert waits.profile is not None and ours_run.profile is not None
    assert waits.profile.question_set == ours_run.profile.question_set
    assert reruns.told_on(ours_run) == reruns.told_on(waits) == [rerun]
    reruns.go_on(rerun.pk)
    assert now(rerun).run is None and not now(rerun).problem
    profiled(rerun)
    assert (reruns.TASK,) in nobody_listens, "who ends a profile says so"
    tasks.start_reruns()
    made = now(rerun).run
    assert made is not None and made.created_by == rerun.person
    assert set(made.experts().values_list("name", flat=True)) == {
        *("org/right", "org/silent", newcomer.name)
    }
    kept = ("question_set_id", "method", "recruiter", "k", "seed", "writer", "left_out")
    assert [getattr(made, name) for name in kept] == [getattr(ours_run, name) for name in kept]
    assert made.profile == waits.profile and "with new instead of wrong" in made.title
    assert reruns.told_on(made) == [rerun]
    entry = Entry.objects.filter(action=Action.RUN_STARTED).latest("pk")
    assert (entry.person, entry.way) == ("admin", "system")


def test_it_starts_once_whoever_looks_how_often(rerun: Rerun) -> None:
    profiled(rerun)
    before = Run.objects.count()
    for _ in range(2):
        tasks.preview_all()  # the beat, which makes up for lost messages
        reruns.go_on(rerun.pk)
    assert Run.objects.count() == before + 1 and not reruns.waiting()


def test_one_more_expert(ours_run: Run, newcomer: Expert, user: User) -> None:
    rerun = reruns.begin(ours_run, Replacement(None, newcomer), user)
    assert rerun.pool.name == "Logs with new" and rerun.change == "new"
    assert rerun.pool.experts.count() == 4


def test_who_waits_is_told_once_when_the_profile_does_not_come(rerun: Rerun, user: User) -> None:
    waits = rerun.waits_for
    assert waits is not None
    cancel(waits)
    for _ in range(2):
        tasks.start_reruns()
    assert f"{waits}, which it waits for, was cancelled" in now(rerun).problem
    (notice,) = Notice.objects.filter(person=user)
    assert "again with new instead of wrong waits" in notice.text
    assert notice.address == waits.get_absolute_url()
    continue_run(waits)
    tasks.start_reruns()
    assert not now(rerun).problem and now(rerun).ended is None
    profiled(rerun)
    tasks.start_reruns()
    assert now(rerun).run is not None, "it goes on by itself"


def test_what_is_called_off_does_not_start(rerun: Rerun, ours_run: Run) -> None:
    assert reruns.call_off(rerun) and not reruns.call_off(rerun)
    profiled(rerun)
    tasks.start_reruns()
    assert now(rerun).run is None and reruns.told_on(ours_run) == []
    assert Entry.objects.filter(action=Action.RERUN_CALLED_OFF).count() == 1


def test_what_would_be_refused_later_is_refused_before_anybody_is_asked(
    ours_run: Run, team: Team, validation: QuestionSet, user: User
) -> None:
    pools, runs = Pool.objects.count(), Run.objects.count()
    one = take_newcomer(team, validation)
    with pytest.raises(RunRefused, match="No response of org/new to test 8"):
        reruns.begin(ours_run, Replacement(None, one), user)
    with pytest.raises(ValidationError, match="is in Logs already"):
        reruns.begin(ours_run, Replacement(None, Expert.objects.get(name="org/wrong")), user)
    Run.objects.update(writer="llm")
    ours_run.refresh_from_db()
    with pytest.raises(RunRefused, match="there is none that could"):
        reruns.begin(ours_run, Replacement(None, take_newcomer(team, ours_run.question_set)), user)  # type: ignore[arg-type]
    assert (Pool.objects.count(), Run.objects.count()) == (pools + 1, runs), "the newcomers' alone"


def test_what_cannot_start_yet_says_why_and_is_tried_again(rerun: Rerun, ours_run: Run) -> None:
    profiled(rerun)
    questions = ours_run.question_set
    assert questions is not None
    QuestionSet.objects.update(archived=ours_run.created)
    tasks.start_reruns()
    assert "is archived: bring it back first" in now(rerun).problem
    QuestionSet.objects.update(archived=None)
    tasks.start_reruns()
    assert now(rerun).run is not None and not now(rerun).problem


def test_a_run_that_reads_no_profile_starts_at_once(
    team: Team, recorded_pool: Pool, test_set: QuestionSet, newcomer: Expert
) -> None:
    given = {"pool": recorded_pool, "questions": test_set, "method": "all-experts"}
    first = submit_run(team, None, **given)  # type: ignore[arg-type]
    rerun = reruns.begin(first, Replacement(None, newcomer), None)
    assert rerun.waits_for is None and rerun.run is not None and rerun.ended is not None
    assert rerun.run.pool == rerun.pool


def test_where_an_llm_writes_aggregators_are_ranked_before(
    ours_run: Run, newcomer: Expert, user: User
) -> None:
    assert ours_run.pool is not None
    ours_run.pool.aggregators.set([demo_expert("aggregator")])
    Run.objects.filter(pk=ours_run.pk).update(writer="llm")
    ours_run.refresh_from_db()
    rerun = profiled(reruns.begin(ours_run, Replacement(None, newcomer), user))
    for _ in range(2):
        reruns.go_on(rerun.pk)
    ranking = now(rerun).ranking
    assert ranking is not None and ranking.kind == Run.Kind.RANK and now(rerun).run is None
    assert Run.objects.filter(kind=Run.Kind.RANK).count() == 1
    assert ranking.profile is not None
    AggregatorRank.objects.create(
        profile=ranking.profile, expert=demo_expert("aggregator"), place=1,
        trials=1, trials_right=1, written=1, written_right=1,
    )  # fmt: skip
    Profile.objects.filter(pk=ranking.profile.pk).update(ranked=True)
    reruns.go_on(rerun.pk)
    made = now(rerun).run
    assert made is not None and made.aggregator == demo_expert("aggregator")
