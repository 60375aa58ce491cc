"""Recorded experts through profiles and runs, without a GPU."""

import pytest

from moe_core.values import Purpose, Verdict
from tests.conftest import demo_expert
from tests.recorded.logs import MODELS, done
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.resuming.retry import RetryRefused, retry
from webapp.execution.start import submit_profile, submit_run
from webapp.experts.models import Pool
from webapp.progress.loads import stages
from webapp.questions.models import QuestionSet, QuestionVector
from webapp.recorded.playback import MISSING
from webapp.runs.models import Answer, Event, Generation, Profile, RecordedResponse, Run

pytestmark = pytest.mark.django_db


def test_a_whole_run_without_a_gpu(
    team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    cells = recorded_profile.cells.values_list("expert__source", "right", "wrong")
    assert cells and all(w == 0 if name == "org/right" else r == 0 for name, r, w in cells)
    run = done(submit_run(team, None, pool=recorded_profile.pool, questions=test_set))
    assert run.writer == "weighted" and run.aggregator is None
    assert (run.finished, run.graded, run.correct, run.unmatched) == (8, 8, 8, 0)
    for answer in run.answers.select_related("question"):
        assert len(answer.skills) == 3
        seats = answer.generations.order_by("number")
        assert [seat.number for seat in seats] == [0, 1, 2]
        for seat in seats:
            assert (seat.expert.source, seat.status, seat.verdict) == (
                "org/right",
                "done",
                "correct",
            )
            assert seat.output == f"So \\boxed{{{answer.question.gold}}}."
            assert seat.prompt == ""  # nobody knows what it was asked
            assert seat.finished is not None
    assert stages([run]) == {"respond": {"loads": 0, "distinct_experts": 1}}
    assert set(run.answers.values_list("outcome", "stances")) == {("agreed", 1)}


def test_it_tells_its_story_like_any_run(
    team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    run = done(submit_run(team, None, pool=recorded_profile.pool, questions=test_set))
    told = list(Event.objects.filter(run=run).values_list("seq", "kind"))
    assert [seq for seq, _ in told] == list(range(1, len(told) + 1))
    kinds = [kind for _, kind in told]
    assert kinds == ["submitted", "embedded", "generated", "graded", "advanced", "done"]
    generated = Event.objects.get(run=run, kind="generated")
    assert generated.payload == {"purposes": {"respond": 24}, "failed": 0, "tokens": 0}
    counts = run.progress.values_list("purpose", "expert__source", "asked", "done", "failed")
    assert list(counts) == [("respond", "org/right", 24, 24, 0)]


def test_all_experts_vote(team: Team, recorded_pool: Pool, test_set: QuestionSet) -> None:
    run = done(submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts"))
    assert run.writer == "majority"
    verdicts = Generation.objects.filter(run=run).values_list("expert__source", "verdict")
    assert set(verdicts) == {
        ("org/right", Verdict.CORRECT.value),
        ("org/wrong", Verdict.INCORRECT.value),
        ("org/silent", Verdict.NO_ANSWER.value),
    }
    assert not QuestionVector.objects.exists()  # this method infers no skills


def test_a_seat_without_a_recording_fails_alone(
    team: Team, recorded_pool: Pool, test_set: QuestionSet
) -> None:
    first = test_set.questions.first()
    RecordedResponse.objects.filter(question=first, expert__source="org/right").delete()
    run = done(submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts"))
    failed = Generation.objects.get(run=run, status="failed")
    assert (failed.problem, failed.verdict) == (MISSING, "")
    assert run.finished == 8


def test_what_was_imported_since_is_played_back_when_it_is_retried(
    team: Team, recorded_pool: Pool, test_set: QuestionSet
) -> None:
    first = test_set.questions.first()
    late = RecordedResponse.objects.get(question=first, expert__source="org/right")
    late.delete()
    run = done(submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts"))
    with pytest.raises(RetryRefused, match="Nothing failed"):
        retry(run)
    kept = set(Generation.objects.filter(run=run, status="done").values_list("pk", flat=True))
    RecordedResponse.objects.create(question=late.question, expert=late.expert, output=late.output)
    assert retry(run) == 1
    advance_run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.finished) == (Run.Status.DONE, 8)
    assert not Generation.objects.filter(run=run).exclude(status="done").exists()
    assert kept < set(Generation.objects.filter(run=run).values_list("pk", flat=True))
    asked = run.progress.values_list("expert__source", "asked", "done", "failed")
    assert set(asked) == {(source, 8, 8, 0) for source in MODELS}


def test_an_annotator_may_name_the_skills_of_a_recorded_pool(
    team: Team, recorded_pool: Pool, validation: QuestionSet
) -> None:
    recorded_pool.annotator = demo_expert("annotator")
    recorded_pool.save()
    run = submit_profile(team, None, recorded_pool, validation)
    advance_run(run.pk)
    waiting = Generation.objects.filter(run=run, status="waiting")
    assert set(waiting.values_list("purpose", flat=True)) == {Purpose.ANNOTATE.value}
    assert waiting.count() == 5 * 12
    played = Generation.objects.filter(run=run, purpose=Purpose.PROFILE.value)
    assert played.filter(status="done").count() == 3 * 12
    assert set(Answer.objects.filter(run=run).values_list("pending", flat=True)) == {5}
