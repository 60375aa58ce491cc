"""New versions of profiles: proposed with their effect, accepted or withdrawn; and what never
touches a profile."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from celery.exceptions import SoftTimeLimitExceeded

from tests.conftest import MakeSet
from tests.execution.regrading import maker, serve, state
from tests.recorded.logs import done
from webapp.accounts.models import Team, User
from webapp.execution.errors import RunRefused
from webapp.execution.golds import again
from webapp.execution.golds.profile_versions import (
    accept,
    propose,
    tell_again,
    withdraw,
)
from webapp.execution.grading.regrade import regrade
from webapp.execution.profiles.evidence import evidence_of
from webapp.execution.start import submit_profile, submit_run
from webapp.experts.models import Pool
from webapp.planning import proposals, reroutes
from webapp.questions.golds import Correction, Gold, correct, undo
from webapp.questions.models import QuestionSet
from webapp.runs.lookups import maker_of
from webapp.runs.models import Generation, Profile, ProfileCell, ProfileProposal, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def found(proposal: ProfileProposal) -> ProfileProposal:
    while proposals.find(proposal.pk):
        pass
    proposal.refresh_from_db()
    return proposal


def all_of(profile: Profile) -> list[Any]:
    """Everything by which runs recruit and vote."""
    profile.refresh_from_db()
    run = maker_of(profile)
    assert run is not None
    evidence = evidence_of(profile, list(profile.pool.experts.order_by("pk")))
    return [
        list(
            profile.cells.order_by("expert", "skill").values_list(
                "expert", "skill", "right", "wrong"
            )
        ),
        list(profile.totals.order_by("expert").values_list("expert", "right", "wrong")),
        list(profile.ranks.values_list("place", "trials_right", "written_right")),
        (profile.ready, profile.proposed, profile.version, profile.decision),
        np.nan_to_num(evidence.right, nan=-1).tolist(),
        [list(row) for row in evidence.stated],
        [question.gold for question in evidence.questions],
        list(run.generations.order_by("pk").values_list("stated", "verdict", "same_as")),
        list(run.answers.order_by("pk").values_list("skills", "verdict")),
        (run.gold_version, run.regrading, run.regrade_due),
    ]  # fmt: skip


def all_wrong(question_set: QuestionSet, gold: str = "7 or 8") -> None:
    """Gold answers by which the one that was always right is always wrong."""
    rows = question_set.questions.exclude(gold=gold)
    correct(question_set, [Correction(q.pk, Gold(gold), "All wrong.") for q in rows], None)


@pytest.fixture
def run(team: Team, recorded_profile: Profile, test_set: QuestionSet) -> Run:
    """By the paper's recruiter, one seat a question, by the profile as it was."""
    given: Mapping[str, Any] = {"pool": recorded_profile.pool, "questions": test_set, "k": 1}
    return done(submit_run(team, None, **given, method="skill-moe"))


def test_a_version_is_proposed_with_its_effect_and_accepted(
    team: Team, user: User, recorded_profile: Profile, validation: QuestionSet, run: Run
) -> None:
    before = all_of(recorded_profile)
    old_run = maker_of(recorded_profile)
    assert old_run is not None and run.profile == recorded_profile
    all_wrong(validation)
    assert again.ask(validation) == 0, "runs rest on it"
    assert list(again.profiles_before(validation)) == [recorded_profile]
    proposal = found(propose(recorded_profile, user, run=run))
    assert proposal.ready and not proposal.problem
    made = proposal.profile
    made.refresh_from_db()
    assert (made.version, made.made_from, made.ready, made.proposed) == (
        2, recorded_profile, False, True
    )  # fmt: skip
    new_run = maker_of(made)
    assert new_run is not None
    assert new_run.generations.count() == old_run.generations.count()
    assert (new_run.gold_version, old_run.gold_version) == (2, 1)
    assert all_of(recorded_profile) == before, "the old one stays, its evidence too"
    right = made.totals.get(expert__source="org/right")
    wrong = made.totals.get(expert__source="org/wrong")
    assert (right.right, wrong.right) == (0, 12)
    effect = proposal.effect
    assert (effect["questions"], effect["looked"]) == (8, 8)
    assert effect["rerouted"] > 0 and not effect["why_not"]
    told = reroutes.change(effect["pairs"])
    assert sum(effect["pairs"]) == 8 and told.difference < 0, "the test set says otherwise"
    with pytest.raises(RunRefused, match="not ready"):
        propose(made, user)
    with pytest.raises(RunRefused, match="proposed already"):
        propose(recorded_profile, user)
    accepted = accept(proposal, user)
    assert recorded_profile.pool.profiles.filter(ready=True).first() == accepted
    given: Mapping[str, Any] = {"pool": accepted.pool, "questions": run.question_set, "k": 1}
    again_run = done(submit_run(team, None, **given))
    assert again_run.profile == accepted
    seats = [
        list(
            Generation.objects.filter(run=one, purpose="respond")
            .order_by("answer__question__row")
            .values_list("expert", flat=True)
        )
        for one in (run, again_run)
    ]
    moved = sum(one != other for one, other in zip(*seats, strict=True))
    assert moved == effect["rerouted"], "what was told is what a run does"
    assert again_run.correct - run.correct == effect["pairs"][2] - effect["pairs"][1]
    with pytest.raises(RunRefused, match="accepted, or withdrawn"):
        accept(proposal, user)
    later = found(propose(accepted, user))
    assert later.profile.version == 3
    assert all_of(recorded_profile) == before


def test_it_is_told_on_a_set_where_no_run_is(
    recorded_profile: Profile, validation: QuestionSet, test_set: QuestionSet, question_set: MakeSet
) -> None:
    all_wrong(validation)
    proposal = found(propose(recorded_profile, None, question_set=test_set))
    assert proposal.effect["looked"] == 8 and proposal.effect["pairs"]
    strange = question_set("test", 4)
    tell_again(proposal, question_set=strange)
    proposal = found(ProfileProposal.objects.get(pk=proposal.pk))
    assert "import the responses" in proposal.problem
    runs = Run.objects.count()
    tell_again(proposal)
    assert found(ProfileProposal.objects.get(pk=proposal.pk)).effect.keys() == {"made_at"}
    assert Run.objects.count() == runs, "it is made once"


def test_what_cannot_be_told_is_said(
    recorded_profile: Profile, validation: QuestionSet, run: Run
) -> None:
    all_wrong(validation)
    Generation.objects.filter(run=run, purpose="respond").update(verdict="")
    expert = recorded_profile.pool.experts.get(source="org/wrong")
    expert.recorded.filter(question__question_set=run.question_set).delete()
    proposal = found(propose(recorded_profile, None, run=run))
    assert proposal.effect["rerouted"] > 0 and proposal.effect["pairs"] == []
    assert "cannot be told before" in proposal.effect["why_not"]


def test_one_that_takes_too_long_says_so_and_goes_on_when_asked_again(
    recorded_profile: Profile, validation: QuestionSet, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise SoftTimeLimitExceeded

    all_wrong(validation)
    with monkeypatch.context() as slow:
        slow.setattr(proposals, "regrade", cut)
        proposal = found(propose(recorded_profile, None, run=run))
    assert proposal.problem == "It could not be made within 60 minutes."
    tell_again(proposal, run=run)
    proposal = found(ProfileProposal.objects.get(pk=proposal.pk))
    assert not proposal.problem and proposal.effect["rerouted"] > 0


def test_nothing_stays_of_what_is_withdrawn(
    recorded_profile: Profile, validation: QuestionSet, run: Run
) -> None:
    counts = [model.objects.count() for model in (Profile, Run, Generation, ProfileCell)]
    all_wrong(validation)
    proposal = found(propose(recorded_profile, None, run=run))
    withdraw(proposal)
    assert [model.objects.count() for model in (Profile, Run, Generation, ProfileCell)] == counts
    with pytest.raises(RunRefused, match="accepted, or withdrawn"):
        withdraw(proposal)
    propose(recorded_profile, None)


def test_what_was_corrected_since_has_to_be_shown_first(
    recorded_profile: Profile, validation: QuestionSet
) -> None:
    all_wrong(validation)
    proposal = found(propose(recorded_profile, None))
    made = correct(validation, [Correction(validation.questions.all()[0].pk, Gold(), "?")], None)
    with pytest.raises(RunRefused, match="corrected since"):
        accept(proposal, None)
    tell_again(proposal)
    found(ProfileProposal.objects.get(pk=proposal.pk))
    undo(made, None)
    # What is only proposed is not graded again beside its effect.
    assert list(again.graded_before(validation)) == [maker_of(recorded_profile)]
    with pytest.raises(RunRefused, match="corrected since"):
        accept(proposal, None)
    tell_again(proposal)
    with pytest.raises(RunRefused, match="still being made"):
        accept(proposal, None)
    proposal = found(ProfileProposal.objects.get(pk=proposal.pk))
    run = maker_of(proposal.profile)
    assert run is not None
    regrade(run.pk)
    with pytest.raises(RunRefused, match="graded again"):
        accept(proposal, None)
    tell_again(proposal)
    assert accept(found(ProfileProposal.objects.get(pk=proposal.pk)), None).ready


def test_nothing_of_a_test_set_touches_a_profile(
    team: Team, user: User, recorded_profile: Profile, validation: QuestionSet, run: Run
) -> None:
    """The test set holds the validation questions' own words, and all of it is corrected, graded
    again, undone and graded again."""
    test_set = run.question_set
    assert test_set is not None and test_set.kind == QuestionSet.Kind.TEST
    for ours, theirs in zip(test_set.questions.all(), validation.questions.all(), strict=False):
        ours.text, ours.key = theirs.text, theirs.key
        ours.save()
    before, profiles = all_of(recorded_profile), Profile.objects.count()
    right = run.correct
    all_wrong(test_set)
    assert again.ask(test_set) == 1
    again.begin_due()
    regrade(run.pk)
    run.refresh_from_db()
    assert run.correct != right, "the run of the test set is another one"
    assert all_of(recorded_profile) == before
    undo(test_set.gold_versions.get(number=2), user)
    again.ask(test_set)
    again.begin_due()
    regrade(run.pk)
    old_run = maker_of(recorded_profile)
    assert old_run is not None
    regrade(old_run.pk)
    assert all_of(recorded_profile) == before
    proposal = found(propose(recorded_profile, user, run=run))
    told = proposal.effect
    assert (told["rerouted"], told["pairs"][1:3]) == (0, [0, 0])
    assert all_of(proposal.profile)[:2] == before[:2]
    withdraw(proposal)
    assert not list(again.profiles_before(test_set)) and Profile.objects.count() == profiles
    with pytest.raises(RunRefused, match="is a test set"):
        submit_profile(team, user, recorded_profile.pool, test_set)
    forged = Profile.objects.create(
        team=team, pool=recorded_profile.pool, question_set=test_set, ready=True
    )
    with pytest.raises(RunRefused, match="is a test set"):
        propose(forged, user)


def test_a_generated_and_ranked_profile_has_versions_too(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    """With an annotator, whose words are kept."""
    make = maker(team, pool, question_set)
    profiled, ranking = make("profile"), make("rank")
    run = make("skill-moe", "weighted")
    profile = Profile.objects.get()
    before = [state(one) for one in (profiled, ranking, run)]
    assert profiled.question_set is not None
    all_wrong(profiled.question_set, "14")
    proposal = found(propose(profile, None, run=run))
    assert not proposal.problem
    assert not proposal.profile.ranked and not proposal.effect["estimated"]
    totals = proposal.profile.totals
    assert totals.get(expert__name="tiny-01").right > 0
    assert totals.get(expert__name="tiny-02").right == 0
    assert [state(one) for one in (profiled, ranking, run)] == before
    assert run.question_set is not None
    given: Mapping[str, Any] = {"pool": pool, "questions": run.question_set, "profile": profile}
    by_llm = serve(submit_run(team, None, **given, writer="llm"))
    tell_again(proposal, run=by_llm)
    found(ProfileProposal.objects.get(pk=proposal.pk))
    proposal.refresh_from_db()
    assert "An LLM writes the answers" in proposal.effect["why_not"]
