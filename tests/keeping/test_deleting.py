"""Deleting, undoing, freeing."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from tests.conftest import Messages
from tests.reviews import given
from webapp.accounts.models import Team, User
from webapp.comments.models import Comment
from webapp.execution.errors import RunRefused
from webapp.execution.start import submit_profile, submit_run
from webapp.experts.models import Pool
from webapp.keeping import deleting, freeing
from webapp.keeping.archiving import archive
from webapp.keeping.baselines import set_baseline
from webapp.keeping.deleting import delete, deletions_of, undo
from webapp.keeping.kinds import KeepingRefused, Named
from webapp.keeping.tasks import free
from webapp.questions.models import Question, QuestionSet
from webapp.reviews.models import Review
from webapp.runs.models import Answer, Event, Generation, Profile, Run
from webapp.things.holding import hold
from webapp.things.models import Deletion, Thing

pytestmark = pytest.mark.django_db


def pool_of(run: Run) -> Pool:
    assert run.pool is not None
    return run.pool


def set_of(run: Run) -> QuestionSet:
    assert run.question_set is not None
    return run.question_set


def profile_of(run: Run) -> Profile:
    assert run.profile is not None
    return run.profile


def reviewed(run: Run, user: User) -> None:
    answer = run.answers.all()[0]
    given.reviewed(answer, user, "right")
    Comment.objects.create(answer=answer, author=user, text="Well?")


def counted() -> dict[str, int]:
    """Rows of every table but those of people, their sessions and Django's."""
    return {
        model._meta.label: n
        for model in apps.get_models()
        if model._meta.app_label in ("questions", "runs", "experts", "things")
        and (n := model._base_manager.count())
    }


def due(deletion: Deletion) -> None:
    old = timezone.now() - deleting.KEPT - timedelta(minutes=1)
    Deletion.objects.filter(pk=deletion.pk).update(created=old)


def test_a_run_goes_and_comes_back(team: Team, user: User, ours_run: Run) -> None:
    reviewed(ours_run, user)
    set_baseline(ours_run, user)
    deletion = delete(ours_run, user)
    assert deletion.counts == [(8, "answers"), (1, "review"), (1, "comment")]
    assert not Run.objects.filter(pk=ours_run.pk).exists()
    assert list(deletions_of(team)) == [deletion]
    with pytest.raises(KeepingRefused, match="deleted already"):
        delete(ours_run, user)
    assert undo(deletion, user) == []
    back = Run.objects.get(pk=ours_run.pk)
    assert not back.baseline and not deletions_of(team)
    with pytest.raises(KeepingRefused, match="any more"):
        undo(deletion, user)


def test_what_hangs_on_a_thing_goes_with_it(team: Team, user: User, ours_run: Run) -> None:
    """A validation set takes its profile, and what answered by that on another set."""
    profile = profile_of(ours_run)
    validation = profile.question_set
    with pytest.raises(KeepingRefused, match=r"1 profile, 2 runs, .* hang on .*agree"):
        delete(validation, user)
    assert Profile.objects.exists()
    deletion = delete(validation, user, with_all=True)
    assert not Profile.objects.exists() and not Run.objects.exists()
    assert list(QuestionSet.objects.all()) == [set_of(ours_run)]
    assert list(Pool.objects.all()) == [ours_run.pool]
    undo(deletion, user)
    assert Run.objects.count() == 2 and ours_run in profile.runs.all()


def test_what_others_rest_on_is_not_deleted_alone(user: User, ours_run: Run) -> None:
    profile = profile_of(ours_run)
    maker = profile.runs.get(kind=Run.Kind.PROFILE)
    with pytest.raises(KeepingRefused, match=r"made the profile .* delete that"):
        delete(maker, user, with_all=True)
    Run.objects.filter(pk=ours_run.pk).update(status=Run.Status.RUNNING)
    for thing in (ours_run, profile, pool_of(ours_run), set_of(ours_run)):
        with pytest.raises(KeepingRefused, match="is running: cancel it"):
            delete(thing, user, with_all=True)
    Run.objects.filter(pk=ours_run.pk).update(status=Run.Status.DONE, regrading=True)
    with pytest.raises(KeepingRefused, match="being graded again"):
        delete(profile, user, with_all=True)
    assert not Deletion.objects.exists(), "nothing half deleted"


def test_names_of_deleted_things_are_free(team: Team, user: User, ours_run: Run) -> None:
    pool = pool_of(ours_run)
    deletion = delete(pool, user, with_all=True)
    Pool.objects.create(team=team, name=pool.name)
    assert list(map(str, undo(deletion, user))) == ["Logs (2)"]
    assert {str(one) for one in Pool.objects.all()} == {"Logs", "Logs (2)"}


def test_nothing_comes_back_before_what_it_rests_on(user: User, ours_run: Run) -> None:
    first = delete(ours_run, user)
    second = delete(set_of(ours_run), user)
    with pytest.raises(KeepingRefused, match="test 8 was deleted, too"):
        undo(first, user)
    undo(second, user)
    undo(first, user)
    assert Run.objects.filter(pk=ours_run.pk).exists()


def test_nothing_starts_on_what_is_not_there(team: Team, user: User, ours_run: Run) -> None:
    pool, questions = pool_of(ours_run), set_of(ours_run)
    archive(questions, user)
    with pytest.raises(RunRefused, match="is archived: bring it back"):
        submit_run(team, user, pool=pool, questions=questions)
    archive(profile_of(ours_run), user)
    questions.archived = None
    with pytest.raises(RunRefused, match="has no profile yet"):
        submit_run(team, user, pool=pool, questions=questions)
    validation = profile_of(ours_run).question_set
    delete(pool, user, with_all=True)
    with pytest.raises(RunRefused, match="deleted just now"):
        submit_profile(team, user, pool, validation)


def test_space_is_freed_in_pieces(
    team: Team, user: User, ours_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a worker had freed when it died stays freed, and the next one goes on."""
    monkeypatch.setattr(freeing, "PIECE", 3)
    reviewed(ours_run, user)
    before = counted()
    first = delete(ours_run, user)
    second = delete(set_of(ours_run), user)
    assert not freeing.free_some(), "not due yet"
    assert counted() == before | {"things.Deletion": 2}
    due(first)
    due(second)
    with pytest.raises(KeepingRefused):
        undo(first, user)
    pieces = 0
    while freeing.free_some(0):
        pieces += 1
    assert pieces > 10
    assert not Deletion.objects.exists()
    left = counted()
    assert left["questions.QuestionSet"] == 1 and left["runs.Run"] == 1
    assert Answer.objects.count() == 12, "those of the profile's run"
    assert not Review.objects.exists() and not Comment.objects.exists()


def test_freeing_takes_turns(
    user: User, ours_run: Run, nobody_listens: Messages, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {"things.free"} <= {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    due(delete(ours_run, user))
    nobody_listens.clear()
    monkeypatch.setattr(freeing, "SECONDS", 0)
    free()
    assert nobody_listens == [("things.free",)], "it has more to do"
    monkeypatch.setattr(freeing, "SECONDS", 60)
    free()
    assert len(nobody_listens) == 1 and not Deletion.objects.exists()


def test_nothing_is_left_of_what_was_freed(user: User, ours_run: Run) -> None:
    profile = profile_of(ours_run)
    delete(set_of(ours_run), user, with_all=True)
    delete(profile.question_set, user, with_all=True)
    delete(profile.pool, user, with_all=True)
    Deletion.objects.update(created=timezone.now() - deleting.KEPT)
    assert not freeing.free_some()
    left = set(counted())
    for model in (Run, Profile, Pool, QuestionSet, Question, Answer, Generation, Event):
        assert model._meta.label not in left
    assert left == {"experts.Expert", "experts.Skill", "runs.WorkPace"} & left


@pytest.fixture
def in_a_thread() -> Iterator[list[threading.Thread]]:
    threads: list[threading.Thread] = []
    yield threads
    for thread in threads:
        thread.join(20)


@pytest.mark.django_db(transaction=True)
def test_deleting_waits_for_a_run_that_starts(
    team: Team, pool: Pool, test_set: QuestionSet, in_a_thread: list[threading.Thread]
) -> None:
    """Whoever starts a run holds what it rests on; deleting then finds the run."""
    said: list[str] = []

    def deletes(thing: Named) -> None:
        try:
            delete(thing, None, with_all=True)
        except KeepingRefused as refused:
            said.append(str(refused))
        finally:
            connection.close()

    with transaction.atomic():
        hold(test_set, pool)
        thread = threading.Thread(target=deletes, args=[test_set])
        in_a_thread.append(thread)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "it waits"
        run = Run.objects.create(team=team, pool=pool, question_set=test_set, method="cot")
    thread.join(20)
    assert said == [f"{run} is running: cancel it first, or wait until it is done."]


def test_every_thing_knows_what_is_there() -> None:
    """Nothing that can be deleted is found by `objects` any more."""
    things = [model for model in apps.get_models() if issubclass(model, Thing)]
    assert {model.__name__ for model in things} == {"QuestionSet", "Pool", "Profile", "Run"}
    for model in things:
        assert model._default_manager.name == "objects"
