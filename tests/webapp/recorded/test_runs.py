"""Recorded experts through profiles and runs, without a GPU."""

import pytest
from django.test import Client

from moe_core.values import Purpose, Verdict
from tests.conftest import MakeSet, demo_expert
from tests.webapp.recorded.logs import MODELS, done, rows, take
from webapp.accounts.models import Team, User
from webapp.execution.advance import advance_run
from webapp.execution.errors import RunRefused
from webapp.execution.start import submit_profile, submit_ranking, submit_run, submit_try
from webapp.experts.models import Pool
from webapp.progress.loads import stages
from webapp.questions.models import QuestionSet, QuestionVector
from webapp.recorded.playback import MISSING
from webapp.runs.models import Answer, Event, Generation, Profile, RecordedResponse

pytestmark = pytest.mark.django_db


def test_the_models_become_experts_of_the_team(
    team: Team, validation: QuestionSet, nobody_listens: list[tuple[object, ...]]
) -> None:
    taken = take(team, validation, rows(validation))
    assert (taken.experts, taken.responses, taken.bad_rows) == (3, 36, 0)
    experts = list(taken.pool.experts.all())
    assert [expert.name for expert in experts] == sorted(MODELS)
    assert all(e.is_recorded and e.team == team and not e.missing() for e in experts)
    assert taken.pool.annotator is None and taken.pool.candidates() == []
    assert any("“pred” is not used" in warning for warning in taken.warnings)
    assert ("runs.embed_questions", validation.pk, taken.pool.embedder) in nobody_listens


def test_a_whole_run_without_a_gpu(team: Team, profile: Profile, test_set: QuestionSet) -> None:
    cells = profile.cells.values_list("expert__source", "right", "wrong")
    assert cells and all(w == 0 if name == "org/right" else r == 0 for name, r, w in cells)
    run = done(submit_run(team, None, pool=profile.pool, questions=test_set))
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
    team: Team, profile: Profile, test_set: QuestionSet
) -> None:
    run = done(submit_run(team, None, pool=profile.pool, questions=test_set))
    told = list(Event.objects.filter(run=run).values_list("seq", "kind"))
    assert [seq for seq, _ in told] == list(range(1, len(told) + 1))
    kinds = [kind for _, kind in told]
    assert kinds == ["submitted", "embedded", "generated", "graded", "advanced", "done"]
    generated = Event.objects.get(run=run, kind="generated")
    assert generated.payload == {"purposes": {"respond": 24}, "failed": 0, "tokens": 0}
    counts = run.progress.values_list("purpose", "expert__source", "asked", "done", "failed")
    assert list(counts) == [("respond", "org/right", 24, 24, 0)]


def test_all_experts_vote(team: Team, pool: Pool, test_set: QuestionSet) -> None:
    run = done(submit_run(team, None, pool=pool, questions=test_set, method="all-experts"))
    assert run.writer == "majority"
    verdicts = Generation.objects.filter(run=run).values_list("expert__source", "verdict")
    assert set(verdicts) == {
        ("org/right", Verdict.CORRECT.value),
        ("org/wrong", Verdict.INCORRECT.value),
        ("org/silent", Verdict.NO_ANSWER.value),
    }
    assert not QuestionVector.objects.exists()  # this method infers no skills


def test_a_seat_without_a_recording_fails_alone(
    team: Team, pool: Pool, test_set: QuestionSet
) -> None:
    first = test_set.questions.first()
    RecordedResponse.objects.filter(question=first, expert__source="org/right").delete()
    run = done(submit_run(team, None, pool=pool, questions=test_set, method="all-experts"))
    failed = Generation.objects.get(run=run, status="failed")
    assert (failed.problem, failed.verdict) == (MISSING, "")
    assert run.finished == 8


def test_an_annotator_may_name_the_skills_of_a_recorded_pool(
    team: Team, pool: Pool, validation: QuestionSet
) -> None:
    pool.annotator = demo_expert("annotator")
    pool.save()
    run = submit_profile(team, None, pool, validation)
    advance_run(run.pk)
    waiting = Generation.objects.filter(run=run, status="waiting")
    assert set(waiting.values_list("purpose", flat=True)) == {Purpose.ANNOTATE.value}
    assert waiting.count() == 5 * 12
    played = Generation.objects.filter(run=run, purpose=Purpose.PROFILE.value)
    assert played.filter(status="done").count() == 3 * 12
    assert set(Answer.objects.filter(run=run).values_list("pending", flat=True)) == {5}


def test_what_cannot_be_done_with_recorded_experts(
    team: Team, profile: Profile, question_set: MakeSet
) -> None:
    other = question_set("test", 4)
    with pytest.raises(RunRefused, match="import the responses"):
        submit_run(team, None, pool=profile.pool, questions=other)
    with pytest.raises(RunRefused, match="weighted vote"):
        submit_ranking(team, None, profile)
    with pytest.raises(RunRefused, match="nothing new"):
        submit_try(team, None, profile.pool.experts.all()[0], "What is 1 + 1?")
    with pytest.raises(RunRefused, match="Rank the pool's aggregators"):
        submit_run(team, None, pool=profile.pool, questions=profile.question_set, writer="llm")


@pytest.mark.parametrize("method", ["self-consistency", "self-refine", "debate"])
def test_recorded_experts_are_not_asked_twice(
    team: Team, profile: Profile, test_set: QuestionSet, method: str
) -> None:
    with pytest.raises(RunRefused, match=f"{method} asks an expert several times"):
        submit_run(team, None, pool=profile.pool, questions=test_set, method=method)


def test_the_best_recorded_expert_alone(
    team: Team, profile: Profile, test_set: QuestionSet
) -> None:
    run = done(submit_run(team, None, pool=profile.pool, questions=test_set, method="single"))
    assert (run.correct, run.graded, run.recruiter) == (8, 8, "single")
    asked = Generation.objects.filter(run=run).values_list("expert__source", flat=True)
    assert list(asked) == ["org/right"] * 8


def test_a_live_pool_may_vote_by_weight(
    team: Team, user: User, profile: Profile, test_set: QuestionSet
) -> None:
    run = submit_run(team, user, pool=profile.pool, questions=test_set, writer="vote")
    assert run.writer == "majority"


def test_unmatched_questions_are_counted(
    team: Team, profile: Profile, test_set: QuestionSet, signed_in: Client
) -> None:
    profile.cells.all().delete()  # a profile that has seen no skill
    run = done(submit_run(team, None, pool=profile.pool, questions=test_set))
    assert run.unmatched == 8
    assert set(run.answers.values_list("uniform", flat=True)) == {True}
    assert "Unmatched questions" in signed_in.get(run.get_absolute_url()).content.decode()
    found = signed_in.get(f"{run.get_absolute_url()}/questions?verdict=unmatched")
    assert len(found.context["page"].rows) == 8


def test_a_long_set_is_embedded_bit_by_bit(
    team: Team,
    profile: Profile,
    test_set: QuestionSet,
    monkeypatch: pytest.MonkeyPatch,
    nobody_listens: list[tuple[object, ...]],
) -> None:
    monkeypatch.setattr("webapp.execution.vectors.BATCH", 3)
    run = submit_run(team, None, pool=profile.pool, questions=test_set)
    for embedded in (3, 6):
        nobody_listens.clear()
        advance_run(run.pk)
        assert QuestionVector.objects.filter(question__question_set=test_set).count() == embedded
        assert ("runs.advance", run.pk) in nobody_listens
    assert done(run).finished == 8


def test_questions_are_embedded_once(team: Team, profile: Profile, test_set: QuestionSet) -> None:
    done(submit_run(team, None, pool=profile.pool, questions=test_set))
    before = set(QuestionVector.objects.values_list("pk", flat=True))
    assert len(before) == 12 + 8
    done(submit_run(team, None, pool=profile.pool, questions=test_set, seed=1))
    assert set(QuestionVector.objects.values_list("pk", flat=True)) == before
